"""A shop of django-oscar shows on its pages what looks alike, as this one knows its catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.judges.test_oscar import Oscar
from tests.running_shop import RunningShop

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.judge

HATS = 7
# As its owner changes a page of it.
PAGE = """{{% extends "oscar/catalogue/detail.html" %}}
{{% block extrahead %}}
<script src="{shop}/widget/v1.js" data-key="{key}" async></script>
{{% endblock %}}
{{% block content %}}{{{{ block.super }}}}
<vitrine-similar product="{{{{ product.upc }}}}" link="/search/?q={{sku}}" most="3">
</vitrine-similar>
{{% endblock %}}"""


@contextmanager
def shop_beside(origin: str, folder: Path) -> Iterator[RunningShop]:
    """A shop that has the catalogue of the one at an origin, with its photographs."""
    shop = RunningShop(
        folder, VITRINE_ENCODER="untrained", VITRINE_FETCH="on", VITRINE_FETCH_ALLOWED=origin
    )
    try:
        shop.open()
        shop.manage("save_oscar", f"{origin}/api/", str(folder / "oscar.json"))
        shop.manage("import_catalog", str(folder / "oscar.json"))
        shop.wait_until_settled(photographs=HATS)
        yield shop
    finally:
        shop.close()


def key_for(origin: str, shop: RunningShop) -> str:
    made = (
        "from shop.widget.models import WidgetKey\n"
        f"print(WidgetKey.objects.make(name='Oscar', origins={origin!r}).public)"
    )
    return shop.manage("shell", "--verbosity=0", "--command", made).strip()


def test_its_pages_show_what_looks_alike(
    tmp_path_factory: pytest.TempPathFactory, currency: str, browser: Browser
) -> None:
    oscar = Oscar(tmp_path_factory.mktemp("oscar"), currency)
    page = oscar.folder / "templates" / "oscar" / "catalogue" / "detail.html"
    page.parent.mkdir(parents=True)
    with (
        oscar.served(tells_public=True) as origin,
        shop_beside(origin, tmp_path_factory.mktemp("shop")) as shop,
        browser.new_context() as context,
    ):
        page.write_text(PAGE.format(shop=shop.address, key=key_for(origin, shop)))
        # Its pages want scripts of others, which they can do without.
        context.route(lambda url: not url.startswith("http://127.0.0.1:"), lambda r: r.abort())
        hat = context.new_page()
        hat.goto(f"{origin}/catalogue/sun-hat-1_1/")
        assert hat.get_by_role("heading", name="Sun hat 1").is_visible()
        hat.locator("vitrine-similar").scroll_into_view_if_needed()
        hat.locator("vitrine-similar[state=ready]").wait_for()
        found = hat.get_by_role("region", name="Looks alike").get_by_role("link")
        assert found.count() == 3
        # To the other hats, in the old shop.
        assert "/search/?q=" in str(found.first.get_attribute("href"))
        found.first.click()
        hat.wait_for_url(f"{origin}/search/?q=*")

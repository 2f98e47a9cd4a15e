"""A file that the shop is kept in step with: added, looked at, imported, and doubted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_every_page import faults
from tests.running_shop import RunningShop
from tests.shop.catalog.foreign_files import OLD, written

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def file(running_shop: RunningShop) -> Iterator[Path]:
    """A supplier's list, where the shop looks for such files."""
    path = running_shop.var / "sources" / "supplier.csv"
    yield path
    path.unlink()


def put(file: Path, *handles: str) -> None:
    shirt = {"Type": "Bags", "Published": "true", "Status": "active", "Variant Price": "20"}
    rows = [shirt | {"Handle": handle, "Title": handle.title()} for handle in handles]
    file.write_bytes(written(OLD, *rows))


@pytest.mark.parametrize("width", [1280, 360])
def test_the_life_of_a_source(merchant: Page, file: Path, width: int) -> None:
    page, name = merchant, f"Supplier {width}"
    bags = [f"supplied-{width}-{letter}" for letter in "abcdef"]
    put(file, *bags)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/admin/catalog/importsource/add/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Address").fill("https://shop.example/feed.xml")
    page.get_by_label("File").select_option("supplier.csv")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("one of the two")).to_be_visible()
    page.get_by_label("Address").fill("")
    page.get_by_label("Is imported").select_option("every day")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("It has not been imported yet.")).to_be_visible()
    expect(page.get_by_text("Next time")).to_be_visible()
    assert faults(page, within=".card") == []

    page.get_by_role("button", name="Show me first what becomes of it").click()
    expect(page.locator("#job .state")).to_have_text("previewed")
    page.get_by_role("button", name="Import it").click()
    expect(page.locator("#job .state")).to_have_text("done: 6 created, 0 updated, 0 unchanged")

    put(file, *bags[:4])
    page.get_by_role("link", name="To its source").click()
    page.get_by_role("button", name="Run now").click()
    expect(page.locator("#job .state")).to_have_text("done: 0 created, 0 updated, 4 unchanged")
    expect(page.get_by_role("alert")).to_contain_text(
        "2 products are not in the file any more. That is more than a tenth"
    )
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(2)
    assert faults(page, within=".card") == []
    page.get_by_role("button", name="Archive them anyway").click()
    expect(page.locator("#job .state")).to_have_text(
        "done: 0 created, 0 updated, 4 unchanged, 2 archived"
    )

    put(file, *bags)
    page.get_by_role("link", name="To its source").click()
    page.get_by_role("button", name="Run now").click()
    expect(page.locator("#job .state")).to_have_text("done: 0 created, 2 updated, 4 unchanged")
    page.get_by_role("link", name="To its source").click()
    expect(page.get_by_role("row")).to_have_count(4)
    assert faults(page, within=".card") == []

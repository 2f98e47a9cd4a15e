"""`manage.py save_oscar` keeps what an API tells, in the shape that imports read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from shop.catalog.imports import oscar_api
from tests.shop.catalog.exchange import oscar
from tests.shop.catalog.foreign_files import rows
from tests.site import Answer, Site


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    """The API of a shop with a hat alone and one in two sizes."""
    with Site() as site:
        settings.FETCH_ALLOWED = [site.origin]
        for number, hat in ((1, oscar.HAT), (2, {**oscar.HAT, **oscar.PARENT, "upc": "P"})):
            structure = str(hat["structure"])
            _answers(site, hat, f"/api/products/{number}/")
            link = {"url": f"{site.origin}/api/products/{number}/", "title": hat["title"]}
            _say(site, f"/api/products/?structure={structure}", [link])
        yield site


def _answers(site: Site, product: Any, path: str) -> Any:
    """Have the site tell a product as the API does: with addresses for price and availability."""
    told = {**product, "url": f"{site.origin}{path}"}
    for name in ("price", "availability"):
        _say(site, f"{path}{name}/", product[name])
        told[name] = f"{site.origin}{path}{name}/"
    children = enumerate(product.get("children", ()))
    told["children"] = [_answers(site, child, f"{path}{at}/") for at, child in children]
    _say(site, path, told)
    return told


def _say(site: Site, path: str, told: Any) -> None:
    site.answers[path] = Answer(json.dumps(told).encode())


def test_what_is_saved_can_be_imported(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "oscar.json"
    call_command("save_oscar", f"{site.origin}/api/", path)
    hat, of_sizes = rows(path.read_bytes())
    assert (hat.sku, hat.price_cents, hat.stock) == ("HAT-7", 2990, (4,))
    assert (of_sizes.sku, of_sizes.sizes, of_sizes.prices) == ("P-NAVY", ("S", "M"), (4150, 4250))


def test_what_was_saved_before_stays_where_the_api_breaks_off(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oscar_api, "PAUSE_S", 0.0)
    path = tmp_path / "oscar.json"
    path.write_text("before")
    site.answers["/api/products/2/price/"] = Answer(status=503)
    with pytest.raises(CommandError, match=site.origin):
        call_command("save_oscar", f"{site.origin}/api", path)
    assert site.paths.count("/api/products/2/price/") == oscar_api.TIMES
    assert [each.name for each in tmp_path.iterdir()] == ["oscar.json"]
    assert path.read_text() == "before"


def test_an_address_within_is_not_asked(site: Site, tmp_path: Path, settings: Settings) -> None:
    settings.FETCH_ALLOWED = []
    with pytest.raises(CommandError, match="It names the port"):
        call_command("save_oscar", f"{site.origin}/api/", tmp_path / "oscar.json")
    assert site.paths == []

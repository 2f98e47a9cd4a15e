"""docs/exchange.md names whatever the readers of other shops' files understand."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from shop.catalog.imports.formats import feeds, hm, shopify, woocommerce


@pytest.fixture(scope="module")
def docs() -> str:
    return Path(settings.BASE_DIR, "docs", "exchange.md").read_text().lower()


def test_every_column_of_shopifys_first_headings_is_told(docs: str) -> None:
    # Those of the second set say the same, and an option has three numbers.
    known = {"handle", "title", "body (html)", "vendor", "type", "published", "status"}
    assert known < set(shopify.COLUMNS)
    first = {name for name in shopify.COLUMNS if name.startswith(("variant", "image", "google"))}
    assert {name for name in known | first if name not in docs} == {"variant image url"}


@pytest.mark.parametrize("name", sorted(feeds.NAMES - {"quantity"}))
def test_every_attribute_of_a_feed_is_told(docs: str, name: str) -> None:
    assert f"`{name}`" in docs


@pytest.mark.parametrize("name", sorted(woocommerce.COLUMNS))
def test_every_column_of_woocommerce_is_told(docs: str, name: str) -> None:
    assert f"`{name}`" in docs


@pytest.mark.parametrize("name", sorted(hm.COLUMNS))
def test_every_column_of_the_data_set_is_told(docs: str, name: str) -> None:
    assert f"`{name}`" in docs

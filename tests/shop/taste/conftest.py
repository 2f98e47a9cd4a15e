"""Coats that all look alike, a shopper, and nobody who did anything yet."""

from __future__ import annotations

import shutil

import pytest

from tests.shop.catalog.conftest import alike_by_order, coats, no_memory, products, search_away
from tests.shop.events.conftest import nothing_waits
from tests.shop.shoppers.conftest import ada

__all__ = [
    "ada",
    "alike_by_order",
    "coats",
    "no_memory",
    "nothing_waits",
    "products",
    "search_away",
]


@pytest.fixture(autouse=True)
def nobody_did_anything(request: pytest.FixtureRequest) -> None:
    from shop.taste import crowd

    request.getfixturevalue("no_memory")
    shutil.rmtree(crowd.folder(), ignore_errors=True)

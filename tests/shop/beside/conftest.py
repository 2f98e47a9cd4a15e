"""Coats that all look alike, and nobody who did anything yet."""

from __future__ import annotations

from tests.shop.catalog.conftest import alike_by_order, coats, no_memory, products, search_away
from tests.shop.taste.conftest import nobody_did_anything

__all__ = [
    "alike_by_order",
    "coats",
    "no_memory",
    "nobody_did_anything",
    "products",
    "search_away",
]

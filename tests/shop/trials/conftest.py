"""Coats that all look alike, and nothing that waits to be written."""

from tests.shop.catalog.conftest import alike_by_order, coats, no_memory, products
from tests.shop.events.conftest import nothing_waits

__all__ = ["alike_by_order", "coats", "no_memory", "nothing_waits", "products"]

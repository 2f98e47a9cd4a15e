"""A product to count. Models are imported where they are used, as Django is not set up yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from shop.catalog.models import Product


@pytest.fixture
def coat(db: None) -> Product:
    """A coat in three sizes; the last has no SKU of its own."""
    from shop.catalog.models import Category, Product
    from shop.catalog.parts import Variant

    return Product.objects.create(
        sku="COAT",
        name="Long coat",
        category=Category.objects.create(name="Coats", slug="coats"),
        price_cents=9900,
        variants=[
            Variant(size="S", sku="COAT-S"),
            Variant(size="M", sku="COAT-M", available=False),
            Variant(size="One size"),
        ],
    )

"""A shop with two pieces to buy. Models are imported where they are used: Django is not set up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from shop.basket.models import Basket
    from shop.catalog.models import Product


@pytest.fixture
def shirt(db: None) -> Product:
    """Sizes S (5 pieces), M (none) and L, which nobody counts."""
    from shop.catalog import remember
    from shop.catalog.models import Category, Product
    from shop.catalog.parts import Variant
    from shop.stock.counting import count

    remember.forget_all()
    shirt = Product.objects.create(
        sku="SHIRT",
        name="Linen shirt",
        category=Category.objects.create(name="Shirts", slug="shirts"),
        price_cents=4900,
        variants=[Variant(size=size, sku=f"SHIRT-{size}") for size in "SML"],
    )
    count(str(shirt.pk), {"SHIRT-S": 5, "SHIRT-M": 0})
    return shirt


@pytest.fixture
def bag(shirt: Product) -> Product:
    """A product without sizes, of which there are two."""
    from shop.catalog.models import Product
    from shop.stock.counting import count

    bag = Product.objects.create(
        sku="BAG", name="Bag", category_id=shirt.category_id, price_cents=12000
    )
    count(str(bag.pk), {"BAG": 2})
    return bag


@pytest.fixture
def basket(db: None) -> Basket:
    from shop.basket.models import Basket

    return Basket.objects.create()


@pytest.fixture
def ada(db: None) -> User:
    from django.contrib.auth.models import User

    return User.objects.create_user("ada", password="pw")

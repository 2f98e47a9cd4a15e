"""A shopper and what they may like. Models are imported where they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from shop.catalog.models import Product

EMAIL = "ada@example.com"
PASSWORD = "a long walk by the sea"


@pytest.fixture
def ada(db: None) -> User:
    """A shopper whose address is confirmed."""
    from allauth.account.models import EmailAddress
    from django.contrib.auth.models import User

    ada = User.objects.create_user("ada", EMAIL, PASSWORD, first_name="Ada")
    EmailAddress.objects.create(user=ada, email=EMAIL, primary=True, verified=True)
    return ada


@pytest.fixture
def shirts(db: None) -> list[Product]:
    """Three shirts, Navy, Rust and Sage."""
    from shop.catalog import remember
    from shop.catalog.models import Category, Product
    from tests.shop.catalog.shelves import put

    remember.forget_all()
    category = Category.objects.create(name="Shirts", slug="shirts")
    shirts = [
        Product(
            sku=colour.upper(),
            name=f"{colour} shirt",
            colours=[colour],
            category=category,
            price_cents=4900,
        )
        for colour in ("Navy", "Rust", "Sage")
    ]
    return put(category, *shirts)

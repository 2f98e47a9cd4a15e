"""A shopper with a token, and things to read. Models are imported where they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from tests.running_shop import RunningShop

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from shop.catalog.models import Category, Product


@pytest.fixture
def coats(db: None) -> Category:
    from shop.catalog import remember
    from shop.catalog.models import Category

    remember.forget_all()
    return Category.objects.create(name="Coats", slug="coats", description="Long and warm.")


@pytest.fixture
def products(coats: Category) -> list[Product]:
    """Six coats, Piece 0 to Piece 5, at 10 to 60; of size M of Piece 0 there are two."""
    from shop.stock.counting import count
    from tests.shop.catalog.shelves import make_products

    made = make_products(coats, 6)
    count(str(made[0].pk), {"SKU-COATS-0-M": 2})
    return made


@pytest.fixture
def ada(db: None) -> User:
    from django.contrib.auth.models import User

    return User.objects.create_user("ada")


@pytest.fixture
def secret(ada: User) -> str:
    """What a program of hers sends."""
    from shop.api.models import Token

    return Token.objects.make(user=ada, name="Till")[1]


@pytest.fixture
def program(secret: str) -> Client:
    """A client with her token, which has no use for a CSRF token."""
    return Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture(scope="session")
def shopper_token(running_shop: RunningShop) -> str:
    """The token of a shopper in the running shop."""
    # Tests of several folders share the shop.
    made = (
        "from django.contrib.auth.models import User; User.objects.get_or_create(username='till')"
    )
    running_shop.manage("shell", "--verbosity=0", "--command", made)
    return running_shop.manage("api_token", "till", "Tests").strip()

"""Somebody with a coat in the bag. Models are imported where they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.shop.orders.conftest import coat, committed, delivery, eager_tasks

if TYPE_CHECKING:
    from django.test import Client

    from shop.catalog.models import Product
    from shop.orders.models import DeliveryMethod
    from tests.shop.checkout.buying import Buyer

__all__ = ["coat", "committed", "delivery", "eager_tasks"]


@pytest.fixture
def buyer(client: Client, coat: Product, delivery: DeliveryMethod) -> Buyer:
    """Somebody without an account who has put one coat in S into the bag."""
    from tests.shop.checkout.buying import Buyer

    buyer = Buyer(client)
    buyer.put(coat, "COAT-S")
    return buyer

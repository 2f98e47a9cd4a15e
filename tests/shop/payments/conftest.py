"""An order to pay, and a stand-in for Stripe. Models are imported where they are used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.shop.orders.conftest import coat, committed, delivery, eager_tasks, order

if TYPE_CHECKING:
    from tests.shop.payments.stripe_stand_in import StripeStandIn

__all__ = ["coat", "committed", "delivery", "eager_tasks", "order"]


@pytest.fixture
def stripe(settings: Any) -> Iterator[StripeStandIn]:
    """The shop is set up for Stripe, which a server of this machine stands in for."""
    from payments.core import PROVIDER_CACHE

    from tests.shop.payments.stripe_stand_in import API_KEY, WEBHOOK_SECRET, StripeStandIn

    with StripeStandIn() as stand_in:
        config = {
            "api_key": API_KEY,
            "endpoint_secret": WEBHOOK_SECRET,
            "base_addresses": {"api": stand_in.address},
        }
        settings.PAYMENT_VARIANTS = {"stripe": ("shop.payments.providers.StripeProvider", config)}
        PROVIDER_CACHE.clear()
        yield stand_in
        PROVIDER_CACHE.clear()

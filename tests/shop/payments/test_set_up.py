"""How the shop is set up to take money, and what it says where it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from shop.orders.models import Order
from shop.payments.checks import check_stripe, check_takes_money
from tests.shop.checkout.buying import Buyer
from tests.shop.config.test_settings import manage
from tests.shop.orders.shopping import basket_with
from tests.shop.payments.stripe_stand_in import StripeStandIn

SHOW = "from django.conf import settings; print('ways:', *settings.PAYMENT_VARIANTS)"
KEY = {"VITRINE_STRIPE_SECRET_KEY": "sk_test_0"}
SECRET = {"VITRINE_STRIPE_WEBHOOK_SECRET": "whsec_0"}
PUBLIC = {"VITRINE_HTTPS": "on", "SECRET_KEY": "s" * 50, "ALLOWED_HOSTS": "shop.example"}


def ids(messages: Any) -> list[str]:
    return [message.id for message in messages]


@pytest.mark.parametrize(
    ("environment", "ways"),
    [
        ({}, "ways: trial"),
        (KEY | SECRET, "ways: stripe"),
        (PUBLIC | KEY | SECRET, "ways: stripe"),
        (PUBLIC, "ways:"),
        (KEY, "ways:"),
        (SECRET, "ways:"),
    ],
)
@pytest.mark.slow
def test_who_takes_the_money(tmp_path: Path, environment: dict[str, str], ways: str) -> None:
    done = manage(tmp_path, "shell", "--no-imports", "-c", SHOW, **environment)
    assert done.stdout.strip().splitlines()[-1] == ways, done.stderr


def test_half_a_configuration_is_an_error(settings: Any) -> None:
    assert check_stripe(None) == []
    settings.STRIPE_SECRET_KEY = "sk_test_0"
    assert ids(check_stripe(None)) == ["vitrine.E007"]
    settings.STRIPE_WEBHOOK_SECRET = "whsec_0"
    assert check_stripe(None) == []
    settings.STRIPE_SECRET_KEY = ""
    assert ids(check_stripe(None)) == ["vitrine.E007"]


def test_a_shop_on_trial_takes_no_money(settings: Any) -> None:
    assert ids(check_takes_money(None)) == ["vitrine.W004"]
    settings.PAYMENT_VARIANTS = {"stripe": ("", {})}
    assert check_takes_money(None) == []


def test_forms_lead_to_stripe_from_the_review_alone(
    client: Client, order: Order, coat: Any, stripe: StripeStandIn
) -> None:
    buyer = Buyer(client)
    session = client.session
    session["basket"] = basket_with(coat, {"COAT-S": 1}).pk
    session.save()
    client.cookies["sessionid"] = session.session_key
    buyer.address()
    buyer.delivery()
    review = buyer.payment("stripe")
    assert "form-action 'self' https://checkout.stripe.com;" in review["Content-Security-Policy"]
    assert "default-src 'self';" in review["Content-Security-Policy"]
    for path in ("/checkout/address/", "/checkout/payment/", order.get_absolute_url(), "/"):
        assert "stripe" not in client.get(path)["Content-Security-Policy"]

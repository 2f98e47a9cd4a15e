"""What a voucher is good for, and how often."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from shop.catalog.models import Product
from shop.orders import transitions
from shop.orders.errors import VoucherRefused
from shop.orders.models import DeliveryMethod, Order, Voucher
from shop.orders.states import State
from shop.orders.vouchers import accepted
from tests.shop.orders.shopping import order_of, taken_to

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def voucher(**facts: Any) -> Voucher:
    return Voucher.objects.create(**{"code": "TEN", "percent": 10, "most_uses_each": None, **facts})


@pytest.mark.parametrize("typed", ["TEN", "ten", " t e n "])
def test_a_code_is_found_however_it_is_typed(typed: str) -> None:
    ten = voucher(code="ten")
    assert accepted(typed, goods_cents=100) == ten


def test_no_code_is_no_voucher() -> None:
    assert accepted("  ", goods_cents=100) is None


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"code": "OTHER"}, "We know no voucher"),
        ({"active": False}, "no longer valid"),
        ({"ends": timezone.now()}, "no longer valid"),
        ({"starts": timezone.now() + DAY}, "not valid yet"),
        ({"minimum_cents": 5000}, "goods worth €50.00 or more"),
        ({"most_uses": 0}, "used up"),
    ],
)
def test_a_voucher_that_is_not_good(facts: dict[str, Any], reason: str) -> None:
    voucher(**facts)
    with pytest.raises(VoucherRefused, match=reason):
        accepted("TEN", goods_cents=4999)


def test_a_shopper_is_known_by_the_address(coat: Product, delivery: DeliveryMethod) -> None:
    voucher(most_uses_each=1)
    order_of(coat, {"COAT-S": 1}, delivery, voucher_code="TEN", email="ada@example.com")
    with pytest.raises(VoucherRefused, match="already"):
        accepted("TEN", goods_cents=9900, email="ADA@example.com")
    assert accepted("TEN", goods_cents=9900, email="bob@example.com")


@pytest.mark.parametrize("state", [State.CANCELLED, State.REFUNDED])
def test_a_cancelled_order_gives_its_use_back(
    coat: Product, delivery: DeliveryMethod, state: State
) -> None:
    voucher(most_uses=1)
    order = order_of(coat, {"COAT-S": 1}, delivery, voucher_code="TEN")
    with pytest.raises(VoucherRefused, match="used up"):
        order_of(coat, {"COAT-S": 1}, delivery, voucher_code="TEN", email="bob@example.com")
    taken_to(order, state)
    assert accepted("TEN", goods_cents=9900)


def test_what_is_returned_has_used_its_voucher(coat: Product, delivery: DeliveryMethod) -> None:
    voucher(most_uses=1)
    order = order_of(coat, {"COAT-S": 1}, delivery, voucher_code="TEN")
    order = taken_to(order, State.DELIVERED)
    transitions.move(order, State.REFUNDED, by="mia")
    with pytest.raises(VoucherRefused, match="used up"):
        accepted("TEN", goods_cents=9900)


def test_a_refused_voucher_places_nothing(coat: Product, delivery: DeliveryMethod) -> None:
    with pytest.raises(VoucherRefused):
        order_of(coat, {"COAT-S": 1}, delivery, voucher_code="TEN")
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"percent": None}, "takes off"),
        ({"percent": 101}, "100"),
        ({"kind": "fixed", "percent": None}, "takes off"),
        ({"ends": timezone.now() - DAY}, "before it starts"),
        ({"code": "50% off"}, "Letters"),
    ],
)
def test_a_voucher_that_makes_no_sense_is_not_kept(facts: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        Voucher(**{"code": "TEN", "percent": 10, **facts}).full_clean()

"""What an order of the shopper's choices would cost, and placing it."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from shop.basket.checking import Checked
from shop.basket.models import Basket
from shop.checkout.choices import Choices
from shop.orders import placing, vouchers
from shop.orders.errors import NotDelivered
from shop.orders.models import DeliveryMethod, Order, Voucher
from shop.orders.pricing import Totals
from shop.payments import paying


def delivery_of(choices: Choices) -> DeliveryMethod:
    """The chosen delivery. Raises NotDelivered when it is no more."""
    key = choices.delivery
    found = DeliveryMethod.objects.filter(pk=key).first() if key else None
    if found is None:
        raise NotDelivered(_("We cannot deliver there this way. Choose another delivery."))
    return found


def voucher_of(choices: Choices, goods: Checked) -> Voucher | None:
    """The voucher that was typed in. Raises VoucherRefused when it is not good for these goods."""
    return vouchers.accepted(choices.voucher, goods_cents=goods.total_cents, email=choices.email)


def quote(choices: Choices, goods: Checked, delivery: DeliveryMethod) -> Totals:
    """What it would cost. Raises NotDelivered and VoucherRefused."""
    return placing.quote(
        goods,
        delivery=delivery,
        country=choices.destination.country,
        voucher=voucher_of(choices, goods),
    )


def placed(key: str) -> Order | None:
    """The order that has come of a checkout already."""
    return Order.objects.filter(checkout_key=key).first()


def order(
    basket: Basket, choices: Choices, *, user: User | None, origin: str, agreed_cents: int
) -> Order:
    """Place the order and begin its payment, once for a checkout. Raises OrderError."""
    placed = placing.place(
        basket,
        checkout_key=choices.key,
        email=choices.email,
        address=choices.destination,
        delivery=delivery_of(choices),
        origin=origin,
        user=user,
        voucher_code=choices.voucher,
        agreed_cents=agreed_cents,
    )
    if placed.due_cents:
        paying.begin(placed, choices.method)
    return placed

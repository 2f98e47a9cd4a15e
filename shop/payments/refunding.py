"""Giving money back through the providers that took it."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils.translation import gettext as _
from payments import PaymentError, PaymentStatus

from shop.catalog.money import units
from shop.orders import transitions
from shop.orders.errors import OrderError, TransitionRefused
from shop.orders.models import Order
from shop.orders.states import State
from shop.orders.transitions import PAYMENT
from shop.payments import providers
from shop.payments.errors import ProviderFailed
from shop.payments.models import Payment

logger = logging.getLogger(__name__)


def held_cents(order: Order) -> int:
    """What the shop holds of an order's money and can give back through providers, in cents."""
    return order.payments.received().held_cents()


def give_back(order: Order, *, cents: int, by: str) -> Order:
    """Have the providers give so much back, and take it down; the order as it is then.

    Each payment gives what it holds, the first one first. Whoever asks for the same twice at once
    gives back once. Raises TransitionRefused for more than is held, and for all of it while the
    pieces are in the house; ProviderFailed, after which asking again is safe.
    """
    _refuse(order, cents)
    for payment in order.payments.received():
        part = min(cents, payment.held_cents)
        if part:
            _give_back(payment, part, by)
            cents -= part
    return Order.objects.get(pk=order.pk)


def give_back_owed(order: Order) -> None:
    """Give back what an order owes that was called off or paid twice, as far as providers hold it.

    What goes wrong is written into the log; the order goes on owing it, and is tried again.
    """
    cents = min(order.refund_due_cents, held_cents(order))
    if not cents:
        return
    try:
        give_back(order, cents=cents, by=PAYMENT)
    except (OrderError, ValueError) as error:
        logger.warning("Order %s still owes a refund: %s", order.number, error)


def give_back_all_owed() -> None:
    """Give back what was left owing, because nobody was told or a provider was away."""
    for order in Order.objects.owing_a_refund().filter(payments__captured_amount__gt=0).distinct():
        give_back_owed(order)


def _refuse(order: Order, cents: int) -> None:
    if cents > held_cents(order):
        raise TransitionRefused(_("More cannot be given back than was paid."))
    is_all = order.refunded_cents + cents == order.paid_cents
    is_owed = cents <= order.refund_due_cents
    if is_all and not is_owed and State.REFUNDED not in order.following_states:
        raise TransitionRefused(_("Cancel the order first: all of it is still to be delivered."))


def _give_back(payment: Payment, cents: int, by: str) -> None:
    held = payment.captured_amount
    try:
        providers.provider_of(payment).refund(payment, units(cents))
    except PaymentError as error:
        raise ProviderFailed(str(error)) from error
    with transaction.atomic():
        left = held - units(cents)
        # The provider gave once to all who asked while it held this much, so one takes it down.
        taken_down = Payment.objects.filter(pk=payment.pk, captured_amount=held).update(
            captured_amount=left,
            status=PaymentStatus.CONFIRMED if left else PaymentStatus.REFUNDED,
        )
        if taken_down:
            order = Order.objects.select_for_update(no_key=True).get(pk=payment.order_id)
            transitions.refund(order, cents=order.refunded_cents + cents, by=by)

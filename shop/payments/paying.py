"""Asking for an order's money, and what follows when it comes or does not."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from payments import PaymentError, PaymentStatus, RedirectNeeded

from shop.catalog.money import units
from shop.orders import transitions
from shop.orders.models import Order
from shop.orders.states import State
from shop.payments import providers
from shop.payments.errors import NoWayToPay, ProviderFailed
from shop.payments.models import Payment

logger = logging.getLogger(__name__)

# A provider tells by itself how a payment went; for so long that is waited for.
WAIT_FOR_WORD = timedelta(minutes=2)


@transaction.atomic
def begin(order: Order, method: str = "") -> Payment:
    """The open payment of an order, made if there is none; its pieces are held from now on.

    Never called for who merely looks: links are followed by machines, too.

    `method` is one of `providers.offered()`; without it, the way that was chosen last. Raises
    NoWayToPay, and TransitionRefused when the order is not to be paid any more.
    """
    order = transitions.hold(order)
    method = _method(order, method)
    due = units(order.due_cents)
    found: Payment | None = order.payments.open().filter(variant=method, total=due).first()
    return found or Payment.objects.create(
        order=order, variant=method, total=due, currency=order.currency
    )


def way_of(order: Order) -> providers.Method:
    """How an order would be paid, which asks nobody and holds nothing. Raises NoWayToPay."""
    return providers.METHODS[_method(order, "")]


def first_page(order: Order) -> str:
    """Where a shopper who has just ordered goes: to the provider's page, or to the shop's own.

    Raises NoWayToPay, TransitionRefused and ProviderFailed.
    """
    if order.due_cents and way_of(order).origin:
        try:
            ask(begin(order))
        except RedirectNeeded as there:
            return str(there)
    return reverse("order_pay", args=[order.token])


def ask(payment: Payment, data: Any = None) -> Any:
    """The provider's form for the shopper, filled with `data` if there is any.

    Raises `payments.RedirectNeeded` where the shopper must go elsewhere, and ProviderFailed.
    """
    try:
        return providers.provider_of(payment).get_form(payment, data)
    except RedirectNeeded:
        raise
    except PaymentError as error:
        logger.warning("The provider of payment %s failed: %s", payment.token, error)
        raise ProviderFailed(
            _("The payment could not be begun. Nothing was charged; try again in a moment.")
        ) from error


def follow(payment: Payment) -> None:
    """Tell the order what became of a payment; told twice, nothing changes."""
    if payment.status == PaymentStatus.CONFIRMED:
        transitions.pay(payment.order, cents=payment.order.payments.received().total_cents())
    elif payment.status in (PaymentStatus.REJECTED, PaymentStatus.ERROR):
        transitions.let_go(payment.order)


def conclude(payment: Payment) -> None:
    """Ask the provider what became of an open payment, and end it if its order is not to be paid.

    Raises ProviderFailed.
    """
    provider = providers.provider_of(payment)
    try:
        payment = provider.status(payment)
        is_wanted = payment.order.state == State.PLACED
        if payment.status in (PaymentStatus.WAITING, PaymentStatus.INPUT) and not is_wanted:
            payment.cancel()
    except PaymentError as error:
        raise ProviderFailed(str(error)) from error


def conclude_waiting() -> None:
    """Ask after payments that no word came of, and end those of orders that were cancelled."""
    before = timezone.now() - WAIT_FOR_WORD
    for payment in Payment.objects.open().filter(created__lt=before).select_related("order"):
        try_to_conclude(payment)


def try_to_conclude(payment: Payment) -> None:
    """As `conclude`, for those who will ask again: what goes wrong is written into the log."""
    try:
        conclude(payment)
    except (ProviderFailed, ValueError) as error:
        logger.warning("Payment %s cannot be concluded: %s", payment.token, error)


def _method(order: Order, wanted: str) -> str:
    offered = providers.offered()
    if not offered:
        raise NoWayToPay(_("This shop cannot take payments yet."))
    last = order.payments.first()
    chosen = wanted or (last.variant if last else "")
    return chosen if chosen in offered else next(iter(offered))

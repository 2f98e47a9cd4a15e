"""Giving money back through the providers that took it.

A refund is begun in one transaction, which takes what it comes to off what is held, so no two
promise the same money. Then providers are asked, while nothing is locked. Whoever dies in between,
or hears nothing, leaves it open: it is asked for again by the same keys until there is an answer.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from payments import PaymentError, PaymentStatus

from shop.catalog.money import price, units
from shop.orders import refunds, transitions
from shop.orders.errors import OrderError
from shop.orders.models import Order, Refund
from shop.orders.refunds import Wish
from shop.orders.transitions import PAYMENT
from shop.payments import providers
from shop.payments.errors import ProviderFailed, ProviderSilent
from shop.payments.models import Payment, PaymentQuerySet, PaymentRefund

logger = logging.getLogger(__name__)

# So long whoever began a refund is left to carry it out.
PATIENCE = timedelta(minutes=1)


def holding(order: Order) -> PaymentQuerySet:
    """An order's payments that money may go back through, in the order in which they were begun.

    What a provider holds that the shop uses no more goes back by hand.
    """
    return order.payments.received().filter(variant__in=providers.offered())


def shares(payments: Sequence[Payment], cents: int) -> Iterator[tuple[Payment, int]]:
    """What each payment gives of so much: all that it holds, the first one first.

    What is left when none holds more is given by hand.
    """
    for payment in payments:
        part = min(cents, payment.held_cents)
        if part:
            yield payment, part
            cents -= part


def give_back(order: Order, wish: Wish, *, key: str, by: str) -> None:
    """Have the providers give back what is wished, and take it down; the same key once.

    Raises RefundRefused and TransitionRefused for what may not be given back, and ProviderFailed
    where a provider refused, in which case its part was not given; ProviderSilent where it has not
    answered and is asked again.
    """
    carry_out(_begun(order, wish, key, by))


def carry_out(refund: Refund) -> None:
    """Ask for what a refund still waits for, and conclude it. Raises ProviderFailed."""
    for part in refund.parts.filter(done_at=None).select_related("payment", "refund"):
        _ask(part)
    transitions.conclude(refund)


def give_back_owed(order: Order) -> None:
    """Give back what an order owes that was called off or paid twice, as far as providers hold it.

    What goes wrong is written into the log; the order goes on owing it, and is tried again.
    """
    try:
        refund = _begun_of_owed(order)
        if refund:
            carry_out(refund)
    except OrderError as error:
        logger.warning("Order %s still owes a refund: %s", order.number, error)


def give_back_all_owed() -> None:
    """Give back what was left owing, because nobody was told or a provider was away."""
    for order in Order.objects.owing_a_refund().filter(payments__captured_amount__gt=0).distinct():
        give_back_owed(order)


def carry_out_waiting() -> None:
    """Ask again for refunds that somebody did not live to carry out, or that had no answer."""
    waiting = Refund.objects.open().filter(begun_at__lt=timezone.now() - PATIENCE)
    for refund in waiting.select_related("order"):
        try:
            carry_out(refund)
        except OrderError as error:
            logger.warning("A refund of order %s is not done: %s", refund.order.number, error)


@transaction.atomic
def _begun(order: Order, wish: Wish, key: str, by: str) -> Refund:
    # Before the order, as those do who follow a provider's word.
    payments = _locked_payments(order)
    refund, is_new = refunds.begin(order, wish, key=key, by=by)
    if is_new:
        _share_out(refund, payments)
    return refund


@transaction.atomic
def _begun_of_owed(order: Order) -> Refund | None:
    """A refund of what the order owes, as far as its payments hold it; None for nothing."""
    payments = _locked_payments(order)
    order = transitions.locked(order)
    cents = min(order.refund_due_cents, sum(payment.held_cents for payment in payments))
    if not cents:
        return None
    key = f"owed {order.number} {order.paid_cents} {order.refunded_cents}"
    refund, is_new = refunds.begin(order, Wish(cents=cents), key=key, by=PAYMENT)
    if is_new:
        _share_out(refund, payments)
    return refund


def _locked_payments(order: Order) -> list[Payment]:
    return list(holding(order).select_for_update(no_key=True))


def _share_out(refund: Refund, payments: Sequence[Payment]) -> None:
    for payment, cents in shares(payments, refund.cents):
        refund.parts.create(payment=payment, cents=cents)
        payment.captured_amount -= units(cents)
        payment.save(update_fields=["captured_amount"])


def _ask(part: PaymentRefund) -> None:
    try:
        providers.provider_of(part.payment).give_back(part)
    except ValueError as error:  # The shop has not used this provider since it was begun.
        raise ProviderSilent(str(error)) from error
    except PaymentError as error:
        if error.code == providers.SILENT:
            raise ProviderSilent(
                _("The provider does not answer. It is asked again every minute: %s") % error
            ) from error
        _take_off(part, str(error))
        raise ProviderFailed(str(error)) from error
    PaymentRefund.objects.filter(pk=part.pk, done_at=None).update(done_at=timezone.now())
    emptied = Payment.objects.filter(pk=part.payment_id, captured_amount=0)
    emptied.update(status=PaymentStatus.REFUNDED)


@transaction.atomic
def _take_off(part: PaymentRefund, reason: str) -> None:
    """A payment does not give its part: it still holds that, and so does the order."""
    payment = Payment.objects.select_for_update(no_key=True).get(pk=part.payment_id)
    if not PaymentRefund.objects.filter(pk=part.pk, done_at=None).delete()[0]:
        return
    payment.captured_amount += units(part.cents)
    payment.save(update_fields=["captured_amount"])
    amount = price(part.cents, payment.currency)
    note = _("%(amount)s could not be given back: %(reason)s")
    transitions.fall_short(
        part.refund, cents=part.cents, note=note % {"amount": amount, "reason": reason}
    )

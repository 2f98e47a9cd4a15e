"""Receiving withdrawals, finding out what they are about, settling them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from shop.orders import returning
from shop.orders.models import Order
from shop.orders.transitions import SHOPPER, locked
from shop.withdrawals.models import State, Withdrawal, WithdrawalQuerySet
from shop.withdrawals.receipts import wake


@dataclass(frozen=True)
class Statement:
    """What somebody states: who they are, of which contract, and for which pieces, if not all."""

    name: str
    number: str
    email: str
    pieces: str = ""


@transaction.atomic
def receive(
    statement: Statement,
    *,
    key: str,
    origin: str,
    order: Order | None = None,
    pieces: Mapping[int, int] | None = None,
) -> Withdrawal:
    """Keep a statement as of now, and send its receipt; the same key once.

    `order` is the one that it is known to be about, `pieces` how many of each of its lines, by the
    line's id. Else the order is the one of that number and mail address, if there is one. `origin`
    is the scheme and host of the shop.
    """
    facts = vars(statement) | {"language": get_language() or "", "origin": origin}
    withdrawal, is_new = Withdrawal.objects.get_or_create(key=key, defaults=facts)
    if not is_new:
        return withdrawal
    transaction.on_commit(partial(wake, withdrawal.pk), robust=True)
    order = order or named(statement.number, statement.email)
    return match(withdrawal, order, pieces=pieces) if order else withdrawal


@transaction.atomic
def match(
    withdrawal: Withdrawal, order: Order, *, pieces: Mapping[int, int] | None = None
) -> Withdrawal:
    """A withdrawal is about this order. Its pieces are to come back: those chosen, else all.

    Where they were named in words alone, the merchant sorts them out. An order that was cancelled
    leaves nothing to do. What has its order keeps it.
    """
    order = locked(order)
    withdrawal = Withdrawal.objects.select_for_update().get(pk=withdrawal.pk)
    if withdrawal.order_id:
        return withdrawal
    withdrawal.order = order
    withdrawal.is_late = order.is_too_late_to_withdraw(withdrawal.received_at)
    if pieces or not withdrawal.pieces:
        withdrawal.request = returning.withdraw(
            order, pieces=pieces or {}, is_late=withdrawal.is_late
        )
    withdrawal.save(update_fields=["order", "is_late", "request"])
    if order.cancelled_at:
        settle(Withdrawal.objects.filter(pk=withdrawal.pk), by=SHOPPER)
        withdrawal.refresh_from_db()
    return withdrawal


def settle(withdrawals: WithdrawalQuerySet, *, by: str) -> None:
    """Nothing more is to be done about these."""
    withdrawals.waiting().update(state=State.SETTLED, settled_at=timezone.now(), settled_by=by)


def named(number: str, email: str) -> Order | None:
    """The order of that number, however it is written, and mail address."""
    number = "".join(letter for letter in number.upper() if letter.isalnum())
    return Order.objects.filter(number=number, email__iexact=email).first()

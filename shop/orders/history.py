"""An order's history, and the mails that follow from it."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from shop.orders.mails import wake
from shop.orders.models import Order, OrderEvent


def write(order: Order, *, by: str, note: str = "", mail: str = "") -> OrderEvent:
    """Add what just happened, in the transaction in which it did.

    `mail` names the mail that tells the shopper, once the transaction is through.
    """
    event = OrderEvent.objects.create(order=order, state=order.state, by=by, note=note, mail=mail)
    if mail:
        transaction.on_commit(partial(wake, event.pk), robust=True)
    return event

"""An order's history, and the mails that follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise

from shop.orders.mails import wake
from shop.orders.models import Order, OrderEvent, Refund
from shop.orders.states import CALLED_OFF, USUAL_WAY, State


@dataclass(frozen=True)
class Step:
    """A state that an order came to at a time, or will come to if all goes well."""

    state: State
    at: datetime | None


def write(
    order: Order,
    *,
    by: str,
    note: str | Promise = "",
    mail: str = "",
    refund: Refund | None = None,
) -> OrderEvent:
    """Add what just happened, in the transaction in which it did.

    A `note` to be translated is in the shop's own language, as its merchant reads it, whatever that
    of the page is. `mail` names the mail that tells the shopper, once the transaction is through.
    """
    with translation.override(settings.LANGUAGE_CODE):
        text = str(note)
    event = OrderEvent.objects.create(
        order=order, state=order.state, by=by, note=text, mail=mail, refund=refund
    )
    if mail:
        transaction.on_commit(partial(wake, event.pk), robust=True)
    return event


def journey(order: Order) -> list[Step]:
    """The states that the order has come to, then those that still lie ahead."""
    reached: dict[State, datetime] = {}
    for event in order.events.all():
        reached.setdefault(State(event.state), event.at)
    ahead = () if order.state in CALLED_OFF else USUAL_WAY
    return [Step(state, at) for state, at in reached.items()] + [
        Step(state, None) for state in ahead if state not in reached
    ]

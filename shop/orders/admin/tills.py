"""The place where an app that takes an order's money says how it is shown and given back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shop.orders import refunds, transitions
from shop.orders.models import Order
from shop.orders.refunds import Wish


@dataclass(frozen=True)
class Way:
    """By what way so much of an order's money goes back. `hand` says that the merchant does it."""

    label: str | Promise
    cents: int
    hand: bool = False


class Till:
    """Where an order's money lies. In this one nothing does: it came and goes back by hand.

    `template` is the order's page, which may extend this one's.
    """

    template = "admin/orders/order/order.html"

    def shown(self, order: Order) -> dict[str, Any]:
        """What the template shows of it."""
        return {}

    def holds(self, order: Order) -> bool:
        """Whether money of this order lies here, so that it is given back from here."""
        return False

    def ways(self, order: Order, cents: int) -> list[Way]:
        """By what ways so much would go back."""
        return [Way(_("by hand"), cents, hand=True)]

    @transaction.atomic
    def give_back(self, order: Order, wish: Wish, *, key: str, by: str) -> None:
        """Give back what is wished, or take down that the merchant did; the same key once.

        Raises OrderError.
        """
        refund, is_new = refunds.begin(order, wish, key=key, by=by)
        if is_new:
            transitions.conclude(refund)


_till = Till()


def use(till: Till) -> None:
    """Let the pages of orders ask this one, from now on."""
    global _till
    _till = till


def current() -> Till:
    return _till

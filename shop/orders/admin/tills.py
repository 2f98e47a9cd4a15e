"""The place where an app that takes an order's money says how it is shown and given back."""

from __future__ import annotations

from typing import Any

from shop.orders import transitions
from shop.orders.models import Order


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

    def give_back(self, order: Order, *, cents: int, by: str) -> Order:
        """Give so much back, or take down that the merchant did. Raises OrderError."""
        return transitions.refund(order, cents=order.refunded_cents + cents, by=by)


_till = Till()


def use(till: Till) -> None:
    """Let the pages of orders ask this one, from now on."""
    global _till
    _till = till


def current() -> Till:
    return _till

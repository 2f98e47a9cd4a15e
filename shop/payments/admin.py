"""An order's page in the admin shows its payments: money goes back through who took it."""

from __future__ import annotations

from typing import Any

from shop.orders.admin import tills
from shop.orders.models import Order
from shop.payments import refunding


class Providers(tills.Till):
    """What providers took, they give back; the rest by hand, as without them."""

    template = "admin/payments/order.html"

    def shown(self, order: Order) -> dict[str, Any]:
        return {"payments": order.payments.all(), "held_cents": refunding.held_cents(order)}

    def holds(self, order: Order) -> bool:
        return refunding.held_cents(order) > 0

    def give_back(self, order: Order, *, cents: int, by: str) -> Order:
        if self.holds(order):
            return refunding.give_back(order, cents=cents, by=by)
        return super().give_back(order, cents=cents, by=by)


tills.use(Providers())

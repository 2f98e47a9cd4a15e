"""An order's page in the admin shows its payments: money goes back through who took it."""

from __future__ import annotations

from typing import Any

from shop.orders.admin import tills
from shop.orders.admin.tills import Way
from shop.orders.models import Order
from shop.orders.refunds import Wish
from shop.payments import providers, refunding


class Providers(tills.Till):
    """What providers took, they give back; the rest by hand, as without them."""

    template = "admin/payments/order.html"

    def shown(self, order: Order) -> dict[str, Any]:
        return {"payments": order.payments.all()}

    def holds(self, order: Order) -> bool:
        return refunding.holding(order).held_cents() > 0

    def ways(self, order: Order, cents: int) -> list[Way]:
        payments = list(refunding.holding(order))
        ways = [
            Way(providers.METHODS[payment.variant].label, part)
            for payment, part in refunding.shares(payments, cents)
        ]
        rest = cents - sum(way.cents for way in ways)
        return ways + (super().ways(order, rest) if rest else [])

    def give_back(self, order: Order, wish: Wish, *, key: str, by: str) -> None:
        refunding.give_back(order, wish, key=key, by=by)


tills.use(Providers())

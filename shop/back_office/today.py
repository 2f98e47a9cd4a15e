"""What the day brings: sales, what waits for the merchant, what is low, what is looked for in vain.

Everybody sees what they may see elsewhere in the admin.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recommender import search
from shop.catalog.models import Product
from shop.insights import sales
from shop.insights.models import FruitlessSearch
from shop.orders.models import Order
from shop.orders.states import ReturnState, State
from shop.shoppers.models import Review, ReviewState
from shop.stock.models import Stock
from shop.withdrawals.models import Withdrawal

# How many of what is low, failed and looked for in vain are named.
MOST = 6
SEARCHED_DAYS = 7

Person = User | AnonymousUser


@dataclass(frozen=True)
class Duty:
    """Something that waits for whoever has the permission; `query` narrows the list it links to."""

    label: str | Promise
    permission: str
    page: str
    query: str
    count: Callable[[], int]


@dataclass(frozen=True)
class Waiting:
    label: str | Promise
    count: int
    address: str


DUTIES = (
    Duty(
        _("Orders to pack"),
        "orders.view_order",
        "admin:orders_order_changelist",
        "state__exact=paid",
        lambda: Order.objects.filter(state=State.PAID).count(),
    ),
    Duty(
        _("Money to give back"),
        "orders.view_order",
        "admin:orders_order_changelist",
        "needs=refund",
        lambda: Order.objects.owing_a_refund().count(),
    ),
    Duty(
        _("Returns to answer"),
        "orders.view_order",
        "admin:orders_order_changelist",
        "needs=answer",
        lambda: Order.objects.filter(returns__state=ReturnState.ASKED).distinct().count(),
    ),
    Duty(
        _("Withdrawals to settle"),
        "withdrawals.view_withdrawal",
        "admin:withdrawals_withdrawal_changelist",
        "state__exact=received",
        lambda: Withdrawal.objects.waiting().count(),
    ),
    Duty(
        _("Reviews to read"),
        "shoppers.view_review",
        "admin:shoppers_review_changelist",
        "state__exact=waiting",
        lambda: Review.objects.filter(state=ReviewState.WAITING).count(),
    ),
    Duty(
        _("Pieces to count"),
        "stock.view_stock",
        "admin:stock_stock_changelist",
        "level=to-be-counted",
        lambda: Stock.objects.to_be_counted().count(),
    ),
)


def of(person: Person) -> dict[str, Any]:
    """What the overview shows them of the day."""
    return {
        "waiting": _waiting(person),
        **_sold(person),
        **_low(person),
        **_failed(person),
    }


def _waiting(person: Person) -> list[Waiting]:
    duties = (duty for duty in DUTIES if person.has_perm(duty.permission))
    return [
        Waiting(duty.label, number, f"{reverse(duty.page)}?{duty.query}")
        for duty in duties
        if (number := duty.count())
    ]


def _sold(person: Person) -> dict[str, Any]:
    if not person.has_perm("orders.view_order"):
        return {}
    yesterday, today = sales.by_day(2)
    in_vain = FruitlessSearch.objects.of_last(SEARCHED_DAYS).most_wanted(MOST)
    return {"today": today, "yesterday": yesterday, "in_vain": in_vain}


def _low(person: Person) -> dict[str, Any]:
    if not person.has_perm("stock.view_stock"):
        return {}
    low = Stock.objects.low().order_by("free", "sku")
    return {"low_stock": low[:MOST], "low_count": low.count()}


def _failed(person: Person) -> dict[str, Any]:
    """Products with a photograph that could not be embedded."""
    if not person.has_perm("catalog.view_product"):
        return {}
    try:
        items = search.failed(MOST)
    except search.SearchUnavailable:
        return {}
    return {"failed_products": Product.objects.with_ids(items) if items else []}

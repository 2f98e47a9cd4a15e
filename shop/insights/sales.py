"""What was sold: by day, and what sells best. An order counts on the day on which it was paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, Max, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from shop.orders.models import Order, OrderLine


@dataclass(frozen=True)
class Day:
    """One day's sales; `share` is its bar's length in per cent of the best day's."""

    day: date
    orders: int
    cents: int
    share: float


@dataclass(frozen=True)
class Seller:
    """A product that was sold; `name` as it was sold last."""

    product: str
    name: str
    pieces: int
    cents: int


def by_day(days: int) -> list[Day]:
    """The sales of today and of the days before, so many in all, the days without any included."""
    counted = (
        Order.objects.sold()
        .filter(paid_at__gte=_since(days))
        .order_by()
        .annotate(day=TruncDate("paid_at"))
        .values("day")
        .annotate(orders=Count("pk"), cents=Sum("total_cents") - Sum("refunded_cents"))
    )
    found = {row["day"]: row for row in counted}
    best = max((row["cents"] for row in found.values()), default=0) or 1
    first = _since(days).date()
    return [_day(first + timedelta(days=number), found, best) for number in range(days)]


def _day(day: date, found: Mapping[date, Mapping[str, int]], best: int) -> Day:
    row = found.get(day, {"orders": 0, "cents": 0})
    return Day(day, row["orders"], row["cents"], max(0, 100 * row["cents"] / best))


def best_sellers(days: int, most: int) -> list[Seller]:
    """The products of which most pieces were sold in so many days, before any came back."""
    sold = Order.objects.sold().filter(paid_at__gte=_since(days))
    counted = (
        OrderLine.objects.filter(order__in=sold)
        .order_by()
        .values("product")
        .annotate(
            pieces=Sum("quantity"),
            cents=Sum(F("unit_price_cents") * F("quantity") - F("discount_cents")),
            last=Max("pk"),
        )
        .order_by("-pieces", "-cents")[:most]
    )
    rows = list(counted)
    lines = OrderLine.objects.in_bulk([row["last"] for row in rows])
    return [
        Seller(row["product"], lines[row["last"]].name, row["pieces"], row["cents"]) for row in rows
    ]


def _since(days: int) -> datetime:
    """The beginning of the first of so many days, of which today is the last."""
    first = timezone.localdate() - timedelta(days=days - 1)
    return timezone.make_aware(datetime.combine(first, time.min))

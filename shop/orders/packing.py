"""What is to be fetched from the shelves and packed for several orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from shop.orders.models import Order, OrderLine


@dataclass(frozen=True)
class Parcel:
    """An order with the lines that are to be packed, each with so many pieces."""

    order: Order
    lines: list[tuple[OrderLine, int]]


@dataclass(frozen=True)
class Fetched:
    """So many pieces of a SKU, for all the orders together."""

    sku: str
    title: str
    quantity: int


def parcels(orders: Iterable[Order]) -> list[Parcel]:
    """What goes into each; what came back into stock before it was sent is left out."""
    return [Parcel(order, _to_pack(order)) for order in orders]


def _to_pack(order: Order) -> list[tuple[OrderLine, int]]:
    left = [(line, line.quantity - line.back) for line in order.lines.all()]
    return [(line, quantity) for line, quantity in left if quantity]


def to_fetch(packed: Iterable[Parcel]) -> list[Fetched]:
    """All pieces by their SKU, in whose order they lie on the shelves."""
    pieces = [piece for parcel in packed for piece in parcel.lines]
    counts: Counter[str] = Counter()
    for line, quantity in pieces:
        counts[line.sku] += quantity
    titles = {line.sku: line.title for line, _ in pieces}
    return [Fetched(sku, titles[sku], counts[sku]) for sku in sorted(counts)]

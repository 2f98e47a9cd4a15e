"""What a piece costs at a moment: pure arithmetic on whole cents and times.

A piece usually costs what its product costs, or a price of its own where it has one. While a sale
is on it costs the sale's price, if that is less: a sale makes nothing dearer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Self


@dataclass(frozen=True)
class Sale:
    """A lower price from one moment until before another; None where that side is open."""

    cents: int
    begins: datetime | None = None
    ends: datetime | None = None

    def is_on(self, at: datetime) -> bool:
        has_begun = self.begins is None or self.begins <= at
        return has_begun and (self.ends is None or at < self.ends)

    def next_change(self, at: datetime) -> datetime | None:
        """When it next begins or ends, after that moment."""
        moments = (moment for moment in (self.begins, self.ends) if moment and moment > at)
        return min(moments, default=None)


class Price(NamedTuple):
    """What a piece costs, in cents.

    `former_cents` is what may be struck beside it, the lowest price of the 30 days before it was
    reduced: None where it is not, or not below that. `ends` is when a sale that is on is over; None
    where none is on, or one without an end.
    """

    cents: int
    former_cents: int | None = None
    ends: datetime | None = None


def price_at(
    usual_cents: int, sale: Sale | None, at: datetime, former_cents: int | None = None
) -> Price:
    """The price at that moment of what usually costs so much, and cost so much before its sale."""
    if sale is None or sale.cents >= usual_cents or not sale.is_on(at):
        return Price(usual_cents)
    is_less = former_cents is not None and sale.cents < former_cents
    return Price(sale.cents, former_cents if is_less else None, sale.ends)


@dataclass(frozen=True)
class Span:
    """What the pieces of a product cost, from the lowest price to the highest."""

    lowest: Price
    highest: Price

    @classmethod
    def of(cls, prices: Iterable[Price]) -> Self:
        """Raises ValueError for no prices."""
        # Of equal prices the one that is lowered least: a page claims no more than is true of all.
        in_order = sorted(prices, key=lambda price: (price.cents, price.former_cents or 0))
        if not in_order:
            raise ValueError("nothing has no price")
        return cls(in_order[0], in_order[-1])

    @property
    def differs(self) -> bool:
        """Whether some pieces cost more than others."""
        return self.lowest.cents != self.highest.cents

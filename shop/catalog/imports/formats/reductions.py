"""What sizes usually cost and what they cost now, as a product's price with one sale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Cost:
    """Of a piece, in cents; `now` is less than `usually` where it is reduced, for `since` until."""

    usually: int
    now: int
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_reduced(self) -> bool:
        return self.now < self.usually


@dataclass(frozen=True)
class Priced:
    """A product's price, those of its sizes, and its sale, all in cents."""

    price_cents: int
    prices: tuple[int, ...]
    sale_price_cents: int | None = None
    sale_from: datetime | None = None
    sale_until: datetime | None = None
    # Whether reductions were given up.
    is_lost: bool = False

    def sale(self) -> dict[str, int | datetime | None]:
        """Its sale as a product's fields; what is none ends one that there was."""
        return {
            "sale_price_cents": self.sale_price_cents,
            "sale_from": self.sale_from,
            "sale_until": self.sale_until,
        }


def priced(costs: Sequence[Cost]) -> Priced:
    """One sale for all sizes, where there is one that comes to the same.

    A product has one sale price, and a size costs that or what it usually costs, whichever is less.
    Where the file's reductions cannot be told so, sizes cost what they cost now; if those have
    dates, what they usually cost.
    """
    reduced = [cost for cost in costs if cost.is_reduced]
    usually = tuple(cost.usually for cost in costs)
    if not reduced:
        return Priced(usually[0], usually)
    first = reduced[0]
    has_dates = any(cost.since or cost.until for cost in reduced)
    if _are_one_sale(first, reduced, costs):
        # The usual price is to be above the sale's.
        price = first.usually if usually[0] <= first.now else usually[0]
        return Priced(price, usually, first.now, first.since, first.until)
    prices = usually if has_dates else tuple(cost.now for cost in costs)
    return Priced(prices[0], prices, is_lost=True)


def _are_one_sale(first: Cost, reduced: Sequence[Cost], costs: Sequence[Cost]) -> bool:
    told = (first.now, first.since, first.until)
    return all((cost.now, cost.since, cost.until) == told for cost in reduced) and all(
        cost.usually <= first.now for cost in costs if not cost.is_reduced
    )

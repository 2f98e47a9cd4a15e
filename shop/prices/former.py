"""What a reduced price may be compared with: pure arithmetic on a history.

Article 6a of directive 98/6/EC (2019/2161, "Omnibus") and section 11 of Germany's PAngV: whoever
announces a reduction names the lowest price of the 30 days before it. While it is reduced further
and further without a break, that is what it cost before the first reduction. Of what is younger it
is the lowest since it was for sale; of what never cost more, there is nothing to name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import zip_longest
from typing import NamedTuple

from shop.prices.models import PriceRecord

DAYS = 30


class Step(NamedTuple):
    """From `start` until before `end` (None: for good) a piece costs the same.

    `cents` is None while nobody could buy it.
    """

    start: datetime
    end: datetime | None
    cents: int | None
    is_reduced: bool


def former_prices(
    history: Sequence[PriceRecord], skus: Iterable[str], at: datetime, zone: tzinfo
) -> dict[str, int]:
    """The former price of each of these pieces that has one, in the sale that is on or comes next.

    `history` is all of a product, the oldest first; in `zone` its days begin.
    """
    found = {sku: former_price(list(steps(history, sku)), at, zone) for sku in skus}
    return {sku: cents for sku, cents in found.items() if cents is not None}


def former_price(told: Sequence[Step], at: datetime, zone: tzinfo) -> int | None:
    """The lowest price of the 30 days before the reduction that is on or comes next, in cents.

    None where there is no reduction, or it leads to no lower price.
    """
    now = next((n for n, step in enumerate(told) if step.is_reduced and _lasts(step, at)), None)
    if now is None:
        return None
    first = _first_reduction(told, now)
    since = _days_before(told[first].start, zone)
    before = [step.cents for step in told[:first] if step.cents and _lasts(step, since)]
    lowest, reduced = min(before, default=0), told[now].cents or 0
    return lowest if lowest > reduced else None


def steps(history: Sequence[PriceRecord], sku: str) -> Iterator[Step]:
    """What a piece cost from when to when, and will if nobody changes it."""
    for record, following in zip_longest(history, history[1:]):
        end = following.since if following else None
        starts = _starts(record, end)
        for start, stop in zip(starts, [*starts[1:], end], strict=False):
            yield _step(record, sku, start, stop)


def _starts(record: PriceRecord, end: datetime | None) -> list[datetime]:
    """When a record begins to count, and when its sale begins and ends until the record is over."""
    turns = {
        moment
        for moment in (record.sale_from, record.sale_until)
        if moment and record.since < moment and (end is None or moment < end)
    }
    return [record.since, *sorted(turns)] if end is None or record.since < end else []


def _step(record: PriceRecord, sku: str, start: datetime, stop: datetime | None) -> Step:
    if not record.offered:
        return Step(start, stop, None, is_reduced=False)
    cents = record.price_of(sku, start).cents
    return Step(start, stop, cents, is_reduced=cents < record.usual_cents(sku))


def _first_reduction(told: Sequence[Step], now: int) -> int:
    """The number of the step with which the reductions without a break began that led to this."""
    first = now
    while first and told[first - 1].is_reduced and _is_no_raise(told[first - 1], told[first]):
        first -= 1
    return first


def _is_no_raise(before: Step, after: Step) -> bool:
    return (after.cents or 0) <= (before.cents or 0)


def _lasts(step: Step, moment: datetime) -> bool:
    """Whether it goes on after that moment."""
    return step.end is None or step.end > moment


def _days_before(moment: datetime, zone: tzinfo) -> datetime:
    """When the first of the 30 days before the day of that moment begins."""
    day = moment.astimezone(zone).date() - timedelta(days=DAYS)
    return datetime(day.year, day.month, day.day, tzinfo=zone)

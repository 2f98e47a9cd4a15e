"""What a listing may be narrowed by: each value, and how many products carry it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from bson import ObjectId

type Counts[V] = tuple[tuple[V, int], ...]


class Tally(NamedTuple):
    """How many products have all of these values, and the span of their prices in cents."""

    category: ObjectId
    gender: str
    colours: tuple[str, ...]
    kind: str
    number: int
    price_min: int
    price_max: int


@dataclass(frozen=True)
class Facets:
    """How many products carry each value, most frequent first, and the span of prices.

    Each tuple holds (value, count) pairs, `category` with primary keys; prices are in cents, None
    where there is no product.
    """

    category: Counts[ObjectId]
    gender: Counts[str]
    colour: Counts[str]
    kind: Counts[str]
    price_min: int | None
    price_max: int | None

    @classmethod
    def of(cls, tallies: Sequence[Tally]) -> Self:
        return cls(
            category=_counted((tally.category, tally.number) for tally in tallies),
            gender=_counted((tally.gender, tally.number) for tally in tallies),
            colour=_counted(
                (colour, tally.number) for tally in tallies for colour in tally.colours
            ),
            kind=_counted((tally.kind, tally.number) for tally in tallies),
            price_min=min((tally.price_min for tally in tallies), default=None),
            price_max=max((tally.price_max for tally in tallies), default=None),
        )


def _counted[V: Hashable](values: Iterable[tuple[V, int]]) -> Counts[V]:
    counts: Counter[V] = Counter()
    for value, number in values:
        if value:
            counts[value] += number
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

"""One visitor's ranking: what people of like mind like, and what looks like what one likes.

What looks like it counts as if it had been looked at, but little: where people know a visitor's
products that changes next to nothing, and where nobody does it is what they are asked about. What
nobody has looked at yet, only looks can find; so is everything where nobody has done anything.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Mapping, Sequence
from itertools import islice

import numpy as np

from recommender.behaviour.scored import Floats

# What was looked at last counts most; the tenth before it half as much.
FADING = 0.1
# So much counts what looks like it, of all that was looked at, and so many of it are asked about.
LOOKS, MOST_LOOKS = 0.2, 20
# Every so many places one is kept for what only looks can find, so that what is new is seen, where
# it is among so many that look most like what one likes.
A_PLACE_FOR_NEW, NEAREST = 10, 10


def fading(count: int) -> Floats:
    """How much the products of a visitor count by their places, the latest first, (count,)."""
    weights: Floats = 1 / (1 + FADING * np.arange(count))
    return weights


def with_looks[K: Hashable](
    items: Sequence[K], weights: Sequence[float], looks: Mapping[K, float]
) -> tuple[list[K], list[float]]:
    """What a visitor looked at, the latest first, each counting by its weight, and behind it what
    `looks` like it, with scores of at least 0."""
    seen = set(items)
    alike = [item for item in _falling(looks) if item not in seen][:MOST_LOOKS]
    share = LOOKS * sum(weights) / (sum(looks[item] for item in alike) or 1.0)
    return [*items, *alike], [*weights, *(share * looks[item] for item in alike)]


def ranked[K: Hashable](
    people: Mapping[K, float],
    looks: Mapping[K, float],
    count: int,
    known: Sequence[K] = (),
    new: Container[K] = (),
) -> list[K]:
    """The `count` best that are not `known`, the best first: what `people` like, and every so many
    places what is `new` and among the NEAREST by looks. Where people say nothing, what looks like
    it."""
    seen = set(known)
    best = [item for item in _falling(people or looks) if item not in seen]
    alike = [item for item in _falling(looks) if item not in seen]
    return _with_new(best, [item for item in alike[:NEAREST] if item in new])[:count]


def _falling[K: Hashable](scores: Mapping[K, float]) -> list[K]:
    return sorted(scores, key=lambda item: -scores[item])


def _with_new[K: Hashable](best: Sequence[K], new: Sequence[K]) -> list[K]:
    """The best in their order, but every so many places the next of the new ones."""
    order: dict[K, None] = {}
    waiting = iter(new)
    for item in best:
        if len(order) % A_PLACE_FOR_NEW == A_PLACE_FOR_NEW - 1:
            order |= dict.fromkeys(islice(waiting, 1))
        order.setdefault(item)
    return list(order)

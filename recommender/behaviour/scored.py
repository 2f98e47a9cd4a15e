"""Products with scores, and one ranking out of several."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.integer]
Floats = npt.NDArray[np.floating]


class Scored(NamedTuple):
    """Products, int (n,), each once, and their scores, float64 (n,), in no order."""

    items: Numbers
    scores: Floats

    def without(self, items: Numbers) -> Scored:
        """The others."""
        kept = np.isin(self.items, items, invert=True)
        return Scored(self.items[kept], self.scores[kept])

    def and_also(self, other: Scored) -> Scored:
        """All of both, scores added up."""
        return added(
            np.concatenate([self.items, other.items]), np.concatenate([self.scores, other.scores])
        )

    def of(self, items: Numbers) -> Floats:
        """The scores of these products, (m,); 0 for what is not among them. `self.items` ascend."""
        if not len(self.items):
            return np.zeros(len(items))
        places = np.minimum(np.searchsorted(self.items, items), len(self.items) - 1)
        return np.where(self.items[places] == items, self.scores[places], 0.0)

    def best(self, count: int) -> Numbers:
        """The products of the greatest scores, int (at most count,), the greatest first."""
        items, scores = self.items, self.scores
        if len(scores) > count:
            some = np.argpartition(-scores, count - 1)[:count]
            items, scores = items[some], scores[some]
        return items[np.lexsort((items, -scores))]


NOTHING = Scored(np.empty(0, np.int64), np.empty(0))


def added(items: Numbers, scores: Floats) -> Scored:
    """Scores, (n,), of products that may come several times, (n,), added up for each."""
    distinct, numbers = np.unique(items, return_inverse=True)
    return Scored(distinct, np.bincount(numbers, scores, len(distinct)))


def blended(parts: Iterable[tuple[Scored, float]]) -> Scored:
    """Several rankings, each with its weight, as one: scores count as shares of their greatest."""
    told = [(part, weight) for part, weight in parts if len(part.items)]
    if not told:
        return NOTHING
    shares = [weight * part.scores / (part.scores.max() or 1.0) for part, weight in told]
    return added(np.concatenate([part.items for part, _ in told]), np.concatenate(shares))

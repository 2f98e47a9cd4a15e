"""What goes with what: products that the same people look at, or buy together.

The cosine of two products' columns of a matrix of groups, with shrinkage: how often together /
(sqrt(how often one x how often the other) + SHRINKAGE). Without it a pair that was seen once
together, and alone never, would come before all others.

Asked for several products at once, two things say that one of them is no accident: it goes with the
others, and what goes with it goes with the others too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from recommender.behaviour.scored import NOTHING, Floats, Numbers, Scored, added

SHRINKAGE = 40.0
KEPT = 500
LONGEST = 30
# How much it says that one of several products goes with the others; what goes with none of them
# still counts a little.
FITTING, ACCIDENT = 0.5, 0.02
# The share of what several of them say together, beside what each says.
BY_SEVERAL = 0.8


@dataclass(frozen=True)
class Pairs:
    """Of product i the others that go with it, the best first: `others[first[i]:first[i + 1]]`,
    int32 (p,), with their `scores`, float32 (p,); `first` is int64 (n + 1,)."""

    others: Numbers
    scores: Floats
    first: Numbers

    @classmethod
    def of(
        cls,
        group: Numbers,
        item: Numbers,
        products: int,
        shrinkage: float = SHRINKAGE,
        least: int = 1,
    ) -> Pairs:
        """From things of groups, (e,) each, those that count most last: a product counts once in a
        group, and of a large group the last LONGEST. A pair is one from `least` groups on."""
        pairs, counts = together(group, item, products)
        kept = counts >= least
        some = Scored(pairs[kept], counts[kept])
        return cls.joined([(some, 1.0)], item, products, shrinkage)

    @classmethod
    def joined(
        cls,
        counts: list[tuple[Scored, float]],
        item: Numbers,
        products: int,
        shrinkage: float = SHRINKAGE,
    ) -> Pairs:
        """From several ways of being `together`, each with its weight; `item`, (e,), says how often
        each product was there at all."""
        both = added(
            np.concatenate([part.items for part, _ in counts]),
            np.concatenate([weight * part.scores for part, weight in counts]),
        )
        one, other = np.divmod(both.items, products)
        often = np.bincount(item, minlength=products)
        scores = both.scores / (np.sqrt(often[one] * often[other]) + shrinkage)
        return cls(*_kept(one, other, scores, products))

    @property
    def products(self) -> int:
        return len(self.first) - 1

    def of_item(self, item: int) -> Scored:
        """What goes with one product, the best first."""
        held = slice(self.first[item], self.first[item + 1])
        return Scored(self.others[held], self.scores[held])

    def asked(self, items: Numbers, weights: Floats) -> Scored:
        """What goes with these products, (q,), different ones, each counting by its weight, (q,).

        A product counts more the more it goes with the others, and so does what is found by
        several of them.
        """
        if not len(items):
            return NOTHING
        one_by_one, _ = self._sums(items, weights)
        fitting = one_by_one.of(items)
        share = fitting / fitting.max() if fitting.any() else np.ones(len(items))
        found, squares = self._sums(items, weights * (ACCIDENT + share) ** FITTING)
        # The products of any two: (a + b) ** 2 - a ** 2 - b ** 2 = 2 a b.
        pairs = np.sqrt(np.maximum(0, found.scores**2 - squares))
        return Scored(found.items, (1 - BY_SEVERAL) * found.scores + BY_SEVERAL * pairs)

    def _sums(self, items: Numbers, weights: Floats) -> tuple[Scored, Floats]:
        """For each product found the sum of what it is found by, and of the squares."""
        parts = [self.of_item(item) for item in items.tolist()]
        each = np.repeat(weights, [len(part.items) for part in parts])
        scores = each * np.concatenate([part.scores for part in parts])
        distinct, numbers = np.unique(
            np.concatenate([part.items for part in parts]), return_inverse=True
        )
        sums, squares = (np.bincount(numbers, x, len(distinct)) for x in (scores, scores**2))
        return Scored(distinct, sums), squares


def together(group: Numbers, item: Numbers, products: int) -> Scored:
    """How often two products are in one group: of each pair one x products + other, int64, where
    one < other."""
    group, item = _distinct(group, item)
    keys = np.concatenate([np.empty(0, np.int64), *_pairs(group, item, products)])
    pairs, counts = np.unique(keys, return_counts=True)
    return Scored(pairs, counts.astype(np.float64))


def _distinct(group: Numbers, item: Numbers) -> tuple[Numbers, Numbers]:
    """Each product of a group once, by group; of many the last."""
    order = np.lexsort((-np.arange(len(item)), group))
    group, item = group[order], item[order]
    _, first = np.unique(np.stack([group, item]), axis=1, return_index=True)
    first.sort()
    group, item = group[first], item[first]
    starts = np.searchsorted(group, group)
    few = np.arange(len(group)) - starts < LONGEST
    return group[few], item[few]


def _pairs(group: Numbers, item: Numbers, products: int) -> Iterator[Numbers]:
    for step in range(1, LONGEST):
        same = group[step:] == group[:-step]
        if not same.any():
            return
        one, other = item[:-step][same].astype(np.int64), item[step:][same].astype(np.int64)
        yield np.minimum(one, other) * products + np.maximum(one, other)


def _kept(
    one: Numbers, other: Numbers, scores: Floats, products: int
) -> tuple[Numbers, Floats, Numbers]:
    """Both ways, of each product the KEPT best."""
    item = np.concatenate([one, other])
    others, scores = np.concatenate([other, one]), np.concatenate([scores, scores])
    order = np.lexsort((others, -scores, item))
    ends = np.searchsorted(item[order], np.arange(products + 1))
    place = np.arange(len(order)) - ends[item[order]]
    kept = order[place < KEPT]
    first = np.concatenate([[0], np.cumsum(np.minimum(np.diff(ends), KEPT))])
    return others[kept].astype(np.int32), scores[kept].astype(np.float32), first

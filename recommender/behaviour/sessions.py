"""Sessions like the present one, and what was looked at in them.

V-SkNN (Ludewig & Jannach, "Evaluation of session-based recommendation algorithms", 2018) by the
index of VMIS-kNN (Kersbergen, Sprangers & Schelter, "Serenade", SIGMOD 2022): of each product only
the latest sessions that hold it are kept, so that a question costs the same however many there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.behaviour.scored import NOTHING, Floats, Numbers, Scored, added

# Of each product so many of the latest sessions, and of all those so many of the nearest.
HELD, NEAREST = 500, 200
# A session counts half as much when it is this old.
HALF_LIFE_S = 14 * 24 * 3600
# The shared product that was looked at last weighs by its place, up to the tenth.
FADING = 0.1
LONGEST = 50


@dataclass(frozen=True)
class Sessions:
    """What was looked at together, ready to be asked; its arrays may be memory-mapped.

    `items`, int32 (e,), are those of each session one after the other, sessions in the order of
    their ends; those of session s are `items[starts[s]:starts[s + 1]]`, int64 (s + 1,), and it
    ended at second `ended[s]`, int64 (s,). The sessions that hold product i, the latest first, are
    `holders[first[i]:first[i + 1]]`, int32 (h,) and int64 (n + 1,).
    """

    items: Numbers
    starts: Numbers
    ended: Numbers
    holders: Numbers
    first: Numbers

    @classmethod
    def of(cls, session: Numbers, item: Numbers, at: Numbers, products: int) -> Sessions:
        """From events in any order, each array (e,): the session's number, the product's, below
        `products`, and the second.

        A product counts once in a session, and a session only with two products or more; of a
        longer one than LONGEST the last ones.
        """
        session, item, at = _distinct(session, item, at)
        names, numbers, lengths = np.unique(session, return_inverse=True, return_counts=True)
        ended = np.full(len(names), np.iinfo(np.int64).min)
        np.maximum.at(ended, numbers, at)
        kept = np.flatnonzero(lengths > 1)
        kept = kept[np.argsort(ended[kept], kind="stable")]
        rank = np.full(len(names), -1)
        rank[kept] = np.arange(len(kept))
        order = np.lexsort((at, rank[numbers]))
        order = order[rank[numbers[order]] >= 0]
        items, owner = item[order].astype(np.int32), rank[numbers[order]]
        starts = np.concatenate([[0], np.cumsum(lengths[kept])])
        return cls(items, starts, ended[kept], *_held(items, owner, products))

    def __len__(self) -> int:
        return len(self.ended)

    @property
    def products(self) -> int:
        return len(self.first) - 1

    def counts(self) -> Numbers:
        """In how many of the sessions that are held each product is, int64 (n,)."""
        return np.diff(self.first)

    def asked(self, items: Numbers, weights: Floats, now: int) -> Scored:
        """What was looked at in the sessions nearest to these products, scored.

        `items`, int (q,), are different, the latest first, and `weights`, (q,), how much each
        counts. `now` is the second by which sessions are old. Those asked for are scored as well.
        """
        holders, place = self._sessions_with(items)
        if not len(holders):
            return NOTHING
        # Places ascend, so a session's first is that of the latest product that it shares.
        found, latest, numbers = np.unique(holders, return_index=True, return_inverse=True)
        likeness = np.bincount(numbers, weights[place]) * self._freshness(found, now)
        nearest = _greatest(likeness, NEAREST)
        strength = likeness[nearest] * np.maximum(0, 1 - FADING * place[latest[nearest]])
        return self._summed(found[nearest], strength)

    def _sessions_with(self, items: Numbers) -> tuple[Numbers, Numbers]:
        """The sessions that hold each, and the place of the one that they are found by."""
        lists = [self.holders[self.first[item] : self.first[item + 1]] for item in items.tolist()]
        if not lists:
            return np.empty(0, np.int32), np.empty(0, np.int64)
        places = np.repeat(np.arange(len(lists)), [len(held) for held in lists])
        return np.concatenate(lists), places

    def _freshness(self, sessions: Numbers, now: int) -> Floats:
        ages = np.maximum(0, now - self.ended[sessions])
        freshness: Floats = 0.5 ** (ages / HALF_LIFE_S)
        return freshness

    def _summed(self, sessions: Numbers, strength: Floats) -> Scored:
        starts = self.starts[sessions]
        lengths = self.starts[sessions + 1] - starts
        within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        found = self.items[np.repeat(starts, lengths) + within]
        return added(found, np.repeat(strength, lengths))


def split(visitor: Numbers, at: Numbers, pause_s: int) -> Numbers:
    """Numbers of sessions, int64 (e,), of events in any order: a session is what a visitor looks at
    without a longer pause. `visitor` and `at` (seconds) are (e,)."""
    order = np.lexsort((at, visitor))
    is_new = np.ones(len(order), bool)
    same = visitor[order[1:]] == visitor[order[:-1]]
    is_new[1:] = ~same | (at[order[1:]] - at[order[:-1]] > pause_s)
    numbers = np.empty(len(order), np.int64)
    numbers[order] = np.cumsum(is_new) - 1
    return numbers


def _distinct(session: Numbers, item: Numbers, at: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Each product of a session once, when it was looked at last; of many the last ones."""
    order = np.lexsort((-at, item, session))
    session, item, at = session[order], item[order], at[order]
    is_last = np.ones(len(order), bool)
    is_last[1:] = (session[1:] != session[:-1]) | (item[1:] != item[:-1])
    session, item, at = session[is_last], item[is_last], at[is_last]
    order = np.lexsort((-at, session))
    session, item, at = session[order], item[order], at[order]
    starts = np.flatnonzero(np.concatenate([[True], session[1:] != session[:-1]])[: len(session)])
    place = np.arange(len(session)) - np.repeat(starts, np.diff([*starts.tolist(), len(session)]))
    few = place < LONGEST
    return session[few], item[few], at[few]


def _held(items: Numbers, owner: Numbers, products: int) -> tuple[Numbers, Numbers]:
    """The latest sessions of each product, and where each product's begin."""
    order = np.lexsort((-owner, items))
    item = items[order]
    ends = np.searchsorted(item, np.arange(products + 1))
    place = np.arange(len(item)) - ends[item]
    held = order[place < HELD]
    first = np.concatenate([[0], np.cumsum(np.minimum(np.diff(ends), HELD))])
    return owner[held].astype(np.int32), first


def _greatest(scores: Floats, count: int) -> Numbers:
    """The places of the greatest, at most so many; of equal ones the last, which ended last."""
    if len(scores) <= count:
        return np.arange(len(scores))
    return np.lexsort((np.arange(len(scores)), scores))[-count:]

"""What everybody does, in memory, asked by one visitor's products."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from recommender.behaviour.pairs import Pairs, together
from recommender.behaviour.personal import fading
from recommender.behaviour.scored import NOTHING, Floats, Numbers, Scored, blended
from recommender.behaviour.sessions import Sessions, split

# What is looked at without a longer pause is one session.
PAUSE_S = 30 * 60
# Together in one session says more than by one visitor at any time.
IN_SESSION, BY_VISITOR = 2.0, 1.0
# So much the nearest sessions count beside the pairs.
SESSIONS = 0.15
# How much may count what everybody likes, beside the best of them: the more people look about at
# random, the more it is all there is to know. It is chosen by what the last events would have been
# foretold by, of so many visitors; for fewer than FEW the first is taken.
POPULAR = (0.0, 0.3, 1.0, 3.0)
MOST_POPULAR = 100
LAST, ASKED, FEW = 0.1, 400, 50
# Of so many events before them, which are enough to tell.
RECENT = 300_000
FIRST, KNOWN = 10, 40


@dataclass(frozen=True)
class Crowd:
    """The latest sessions, what people look at beside what, and how much `liked` by all each
    product is, float64 (n,), as it counts beside the two."""

    sessions: Sessions
    pairs: Pairs
    liked: Floats

    @classmethod
    def of(cls, visitor: Numbers, item: Numbers, at: Numbers, products: int) -> Crowd:
        """From events in the order of time, each array (e,): the visitor's number, the product's,
        below `products`, and the second."""
        late = round(len(item) * (1 - LAST))
        early = slice(max(0, late - RECENT), late)
        then = cls._learned(visitor[early], item[early], at[early], products)
        known = _foretold(visitor[early.start :], item[early.start :], late - early.start)
        weight = then.weight_of_popular(list(known))
        found = cls._learned(visitor, item, at, products)
        return replace(found, liked=weight * found.liked)

    @classmethod
    def _learned(cls, visitor: Numbers, item: Numbers, at: Numbers, products: int) -> Crowd:
        """With `liked` from 0 to 1."""
        session = split(visitor, at, PAUSE_S)
        counts = [
            (together(session, item, products), IN_SESSION),
            (together(visitor, item, products), BY_VISITOR),
        ]
        often = np.bincount(item, minlength=products)
        return cls(
            Sessions.of(session, item, at, products),
            Pairs.joined(counts, item, products),
            often / max(1, int(often.max(initial=0))),
        )

    @property
    def products(self) -> int:
        return self.pairs.products

    @cached_property
    def _popular(self) -> Scored:
        most = Scored(np.arange(self.products), self.liked).best(MOST_POPULAR)
        return Scored(most, self.liked[most])

    def next_in_session(self, items: Numbers, weights: Floats, now: int) -> Scored:
        """What comes next in a session with these products, as below."""
        return self.sessions.asked(items, weights, now)

    def liked_beside(self, items: Numbers, weights: Floats, now: int) -> Scored:
        """What people like who like these products, int (q,), the latest first, each counting by
        its weight, (q,), and what all like; nothing where nobody knows these products."""
        beside = self._beside(items, weights, now)
        return beside.and_also(self._popular) if len(beside.items) else NOTHING

    def _beside(self, items: Numbers, weights: Floats, now: int) -> Scored:
        """Scored from 0 to 1."""
        found = blended(
            [
                (self.pairs.asked(items, weights), 1.0),
                (self.sessions.asked(items, weights, now), SESSIONS),
            ]
        )
        return blended([(found, 1.0)])

    def weight_of_popular(self, foretold: list[tuple[Numbers, Numbers]]) -> float:
        """With which of POPULAR most of what came then would have been among the first: of each
        visitor what was known, the latest first, and what came then."""
        hits = np.zeros(len(POPULAR))
        for known, then in foretold:
            now = int(self.sessions.ended[-1]) if len(self.sessions) else 0
            beside = self._beside(known, fading(len(known)), now)
            for number, weight in enumerate(POPULAR):
                popular = Scored(self._popular.items, weight * self._popular.scores)
                best = beside.and_also(popular).without(known).best(FIRST)
                hits[number] += np.isin(then, best).mean()
        return POPULAR[int(np.argmax(hits))] if len(foretold) >= FEW else POPULAR[0]


def _foretold(visitor: Numbers, item: Numbers, before: int) -> Iterator[tuple[Numbers, Numbers]]:
    """Of some visitors the products until before an event, the latest first, and the new ones from
    then on."""
    both = np.intersect1d(visitor[:before], visitor[before:])
    some = both[:: max(1, len(both) // ASKED)]
    for one in some.tolist():
        places = np.flatnonzero(visitor == one)
        known = item[places[places < before]][::-1]
        known = known[np.sort(np.unique(known, return_index=True)[1])][:KNOWN]
        then = np.setdiff1d(item[places[places >= before]], known)
        if len(then):
            yield known, then

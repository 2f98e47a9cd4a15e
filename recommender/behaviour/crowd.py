"""What everybody does, in memory, asked by one visitor's products."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.behaviour.pairs import Pairs, together
from recommender.behaviour.scored import Floats, Numbers, Scored, blended
from recommender.behaviour.sessions import Sessions, split

# What is looked at without a longer pause is one session.
PAUSE_S = 30 * 60
# Together in one session says more than by one visitor at any time.
IN_SESSION, BY_VISITOR = 2.0, 1.0
# So much the nearest sessions count beside the pairs.
SESSIONS = 0.15


@dataclass(frozen=True)
class Crowd:
    """The latest sessions, and what people look at beside what."""

    sessions: Sessions
    pairs: Pairs

    @classmethod
    def of(cls, visitor: Numbers, item: Numbers, at: Numbers, products: int) -> Crowd:
        """From events in the order of time, each array (e,): the visitor's number, the product's,
        below `products`, and the second."""
        session = split(visitor, at, PAUSE_S)
        counts = [
            (together(session, item, products), IN_SESSION),
            (together(visitor, item, products), BY_VISITOR),
        ]
        return cls(Sessions.of(session, item, at, products), Pairs.joined(counts, item, products))

    @property
    def products(self) -> int:
        return self.pairs.products

    def next_in_session(self, items: Numbers, weights: Floats, now: int) -> Scored:
        """What comes next in a session with these products, as below."""
        return self.sessions.asked(items, weights, now)

    def liked_beside(self, items: Numbers, weights: Floats, now: int) -> Scored:
        """What people like who like these products, int (q,), the latest first, each counting by
        its weight, (q,)."""
        return blended(
            [
                (self.pairs.asked(items, weights), 1.0),
                (self.sessions.asked(items, weights, now), SESSIONS),
            ]
        )

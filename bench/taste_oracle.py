"""V-SkNN as its authors describe it, in plain Python: the oracle of `bench.taste`.

Ludewig & Jannach, "Evaluation of session-based recommendation algorithms" (2018), with the defaults
of their own code (session-rec): the `SAMPLE` latest sessions that share a product, of these the `K`
nearest by the places of what is shared, and the products of those by the place of the last one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

SAMPLE, K = 1000, 100


class VSkNN:
    def __init__(self) -> None:
        self._sessions: list[frozenset[int]] = []
        self._holders: dict[int, list[int]] = defaultdict(list)

    def learn(self, sessions: Iterable[Sequence[int]]) -> None:
        """Sessions, the one that ended first first."""
        for items in sessions:
            for item in set(items):
                self._holders[item].append(len(self._sessions))
            self._sessions.append(frozenset(items))

    def scores(self, current: Sequence[int]) -> dict[int, float]:
        """Of each product found; `current` is the session so far, the first product first."""
        weights = {item: place / len(current) for place, item in enumerate(current, start=1)}
        sharing = {holder for item in weights for holder in self._holders.get(item, ())}
        sample = sorted(sharing, reverse=True)[:SAMPLE]
        near = sorted(sample, key=lambda number: -self._likeness(number, weights))[:K]
        scores: dict[int, float] = defaultdict(float)
        for number in near:
            items = self._sessions[number]
            step = next(n for n, item in enumerate(reversed(current), start=1) if item in items)
            for item in items:
                scores[item] += self._likeness(number, weights) / step
        return dict(scores)

    def _likeness(self, number: int, weights: dict[int, float]) -> float:
        shared = self._sessions[number] & weights.keys()
        return sum(weights[item] for item in shared) / len(weights)

"""Personal recommendations: how well they are chosen, and how soon.

Shoppers are drawn (bench/shoppers.py). All that is known of the model was learned before the last
days, which it is asked about: `for_you` is asked before a visit of somebody who was there before,
`session` after each product of a visit. A hit is the product that is looked at next, or at all in
the visit, among the first TOP; what the shopper has looked at before counts for nobody.

How popular the most popular are differs from one drawing to the next by half, and with it what we
are compared with; so at the middle noise the hits of several drawings are added up. The model was
chosen on drawings of other seeds, `CHOSEN_ON`, which are never reported.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

import numpy as np

from bench import Figure, duplicates, taste_events
from bench.shoppers import DAY_S, NOISES, Crowd, Habits, crowd
from bench.taste_oracle import VSkNN

if TYPE_CHECKING:
    from recommender.behaviour.scored import Scored
    from recommender.index.live import LiveIndex

TOP, WIDE = 10, 20
CASES, SESSIONS = 1000, 400
SEEDS = (0, 1, 2)
CHOSEN_ON = (11, 12, 13)
LAST_DAYS = 3
# What was looked at so seldom is cold.
COLD = 10
HISTORY = 40
SMALL_DIMENSION = 128
MANY = Habits(products=44_000, shoppers=62_000, styles=1200)
QUERIES, LOOKED_FOR = 200, 60


def run(folder: Path) -> dict[str, Figure]:
    """Hits beside popularity over the noise, recall beside the oracle, seconds, events, and where
    VITRINE_DATA_DIR names photographs what `bench.duplicates` says of them.

    Some minutes on two cores that do nothing else.
    """
    import django

    django.setup()
    from django.conf import settings

    found = _accuracy() | _speed() | taste_events.figures(folder)
    return found | (duplicates.figures(settings.DATA_DIR) if settings.DATA_DIR else {})


# Choosing


@dataclass
class Case:
    """What a shopper looked at before, the latest first, and then: each (n,)."""

    known: np.ndarray
    then: np.ndarray


class Learned:
    """What a model could know before the last days, and what came then."""

    def __init__(self, drawn: Crowd) -> None:
        from recommender.behaviour.crowd import Crowd as People

        self.drawn = drawn
        self.now = int(drawn.at.max()) - LAST_DAYS * DAY_S
        before = drawn.at < self.now
        self.products = len(drawn.launched)
        self.people = People.of(
            drawn.shopper[before], drawn.item[before], drawn.at[before], self.products
        )
        self.seen = np.bincount(drawn.item[before], minlength=self.products)
        self.popular = np.argsort(-self.seen, kind="stable").tolist()
        self.sold = drawn.launched <= self.now
        self._before = before

    def looks(self, items: np.ndarray, weights: np.ndarray) -> dict[int, float]:
        """What looks like some of these, as `recommender.several` finds it."""
        from recommender.behaviour.tastes import tastes

        found: dict[int, float] = {}
        vectors = self.drawn.vectors
        for taste in tastes(vectors[items], weights):
            nearness = np.where(self.sold, vectors @ taste.direction, -1)
            near = np.argpartition(-nearness, 60)[:60]
            # Scaled as a score is: nothing at .5, where strangers are.
            scores = np.maximum(0, 2 * nearness[near] - 1) * taste.weight / weights.sum()
            for item, score in zip(near.tolist(), scores.tolist(), strict=True):
                found[item] = max(found.get(item, 0.0), score)
        return found

    def for_you(self, known: np.ndarray, count: int = TOP) -> list[int]:
        from recommender.behaviour.personal import fading

        return self._ranked(known, fading(len(known)), self.people.liked_beside, count)

    def next_in_session(self, current: np.ndarray) -> list[int]:
        from recommender.behaviour.personal import fading

        return self._ranked(current, fading(len(current)), self.people.next_in_session, WIDE)

    def _ranked(
        self, known: np.ndarray, weights: np.ndarray, ask: Callable[..., Scored], count: int
    ) -> list[int]:
        """As a shop asks for it."""
        from recommender.behaviour.personal import ranked, with_looks

        looks = self.looks(known, weights)
        items, counts = with_looks(known.tolist(), weights.tolist(), looks)
        found = ask(np.array(items), np.array(counts), self.now)
        people = dict(zip(found.items.tolist(), found.scores.tolist(), strict=True))
        new = {item for item in looks if not self.seen[item]}
        return ranked(people, looks, count, known.tolist(), new)

    def most_popular(self, known: np.ndarray) -> list[int]:
        seen = set(known.tolist())
        return [item for item in self.popular[: TOP + len(seen)] if item not in seen][:TOP]

    def cases(self, count: int) -> list[Case]:
        """Visits of the last days of shoppers who were there before, drawn by chance."""
        found = []
        for visit in self._visits():
            events = self._of("visit", visit)
            history = self._of("shopper", self.drawn.shopper[events[0]])
            history = history[self._before[history]]
            known = _latest(self.drawn.item[history])
            then = np.setdiff1d(self.drawn.item[events], known)
            if len(known) and len(then):
                found.append(Case(known, then))
            if len(found) == count:
                break
        return found

    def sessions(self, count: int) -> Iterator[list[int]]:
        """The products of visits of the last days, in their order."""
        for visit in self._visits()[:count]:
            yield self.drawn.item[self._of("visit", visit)].tolist()

    def _visits(self) -> list[int]:
        """The visits that begin in the last days, in an order of chance."""
        late = np.setdiff1d(self.drawn.visit[~self._before], self.drawn.visit[self._before])
        return list(np.random.default_rng(0).permutation(late).tolist())

    def _of(self, column: str, number: int) -> np.ndarray:
        """The events of a visit or a shopper, in their order."""
        if not hasattr(self, f"_by_{column}"):
            values = getattr(self.drawn, column)
            order = np.argsort(values, kind="stable")
            setattr(self, f"_by_{column}", (order, values[order]))
        order, values = getattr(self, f"_by_{column}")
        return np.asarray(order[slice(*np.searchsorted(values, [number, number + 1]))])


def _latest(items: np.ndarray) -> np.ndarray:
    """Each product once, the latest first."""
    backwards = items[::-1]
    first = np.sort(np.unique(backwards, return_index=True)[1])
    return np.asarray(backwards[first[:HISTORY]])


def _accuracy() -> dict[str, Figure]:
    middle, figures = Habits().noise, {}
    hits: dict[float, list[tuple[float, float]]] = {noise: [] for noise in NOISES}
    for noise in NOISES:
        for seed in SEEDS if noise == middle else SEEDS[:1]:
            learned = Learned(crowd(replace(Habits(), noise=noise, seed=seed), SMALL_DIMENSION))
            hits[noise].append(_hit_rates(learned))
            if noise == middle and seed == SEEDS[0]:
                figures = _recalls(learned)
    ratios = {noise: _over(some) for noise, some in hits.items()}
    each = ", ".join(
        f"seed {seed}: {ours:.4f} and {popular:.4f}, {ours / popular:.2f} times"
        for seed, (ours, popular) in zip(SEEDS, hits[middle], strict=True)
    )
    sweep = ", ".join(f"{noise:g}: {ratio:.2f}" for noise, ratio in ratios.items())
    return {
        "for_you_hit_rate_over_popularity": Figure(
            ratios[middle],
            "times",
            ">= 3",
            f"at noise {middle:g}, of what is looked at next, ours and of the {TOP} most popular: "
            f"{each}",
        ),
        "for_you_hit_rate_over_popularity_min": Figure(
            min(ratios.values()), "times", ">= 1", f"over the noise, {sweep}"
        ),
        **figures,
    }


def _over(hits: list[tuple[float, float]]) -> float:
    """Ours over that of the most popular, of several drawings together."""
    return sum(ours for ours, _ in hits) / sum(popular for _, popular in hits)


def _hit_rates(learned: Learned) -> tuple[float, float]:
    """The chance that what is looked at then was among the TOP, ours and the most popular."""
    cases = learned.cases(CASES)
    rates = [
        np.mean([np.isin(case.then, choose(case.known)).mean() for case in cases])
        for choose in (learned.for_you, learned.most_popular)
    ]
    return float(rates[0]), float(rates[1])


def _recalls(learned: Learned) -> dict[str, Figure]:
    """What comes next in a session, among the WIDE first, beside the oracle."""
    oracle = VSkNN()
    held = learned.people.sessions
    bounds = zip(held.starts[:-1].tolist(), held.starts[1:].tolist(), strict=True)
    oracle.learn(held.items[start:end].tolist() for start, end in bounds)
    ours, theirs, cold = [], [], []
    for items in learned.sessions(SESSIONS):
        for place in range(1, len(items)):
            current, then = items[:place], items[place]
            ours.append(then in learned.next_in_session(_latest(np.array(current))))
            theirs.append(then in _first(oracle.scores(current), current))
            cold.append(learned.seen[current].max() <= COLD)
    told, plain, is_cold = np.array(ours), np.array(theirs), np.array(cold)
    cold_ours, cold_plain = told[is_cold].mean(), plain[is_cold].mean()
    # One hit more than it has, where the oracle has none to divide by.
    floor = 1 / is_cold.sum()
    return {
        "session_recall_over_vsknn": Figure(
            told.mean() / plain.mean(),
            "times",
            ">= 0.95",
            f"{told.mean():.4f}, plain V-SkNN {plain.mean():.4f}, {len(told)} times",
        ),
        "session_recall_over_vsknn_cold": Figure(
            cold_ours / max(cold_plain, floor),
            "times",
            ">= 1",
            f"{cold_ours:.4f}, plain V-SkNN {cold_plain:.4f}, {is_cold.sum()} times: all products "
            f"so far were looked at {COLD} times at most",
        ),
    }


def _first(scores: dict[int, float], current: Sequence[int]) -> list[int]:
    left = (item for item in scores if item not in current)
    return sorted(left, key=lambda item: -scores[item])[:WIDE]


# Speed


def _speed() -> dict[str, Figure]:
    """The whole of "for you" but its catalogue: people, and looks by the index as it is served."""
    from bench.index import published

    drawn = crowd(MANY)
    learned = Learned(drawn)
    index, _, _ = published(drawn.vectors)
    seconds, busy = [], []
    for case in learned.cases(QUERIES):
        start, began = time.perf_counter(), time.process_time()
        _for_you(learned, index, case.known)
        seconds.append(time.perf_counter() - start)
        busy.append(time.process_time() - began)
    p95, p50 = quantiles(seconds, n=20)[-1] * 1000, median(seconds) * 1000
    computing = quantiles(busy, n=20)[-1] * 1000
    return {
        "for_you_p95_ms": Figure(
            p95,
            "ms",
            "<= 60",
            f"{len(drawn.launched):,} products, {len(drawn):,} events, p50 {p50:.1f} ms; of the "
            f"processors' time p95 {computing:.1f} ms",
        )
    }


def _for_you(learned: Learned, index: LiveIndex, known: np.ndarray) -> list[str]:
    """The same with ids as text, by the recommender's own index."""
    from recommender.behaviour.personal import fading, ranked, with_looks
    from recommender.matching import Wanted
    from recommender.several import matches_of_several

    ids, weights = [f"{number:024x}" for number in known.tolist()], fading(len(known)).tolist()
    matches = matches_of_several(index, ids, weights, Wanted(LOOKED_FOR))
    looks = {match.item: match.score for match in matches}
    items, counts = with_looks(ids, weights, looks)
    numbers = np.array([int(item, 16) for item in items])
    found = learned.people.liked_beside(numbers, np.array(counts), learned.now)
    people = {
        f"{number:024x}": score
        for number, score in zip(found.items.tolist(), found.scores.tolist(), strict=True)
    }
    new = {item for item in looks if not learned.seen[int(item, 16)]}
    return ranked(people, looks, LOOKED_FOR, ids, new)

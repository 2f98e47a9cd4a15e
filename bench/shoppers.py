"""Shoppers drawn to follow real ones, for want of real ones: who looked at what, and when.

Written before the model that it measures, and left as it is.

A shopper has one to four tastes (`TASTES` says how often how many), each of them one of `styles`.
A visit follows one taste, the newest most often: the next older one `fading` times as often.
Before a visit, with the chance `drift`, a new taste comes in front of the others and the oldest
goes. Each thing of a visit is drawn from the visit's taste; with the chance `wander` from another
of the shopper's tastes, with the chance `noise` from everything, by popularity alone. Things that
are not sold yet, or were in the visit before, are passed over. A visit has 2 things and more, the
number falling geometrically to a mean of `length`; a shopper has 1 visit and more, to a mean of
`visits`, at any time of `days`. Of what is looked at shares of `KINDS` are also wished for, put in
the bag, bought.

A style is a place among the products, and draws from its `breadth` nearest: by popularity, and the
nearer the more. How near two products are is told by pictures for the share `looks`; the rest is
hidden from a recommender that only sees (what they are made for, whom they are by): each product
is of one of `makers`, with a variation of its own as large.

Popularity is rank to the power of -`popularity`: with .6 the first ten of 10,000 products have .05
of what is drawn by it alone, as in shops with many goods. The share `cold` of the products comes
into the shop in the last fifth of the days.

The pictures' vectors are those of `bench.drawn_vectors`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.drawn_vectors import ENCODER, draw

DAY_S = 24 * 3600
STEP_S = 45
LONGEST, MOST_VISITS = 30, 20
TASTES = (0.3, 0.3, 0.25, 0.15)
MOST_TASTES = len(TASTES)
VIEW, WISH, BAG, BUY = range(4)
KINDS = (0.84, 0.06, 0.07, 0.03)
LATENT = 24
# How much more the nearest of a style is looked at than its farthest, as the exponent of e.
SHARPNESS = 2.0


@dataclass(frozen=True)
class Habits:
    """What the module's own text says of each."""

    products: int = 10_000
    shoppers: int = 20_000
    styles: int = 300
    breadth: int = 150
    looks: float = 0.5
    makers: int = 60
    popularity: float = 0.6
    cold: float = 0.1
    fading: float = 0.5
    drift: float = 0.1
    wander: float = 0.1
    noise: float = 0.3
    length: float = 5.0
    visits: float = 4.0
    days: int = 30
    seed: int = 0


NOISES = (0.0, 0.15, 0.3, 0.5, 0.7)
"""The sweep; its middle is that of `Habits`."""


@dataclass(frozen=True)
class Crowd:
    """What `Habits` drew: events in the order of time, each array (e,).

    `visit`, `shopper` and `item` are numbers int64, `kind` is one of VIEW, WISH, BAG, BUY, `at`
    seconds since the first day. Of each product: `launched`, the second from which it is sold,
    int64 (n,), and `vectors`, float32 (n, d), of length 1.
    """

    visit: np.ndarray
    shopper: np.ndarray
    item: np.ndarray
    kind: np.ndarray
    at: np.ndarray
    launched: np.ndarray
    vectors: np.ndarray

    def __len__(self) -> int:
        return len(self.item)


def crowd(habits: Habits, dimension: int = ENCODER.dimension) -> Crowd:
    """The events of all shoppers, the same for the same habits; vectors have so many numbers."""
    random = np.random.default_rng(habits.seed)
    vectors = draw(habits.products, dimension, seed=habits.seed)
    popularity = _popularity(random, habits)
    launched = _launched(random, habits)
    places = _places(random, habits, vectors)
    shopper, styles, began = _visits(random, habits)
    visit = np.repeat(np.arange(len(shopper)), _lengths(random, len(shopper), habits.length))
    item = _items(random, habits, styles[visit], _Styles.of(random, habits, places, popularity))
    at = began[visit] + STEP_S * _number_within(visit)
    kept = (launched[item] <= at) & _is_first(visit, item, habits.products)
    kind = random.choice(len(KINDS), len(item), p=KINDS)
    order = np.flatnonzero(kept)
    order = order[np.argsort(at[order], kind="stable")]
    return Crowd(
        visit[order], shopper[visit[order]], item[order], kind[order], at[order], launched, vectors
    )


def _popularity(random: np.random.Generator, habits: Habits) -> np.ndarray:
    """Of each product, float64 (n,), 1 altogether."""
    weights = random.permutation(np.arange(1.0, habits.products + 1) ** -habits.popularity)
    popularity: np.ndarray = weights / weights.sum()
    return popularity


def _launched(random: np.random.Generator, habits: Habits) -> np.ndarray:
    launched = np.zeros(habits.products, np.int64)
    cold = random.choice(habits.products, round(habits.cold * habits.products), replace=False)
    last = habits.days * DAY_S
    launched[cold] = random.integers(round(0.8 * last), last, len(cold))
    return launched


def _places(random: np.random.Generator, habits: Habits, vectors: np.ndarray) -> np.ndarray:
    """Where products are, float32 (n, 2 LATENT): what pictures tell beside what they do not."""
    axes = random.standard_normal((vectors.shape[1], LATENT)).astype(np.float32)
    seen = (vectors - vectors.mean(axis=0)) @ axes
    makers = random.standard_normal((habits.makers, LATENT)).astype(np.float32)
    own = random.standard_normal((habits.products, LATENT)).astype(np.float32)
    hidden = makers[random.integers(0, habits.makers, habits.products)] + own
    share = np.sqrt(habits.looks)
    return np.hstack([share * _unit(seen), np.sqrt(1 - habits.looks) * _unit(hidden)])


def _unit(rows: np.ndarray) -> np.ndarray:
    unit: np.ndarray = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


@dataclass(frozen=True)
class _Styles:
    """Of each style the `items`, (styles, breadth), and their chances added up, as many, beside
    those of `everything`, (n,)."""

    items: np.ndarray
    chances: np.ndarray
    everything: np.ndarray

    @classmethod
    def of(
        cls,
        random: np.random.Generator,
        habits: Habits,
        places: np.ndarray,
        popularity: np.ndarray,
    ) -> _Styles:
        centres = places[random.choice(habits.products, habits.styles, replace=False)]
        nearness = centres @ places.T
        items = np.argpartition(-nearness, habits.breadth - 1, axis=1)[:, : habits.breadth]
        near = np.take_along_axis(nearness, items, axis=1)
        low, high = near.min(axis=1, keepdims=True), near.max(axis=1, keepdims=True)
        weights = np.exp(SHARPNESS * (near - low) / (high - low)) * popularity[items]
        chances = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
        return cls(items, chances, np.cumsum(popularity))

    def drawn(self, random: np.random.Generator, styles: np.ndarray) -> np.ndarray:
        """A product of each of these styles, int64 (e,)."""
        # Chances of all styles in one ascending row.
        row = (self.chances + np.arange(len(self.chances))[:, np.newaxis]).ravel()
        found = np.searchsorted(row, styles + random.random(len(styles)))
        ends = (styles + 1) * self.items.shape[1] - 1
        return np.asarray(self.items.ravel()[np.minimum(found, ends)])

    def by_popularity(self, random: np.random.Generator, count: int) -> np.ndarray:
        found = np.searchsorted(self.everything, random.random(count))
        return np.minimum(found, len(self.everything) - 1)


def _visits(
    random: np.random.Generator, habits: Habits
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each visit its shopper, the styles of the visit and of its wandering, (v, 2), and its
    first second."""
    count = habits.shoppers
    visits = np.minimum(random.geometric(1 / habits.visits, count), MOST_VISITS)
    tastes = random.integers(0, habits.styles, (count, MOST_TASTES))
    number = 1 + random.choice(MOST_TASTES, count, p=TASTES)
    shoppers, styles, places = [], [], []
    for visit in range(int(visits.max())):
        there = np.flatnonzero(visits > visit)
        drifting = there[random.random(len(there)) < habits.drift]
        tastes[drifting] = np.roll(tastes[drifting], 1, axis=1)
        tastes[drifting, 0] = random.integers(0, habits.styles, len(drifting))
        chosen = [_taste(random, habits, number[there]) for _ in range(2)]
        styles.append(np.stack([tastes[there, taste] for taste in chosen], axis=1))
        shoppers.append(there)
        places.append(np.full(len(there), visit))
    shopper = np.concatenate(shoppers)
    began = _began(random, habits, shopper, np.concatenate(places))
    return shopper, np.concatenate(styles), began


def _taste(random: np.random.Generator, habits: Habits, number: np.ndarray) -> np.ndarray:
    """Which of so many tastes a visit follows; 0 is the newest."""
    weights = habits.fading ** np.arange(MOST_TASTES)
    weights = np.where(np.arange(MOST_TASTES) < number[:, np.newaxis], weights, 0)
    chances = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    return np.asarray((random.random(len(number))[:, np.newaxis] > chances).sum(axis=1))


def _began(
    random: np.random.Generator, habits: Habits, shopper: np.ndarray, place: np.ndarray
) -> np.ndarray:
    """The first seconds of visits, in the order of each shopper's visits."""
    began = random.integers(0, habits.days * DAY_S, len(shopper))
    ordered = np.empty_like(began)
    ordered[np.lexsort((place, shopper))] = began[np.lexsort((began, shopper))]
    return ordered


def _lengths(random: np.random.Generator, count: int, mean: float) -> np.ndarray:
    return np.minimum(1 + random.geometric(1 / (mean - 1), count), LONGEST)


def _items(
    random: np.random.Generator, habits: Habits, styles: np.ndarray, drawing: _Styles
) -> np.ndarray:
    """What is looked at, of the visit's style, the other one, or everything."""
    count = len(styles)
    wanders = random.random(count) < habits.wander
    items = drawing.drawn(random, np.where(wanders, styles[:, 1], styles[:, 0]))
    return np.where(
        random.random(count) < habits.noise, drawing.by_popularity(random, count), items
    )


def _number_within(visit: np.ndarray) -> np.ndarray:
    """0, 1, 2, ... within each visit; visits come one after the other."""
    starts = np.flatnonzero(np.r_[True, visit[1:] != visit[:-1]])
    lengths = np.diff(np.r_[starts, len(visit)])
    return np.arange(len(visit)) - np.repeat(starts, lengths)


def _is_first(visit: np.ndarray, item: np.ndarray, products: int) -> np.ndarray:
    first = np.zeros(len(visit), bool)
    first[np.unique(visit * products + item, return_index=True)[1]] = True
    return first

"""What merchants have panels and searches show: what is pinned, blocked, and brought forward.

The catalogue keeps to it and knows no rules: whoever has some says so by `steer_by`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from shop.catalog.live.table import keys_of
from shop.catalog.live.view import Narrowing, View
from shop.catalog.models import Product

MOST_ODDS = math.log(8)
"""However many boosts a product has, its odds are at most eight times as high, or as low."""


@dataclass(frozen=True)
class Pin:
    """A product, by its id, for a place, from 1; nowhere while it is sold out, unless said."""

    place: int
    product: str
    even_sold_out: bool = False


@dataclass(frozen=True)
class Boost:
    """Brings forward, or back, by so much in log odds, what is one of the `products`, fits
    `goods`, and was made since a moment, in milliseconds; each only where it is given."""

    odds: float
    products: frozenset[str] | None = None
    goods: Narrowing | None = None
    since: int | None = None

    def concerns(self, view: View, keys: np.ndarray) -> np.ndarray:
        """Which of these keys, S12 (n,), it is about; bool (n,)."""
        about = np.ones(len(keys), bool)
        if self.products is not None:
            about &= np.isin(keys, keys_of(list(self.products)))
        if self.goods is not None:
            about &= view.select(self.goods).has(keys)
        if self.since is not None:
            about &= view.made_since(keys, self.since)
        return about


@dataclass(frozen=True)
class Steering:
    """Of one panel or search. Pins come in the order of their places."""

    pins: tuple[Pin, ...] = ()
    blocked: frozenset[str] = field(default_factory=frozenset)
    boosts: tuple[Boost, ...] = ()

    def unpinned(self, shown: frozenset[str]) -> Steering:
        """The same for what is left once these products have their places."""
        return replace(self, pins=(), blocked=self.blocked | shown)


UNSTEERED = Steering()


def boosted(view: View, keys: np.ndarray, boosts: Sequence[Boost]) -> np.ndarray:
    """How much further up these keys, S12 (n,), come, in log odds; float64 (n,)."""
    odds = np.zeros(len(keys))
    for boost in boosts:
        odds[boost.concerns(view, keys)] += boost.odds
    return np.clip(odds, -MOST_ODDS, MOST_ODDS)


def placed[T](ranked: Sequence[T], pinned: Sequence[tuple[int, T]]) -> list[T]:
    """What is `ranked`, without any of the `pinned`, with these at their places, from 1.

    Those of one place follow one another, and those beyond the end come last: no place is empty.
    """
    rest, found = list(ranked), list[T]()
    for place, one in sorted(pinned, key=lambda pair: pair[0]):
        before = max(0, place - 1 - len(found))
        found += [*rest[:before], one]
        del rest[:before]
    return found + rest


type OfPanel = Callable[[Product], Steering]
type OfSearch = Callable[[str, str], Steering]


def _unsteered(*_: object) -> Steering:
    return UNSTEERED


_of_panel: OfPanel = _unsteered
_of_search: OfSearch = _unsteered


def steer_by(of_panel: OfPanel, of_search: OfSearch) -> None:
    """Have these say what holds now: beside a product, and for words in a page's language.

    They are asked on the way of every page, so they answer from memory and raise nothing.
    """
    global _of_panel, _of_search
    _of_panel, _of_search = of_panel, of_search


def of_panel(product: Product) -> Steering:
    """What holds now for what looks like this product."""
    return _of_panel(product)


def of_search(words: str, language: str) -> Steering:
    """What holds now for a search by these words."""
    return _of_search(words, language)

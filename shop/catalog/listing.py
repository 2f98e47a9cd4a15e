"""Listings of published products, found in memory and shown by `_id`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final, overload

import numpy as np
from django.utils.translation import get_language

from shop.catalog.live.cards import at_hand, products
from shop.catalog.live.keeper import keeper
from shop.catalog.live.table import NAME
from shop.catalog.live.view import EVERYTHING, Narrowing, Selection, View
from shop.catalog.models import Product, Status

DEFAULT_SORT: Final = "featured"
RELEVANCE: Final = "relevance"
"""The order of what was found by words."""

PUBLISHED = Narrowing.to({"status": {Status.PUBLISHED.value}})


def live() -> View:
    """All products as this process has them in memory. Raises NotLoaded, a DatabaseError."""
    return keeper().view()


def within(categories: Sequence[object]) -> Narrowing:
    """The published products in these categories (primary keys), as `Tree.keys` names them."""
    keys = frozenset(map(str, categories))
    return Narrowing.to({**dict(PUBLISHED.values), "category": keys})


def order_of(sort: str) -> str:
    """What memory calls a sort of an address: names are ordered in the page's language."""
    if sort == "name":
        return NAME + (get_language() or "en")
    return "" if sort == RELEVANCE else sort


def counts_by_category() -> dict[str, int]:
    """How many products, drafts included, each category has, by its key as text."""
    return live().counts(EVERYTHING, "category")


class Listing(Sequence[Product]):
    """Products in an order: a sequence for a paginator, of which only what is shown is fetched.

    `found`, ids or keys, narrows it to these; where the `sort` is RELEVANCE their order counts.
    """

    def __init__(
        self,
        among: Narrowing = PUBLISHED,
        chosen: Narrowing = EVERYTHING,
        sort: str = RELEVANCE,
        found: Sequence[str] | np.ndarray | None = None,
    ) -> None:
        self.view = live()
        self._among, self._chosen, self._order = among, chosen, order_of(sort)
        self._found = found

    def __len__(self) -> int:
        return self._listed(0, 0)[0]

    def ids(self, start: int, stop: int) -> list[str]:
        """The ids from one place to before another."""
        return self._listed(start, stop)[1]

    @overload
    def __getitem__(self, places: int) -> Product: ...

    @overload
    def __getitem__(self, places: slice) -> list[Product]: ...

    def __getitem__(self, places: int | slice) -> Product | list[Product]:
        if isinstance(places, int):
            return self[places : places + 1][0]
        start, stop, _ = places.indices(len(self))
        return products(self.view, self.ids(start, stop))

    def at_hand(self, start: int, stop: int) -> list[Product]:
        """What can be shown from one place to before another while MongoDB is away."""
        return at_hand(self.ids(start, stop))

    def _listed(self, start: int, stop: int) -> tuple[int, list[str]]:
        if self._found is None:
            return self.view.listing(self._among, self._chosen, self._order, start, stop)
        return len(self._selection), self._selection.page(self._order, start, stop)

    @cached_property
    def _selection(self) -> Selection:
        return self.view.select(self._among, self._chosen, self._found)

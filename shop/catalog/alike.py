"""Matches of the recommender turned into products that may be shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommender import search
from recommender.search import CLOSE_FROM, Match, PhotoVector
from shop.catalog.listing import live
from shop.catalog.live.cards import products
from shop.catalog.live.view import Selection
from shop.catalog.models import Product

# The widest panel; the narrow one has settings.SIMILAR_K.
WIDE_K = 10

# The score from which on two things are called so; below the last it is a matter of mood.
CLOSENESS = ((0.85, _("Very close")), (0.5, pgettext_lazy("similarity", "Close")))
FARTHEST = _("Same mood")


@dataclass(frozen=True)
class Alike:
    """A product and how much it looks like what was asked for, from 0 to 1."""

    product: Product
    score: float

    @property
    def closeness(self) -> str:
        """The score in words."""
        words = (word for bound, word in CLOSENESS if self.score >= bound)
        return str(next(words, FARTHEST))

    @property
    def percent(self) -> int:
        return round(self.score * 100)


def nothing_is_close(found: Sequence[Alike]) -> bool:
    """Whether all that was found is only the least far from what was asked for."""
    return all(match.score < CLOSE_FROM for match in found)


@dataclass(frozen=True)
class Among:
    """The recommender's filter: only these products may be found."""

    products: Selection

    def few(self, limit: int) -> Sequence[str] | None:
        return self.products.ids() if len(self.products) <= limit else None

    def accept(self, items: list[str]) -> set[str]:
        return self.products.among(items)


def similar_products(product: Product, k: int, among: Selection | None = None) -> list[Alike]:
    """The `k` published products that look most like this one, nearest first.

    Of each style there is the nearest product, and none of the style of this one. `among` narrows
    what may be found. Raises recommender.search.SearchUnavailable.
    """
    look = partial(search.similar, str(product.pk))
    return _shown(k, look, among, without_style=product.style)


def products_like(query: PhotoVector, k: int, among: Selection | None = None) -> list[Alike]:
    """The `k` published products that look most like a picture, nearest first.

    Of each style there is the nearest product. `among` narrows what may be found. Raises
    recommender.search.SearchUnavailable.
    """
    return _shown(k, partial(search.by_vector, query), among)


def _shown(
    k: int,
    look: Callable[..., list[Match]],
    among: Selection | None,
    without_style: str = "",
) -> list[Alike]:
    found: dict[str, Product] = {}

    def accept(items: list[str]) -> dict[str, str]:
        fetched = _fetch(items)
        found.update(fetched)
        return {
            item: product.style or item
            for item, product in fetched.items()
            if not product.style or product.style != without_style
        }

    matches = look(k=k, accept=accept, filter=None if among is None else Among(among))
    return [Alike(found[match.item], match.score) for match in matches]


def _fetch(items: Sequence[str]) -> dict[str, Product]:
    return {str(product.pk): product for product in products(live(), items)}

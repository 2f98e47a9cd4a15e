"""Matches of the recommender turned into products that may be shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PIL.Image import Image

from recommender import search
from recommender.search import Match
from shop.catalog.models import Product

# The widest panel; the narrow one has settings.SIMILAR_K.
WIDE_K = 10

# Cosine similarity at which two things are called so; below the last it is a matter of mood.
CLOSENESS = ((0.9, "Very close"), (0.75, "Close"))
FARTHEST = "Same mood"


@dataclass(frozen=True)
class Alike:
    """A product and how much it looks like what was asked for (cosine, 1 is the same)."""

    product: Product
    similarity: float

    @property
    def closeness(self) -> str:
        """The similarity in words."""
        return next((word for bound, word in CLOSENESS if self.similarity >= bound), FARTHEST)

    @property
    def percent(self) -> int:
        return max(0, round(self.similarity * 100))


def similar_products(product: Product, k: int) -> list[Alike]:
    """The `k` published products that look most like this one, nearest first.

    Raises recommender.search.SearchUnavailable.
    """
    return _shown(lambda accept: search.similar(str(product.pk), k=k, accept=accept))


def products_like(picture: Image, k: int) -> list[Alike]:
    """The `k` published products that look most like a picture, nearest first.

    Raises recommender.search.SearchUnavailable.
    """
    return _shown(lambda accept: search.by_photo(picture, k=k, accept=accept))


def _shown(look: Callable[[Callable[[list[str]], set[str]]], list[Match]]) -> list[Alike]:
    # Whether a product may be shown is asked by fetching it, so that a page needs one query.
    products: dict[str, Product] = {}

    def accept(items: list[str]) -> set[str]:
        found = {str(product.pk): product for product in Product.objects.by_ids(items)}
        products.update(found)
        return set(found)

    return [Alike(products[match.item], match.similarity) for match in look(accept)]

"""Matches of the recommender turned into products that may be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import batched

from PIL.Image import Image

from recommender import search
from recommender.search import Match
from shop.catalog.models import Product
from shop.catalog.remember import Recent

# The widest panel; the narrow one has settings.SIMILAR_K.
WIDE_K = 10
# Fetched beyond what is shown, in case one was taken down a moment ago.
SPARE = 1

# A product that is taken down leaves the index within a second, and with it every panel. What this
# can show is an old price, and only until the product's own page is opened.
_recent: Recent[str, Product] = Recent(seconds=15, most=2000)

# Cosine similarity at which two things are called so; below the last it is a matter of mood. Of
# held-out studio photographs this close to each other, 85 % and 69 % of the pairs are of one kind.
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
    return _shown(k, partial(search.similar, str(product.pk)))


def products_like(picture: Image, k: int) -> list[Alike]:
    """The `k` published products that look most like a picture, nearest first.

    Raises recommender.search.SearchUnavailable.
    """
    return _shown(k, partial(search.by_photo, picture))


def _shown(k: int, look: Callable[..., list[Match]]) -> list[Alike]:
    products: dict[str, Product] = {}

    def accept(items: list[str]) -> set[str]:
        # The items come nearest first: once k are in hand the farther ones need no look.
        for some in batched(items, k + SPARE, strict=False):
            products.update(_fetch(some))
            if len(products) >= k:
                break
        return set(products)

    return [Alike(products[match.item], match.similarity) for match in look(k=k, accept=accept)]


def _fetch(items: Iterable[str]) -> dict[str, Product]:
    known = {item: product for item in items if (product := _recent.get(item))}
    missing = [item for item in items if item not in known]
    for product in Product.objects.by_ids(missing) if missing else ():
        known[str(product.pk)] = product
        _recent.put(str(product.pk), product)
    return known

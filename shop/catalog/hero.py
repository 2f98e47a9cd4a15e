"""A search to begin with: a photograph of the shop's, and what it finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from recommender.search import SearchUnavailable
from shop.catalog.alike import Alike, similar_products
from shop.catalog.listing import live
from shop.catalog.live.cards import products as products_at
from shop.catalog.models import Product
from shop.catalog.steering import Steering, of_panel

FOUND = 4
# Of how many products the one is taken that finds what is closest.
TRIED = 5


@dataclass(frozen=True)
class Searched:
    """A product with a photograph, and what looks like it, the closest first."""

    product: Product
    found: Sequence[Alike]

    @property
    def closeness(self) -> float:
        return sum(match.nearness for match in self.found)

    def is_as_shown(self) -> bool:
        """Whether all that it shows is as it was, published and not blocked there. Raises what
        MongoDB raises."""
        shown = [self.product, *(match.product for match in self.found)]
        ids = [str(product.pk) for product in shown]
        now = products_at(live(), ids)
        is_blocked = not self.blocked.isdisjoint(ids)
        revisions = [product.revision for product in shown]
        return not is_blocked and [product.revision for product in now] == revisions

    @property
    def blocked(self) -> frozenset[str]:
        """The ids of what merchants do not want beside the product now."""
        return of_panel(self.product).blocked


def best_search(products: Iterable[Product]) -> Searched | None:
    """Of the first products with a photograph the one that finds most; None without any."""
    with_cover = islice((product for product in products if product.cover), TRIED)
    searched = [Searched(product, _found(product)) for product in with_cover]
    return max(searched, key=lambda search: search.closeness, default=None)


def _found(product: Product) -> list[Alike]:
    try:
        # What is really closest: nothing is pinned here.
        blocked = Steering(blocked=of_panel(product).blocked)
        return similar_products(product, FOUND, steering=blocked)
    except SearchUnavailable:
        return []

"""The catalogue's reads, under names from the shop floor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bson import ObjectId
from bson.errors import InvalidId
from django.db.models import Count, Q
from django_mongodb_backend.queryset import MongoQuerySet

if TYPE_CHECKING:
    from shop.catalog.models import Category, Product

# Every order ends with the key, so that no product appears on two pages or on none.
SORTS: dict[str, tuple[str, ...]] = {
    "featured": ("position", "-pk"),
    "newest": ("-created", "-pk"),
    "price": ("price_cents", "-pk"),
    "-price": ("-price_cents", "-pk"),
    "name": ("name", "-pk"),
}
DEFAULT_SORT = "featured"
MOST_WORDS = 8


@dataclass(frozen=True)
class Facets:
    """How many products carry each value, most frequent first, and the span of prices.

    Each tuple holds (value, count) pairs; prices are in cents, None where there is no product.
    """

    gender: tuple[tuple[str, int], ...]
    colour: tuple[tuple[str, int], ...]
    kind: tuple[tuple[str, int], ...]
    price_min: int | None
    price_max: int | None


class CategoryQuerySet(MongoQuerySet):
    def in_order(self) -> CategoryQuerySet:
        """Categories in their order of display."""
        return self.order_by("position", "name")


class ProductQuerySet(MongoQuerySet):
    def published(self) -> ProductQuerySet:
        """Products that shoppers may see."""
        return self.filter(published=True)

    def in_category(self, category: Category) -> ProductQuerySet:
        return self.filter(category_id=category.pk)

    def sorted_by(self, key: str) -> ProductQuerySet:
        """Products ordered by one of `SORTS`; an unknown key means the order of display."""
        return self.order_by(*SORTS.get(key, SORTS[DEFAULT_SORT]))

    def matching(self, words: str) -> ProductQuerySet:
        """Products that carry every word in their name, kind, colour or category's name."""
        categories = self.model._meta.get_field("category").related_model.objects
        products = self
        for word in words.split()[:MOST_WORDS]:
            shelves = [category.pk for category in categories.filter(name__icontains=word)]
            products = products.filter(
                Q(name__icontains=word)
                | Q(kind__icontains=word)
                | Q(colour__icontains=word)
                | Q(category_id__in=shelves)
            )
        return products

    def facets(self) -> Facets:
        """Count the values of these products in one query.

        Narrow the queryset (by category) first: the database sends a small row per product.
        """
        rows = list(self.order_by().values_list("gender", "colour", "kind", "price_cents"))
        prices = [price for *_, price in rows]
        return Facets(
            gender=_counted(row[0] for row in rows),
            colour=_counted(row[1] for row in rows),
            kind=_counted(row[2] for row in rows),
            price_min=min(prices, default=None),
            price_max=max(prices, default=None),
        )

    def counts_by_category(self) -> dict[ObjectId, int]:
        """How many products each category has; one without products is left out."""
        counted = self.order_by().values_list("category_id").annotate(number=Count("pk"))
        return dict(counted)

    def with_ids(self, ids: Iterable[str]) -> ProductQuerySet:
        """Products with these ids (text), in no order; a malformed id matches nothing."""
        keys = {key for key in map(_object_id, ids) if key is not None}
        return self.filter(pk__in=keys).order_by()

    def by_ids(self, ids: Sequence[str]) -> list[Product]:
        """The published products with these ids (text), in the order of the ids.

        An id that is malformed, unknown or unpublished is left out.
        """
        found = {str(product.pk): product for product in self.published().with_ids(ids)}
        return [found[key] for key in ids if key in found]


def _counted(values: Iterable[str]) -> tuple[tuple[str, int], ...]:
    counts = Counter(value for value in values if value)
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _object_id(text: str) -> ObjectId | None:
    try:
        return ObjectId(text)
    except (InvalidId, TypeError):
        return None

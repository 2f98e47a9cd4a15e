"""The catalogue's reads, under names from the shop floor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from bson import ObjectId
from bson.errors import InvalidId
from django.db.models import Count, Max, Min, Q
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
DEFAULT_SORT: Final = "featured"
MOST_WORDS = 8
# As many ids as the stand-in for MongoDB takes in one query.
MOST_IDS = 250

type Counts[V] = tuple[tuple[V, int], ...]


class Tally(NamedTuple):
    """How many products have all of these values, and the span of their prices in cents."""

    category: ObjectId
    gender: str
    colour: str
    kind: str
    number: int
    price_min: int
    price_max: int


@dataclass(frozen=True)
class Facets:
    """How many products carry each value, most frequent first, and the span of prices.

    Each tuple holds (value, count) pairs, `category` with primary keys; prices are in cents, None
    where there is no product.
    """

    category: Counts[ObjectId]
    gender: Counts[str]
    colour: Counts[str]
    kind: Counts[str]
    price_min: int | None
    price_max: int | None

    @classmethod
    def of(cls, tallies: Sequence[Tally]) -> Self:
        return cls(
            category=_counted((tally.category, tally.number) for tally in tallies),
            gender=_counted((tally.gender, tally.number) for tally in tallies),
            colour=_counted((tally.colour, tally.number) for tally in tallies),
            kind=_counted((tally.kind, tally.number) for tally in tallies),
            price_min=min((tally.price_min for tally in tallies), default=None),
            price_max=max((tally.price_max for tally in tallies), default=None),
        )


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

    def of_style(self, style: str) -> ProductQuerySet:
        """The products that are this design in some colour, in their order of display."""
        return self.filter(style=style).sorted_by(DEFAULT_SORT)

    def colours_by_style(self, styles: Sequence[str], *, most: int) -> dict[str, tuple[str, ...]]:
        """The different colours of each of these styles in order of display, about `most` each."""
        rows = self.filter(style__in=styles).sorted_by(DEFAULT_SORT).values_list("style", "colour")
        found: dict[str, dict[str, None]] = {}
        for style, colour in rows[: most * len(styles)]:
            if colour:
                found.setdefault(style, {})[colour] = None
        return {style: tuple(colours) for style, colours in found.items()}

    def tallies(self) -> list[Tally]:
        """What the facets of these products, or of some of them, are counted from: one query.

        The database counts, and sends a small row for each combination of values.
        """
        rows = (
            self.order_by()
            .values_list("category_id", "gender", "colour", "kind")
            .annotate(number=Count("pk"), low=Min("price_cents"), high=Max("price_cents"))
        )
        return [Tally(*row) for row in rows]

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
        found = {
            str(product.pk): product
            for some in batched(ids, MOST_IDS, strict=False)
            for product in self.published().with_ids(some)
        }
        return [found[key] for key in ids if key in found]

    def ids_among(self, ids: Sequence[str]) -> set[str]:
        """Those of these ids (text) that are ids of these products."""
        return {
            str(key)
            for some in batched(ids, MOST_IDS, strict=False)
            for key in self.with_ids(some).values_list("pk", flat=True)
        }

    def ids_at_most(self, limit: int) -> list[str] | None:
        """The ids (text) of these products, in no order; None where there are more than `limit`."""
        found = [str(key) for key in self.order_by().values_list("pk", flat=True)[: limit + 1]]
        return found if len(found) <= limit else None


def _counted[V: Hashable](values: Iterable[tuple[V, int]]) -> Counts[V]:
    counts: Counter[V] = Counter()
    for value, number in values:
        if value:
            counts[value] += number
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _object_id(text: str) -> ObjectId | None:
    try:
        return ObjectId(text)
    except (InvalidId, TypeError):
        return None

"""What a shopper chose on a listing page, read from its address and written back into it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from shop.catalog.querysets import DEFAULT_SORT, SORTS, ProductQuerySet

PER_PAGE = 30
MOST_VALUES = 30
LONGEST_VALUE = 80
HIGHEST_PRICE_CENTS = 100_000_000
SORT_NAMES = {
    "featured": "Our order",
    "newest": "Newest first",
    "price": "Price, low to high",
    "-price": "Price, high to low",
    "name": "Name",
}


@dataclass(frozen=True)
class Chip:
    """One choice in force, and the query string of the page without it."""

    label: str
    query: str


@dataclass(frozen=True)
class Choices:
    """Filters and sorting; an address may hold anything, so what makes no sense is left out.

    Prices are in cents.
    """

    words: str = ""
    sort: str = DEFAULT_SORT
    kind: tuple[str, ...] = ()
    colour: tuple[str, ...] = ()
    gender: tuple[str, ...] = ()
    price_min: int | None = None
    price_max: int | None = None

    @classmethod
    def from_query(cls, query: QueryDict) -> Choices:
        sort = query.get("sort", DEFAULT_SORT)
        return cls(
            words=_text(query.get("q", "")),
            sort=sort if sort in SORTS else DEFAULT_SORT,
            kind=_values(query, "kind"),
            colour=_values(query, "colour"),
            gender=_values(query, "gender"),
            price_min=_cents(query.get("price_min", "")),
            price_max=_cents(query.get("price_max", "")),
        )

    @property
    def filtering(self) -> bool:
        """Whether anything narrows the listing, apart from the words searched for."""
        return bool(self.kind or self.colour or self.gender) or self.has_price

    @property
    def has_price(self) -> bool:
        return self.price_min is not None or self.price_max is not None

    def narrow(self, products: ProductQuerySet) -> ProductQuerySet:
        """The products that fit the filters, in the order asked for."""
        conditions: dict[str, Any] = {
            "kind__in": self.kind,
            "colour__in": self.colour,
            "gender__in": self.gender,
            "price_cents__gte": self.price_min,
            "price_cents__lte": self.price_max,
        }
        wanted = {name: value for name, value in conditions.items() if value not in ((), None)}
        return products.filter(**wanted).sorted_by(self.sort)

    def query(self, page: int = 1) -> str:
        """The query string that leads here, without its question mark and without defaults."""
        query = QueryDict(mutable=True)
        if self.words:
            query["q"] = self.words
        if self.sort != DEFAULT_SORT:
            query["sort"] = self.sort
        for name in ("kind", "colour", "gender"):
            query.setlist(name, list(getattr(self, name)))
        for name in ("price_min", "price_max"):
            if (cents := getattr(self, name)) is not None:
                query[name] = units(cents)
        if page > 1:
            query["page"] = str(page)
        return query.urlencode()

    def chips(self) -> Iterator[Chip]:
        """A chip for each filter in force, each with the way back out of it."""
        for name in ("kind", "colour", "gender"):
            values = getattr(self, name)
            for value in values:
                others: dict[str, Any] = {name: tuple(v for v in values if v != value)}
                label = value.capitalize() if name == "gender" else value
                yield Chip(label, replace(self, **others).query())
        if self.has_price:
            yield Chip(self._price_label(), replace(self, price_min=None, price_max=None).query())

    def without_filters(self) -> str:
        """The query string of the same listing with every filter taken off."""
        return Choices(words=self.words, sort=self.sort).query()

    def _price_label(self) -> str:
        if self.price_max is None:
            return f"From {units(self.price_min or 0)}"
        if self.price_min is None:
            return f"Up to {units(self.price_max)}"
        return f"{units(self.price_min)} to {units(self.price_max)}"


def units(cents: int) -> str:
    """Cents as whole units of the currency, without needless decimals: 4900 is "49"."""
    return f"{cents / 100:.2f}".removesuffix(".00")


def _values(query: QueryDict, name: str) -> tuple[str, ...]:
    values = (_text(value) for value in query.getlist(name)[:MOST_VALUES])
    return tuple(dict.fromkeys(value for value in values if value))


def _text(value: str) -> str:
    # MongoDB refuses a NUL in a string, and nothing in the shop has so long a name.
    return " ".join(value.replace("\0", " ").split())[:LONGEST_VALUE]


def _cents(value: str) -> int | None:
    try:
        cents = round(float(value.strip().replace(",", ".")) * 100)
    except (ValueError, OverflowError):
        return None
    return cents if 0 <= cents <= HIGHEST_PRICE_CENTS else None

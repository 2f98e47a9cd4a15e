"""What a shopper chose on a listing page, read from its address and written back into it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from django.http import QueryDict
from django.utils.formats import get_format
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shop.catalog.colours import FAMILIES, families_of
from shop.catalog.context import tree
from shop.catalog.listing import DEFAULT_SORT, RELEVANCE
from shop.catalog.live.facts import IN_STOCK, ON_SALE, SOLD_OUT, STARS
from shop.catalog.live.view import Facets, Narrowing
from shop.catalog.live.words import LETTERS
from shop.catalog.models import Category, Gender
from shop.catalog.money import NotAnAmount, cents, number, price, read_amount
from shop.catalog.vocabulary import translated

PER_PAGE = 30
MOST_VALUES = 30
LONGEST_VALUE = 80
HIGHEST_PRICE_CENTS = 100_000_000
SORT_NAMES = {
    "featured": _("Our order"),
    "newest": _("Newest first"),
    "price": _("Price, low to high"),
    "-price": _("Price, high to low"),
    "name": _("Name"),
}
# What may be chosen of, in the order of display.
MENUS = {
    "category": _("Category"),
    "kind": _("Kind"),
    "colour": _("Colour"),
    "gender": pgettext_lazy("whom", "For"),
    "size": _("Size"),
    "season": _("Season"),
    "usage": _("Use"),
    "brand": _("Brand"),
    "sale": _("Sale"),
    "stock": _("Availability"),
    "rating": _("Rating"),
}
SHORT = {
    "sale": {ON_SALE: _("On sale")},
    "stock": {IN_STOCK: _("Can be had now"), SOLD_OUT: _("Sold out")},
}
# Of a menu without end those that most products have are offered.
MOST_OFFERED = 40


@dataclass(frozen=True)
class Chip:
    """One choice in force, and the query string of the page without it."""

    label: str
    query: str


@dataclass(frozen=True)
class Option:
    """A value that may be chosen, and how many products have it."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Menu:
    """The values of which a shopper may choose some; `name` is that of the form's field."""

    name: str
    label: str
    options: tuple[Option, ...]

    @property
    def chosen(self) -> int:
        """How many are chosen."""
        return sum(option.chosen for option in self.options)

    def up_to(self, most: int) -> Menu:
        """The same where no more than so many are ever shown."""
        options = (replace(option, count=min(option.count, most)) for option in self.options)
        return replace(self, options=tuple(options))


@dataclass(frozen=True)
class Choices:
    """Filters and sorting; an address may hold anything, so what makes no sense is left out.

    Categories are slugs, prices are in cents.
    """

    words: str = ""
    sort: str = DEFAULT_SORT
    category: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    colour: tuple[str, ...] = ()
    gender: tuple[str, ...] = ()
    size: tuple[str, ...] = ()
    season: tuple[str, ...] = ()
    usage: tuple[str, ...] = ()
    brand: tuple[str, ...] = ()
    sale: tuple[str, ...] = ()
    stock: tuple[str, ...] = ()
    rating: tuple[str, ...] = ()
    price_min: int | None = None
    price_max: int | None = None

    @classmethod
    def from_query(cls, query: QueryDict) -> Choices:
        words = _text(query.get("q", ""))
        sort = query.get("sort", "")
        lowest, highest = (_cents(query.get(name, "")) for name in ("price_min", "price_max"))
        if lowest is not None and highest is not None and lowest > highest:
            lowest, highest = highest, lowest
        return cls(
            words=words,
            sort=sort if sort in SORT_NAMES else usual_sort(words),
            **{name: _values(query, name) for name in MENUS},
            price_min=lowest,
            price_max=highest,
        )

    def unordered(self) -> Choices:
        """The same for what has an order of its own: the nearest first."""
        return replace(self, sort=usual_sort(self.words))

    @property
    def sorts(self) -> dict[str, Any]:
        """The orders to choose from, each with its name."""
        return {RELEVANCE: _("Best match"), **SORT_NAMES} if self.words else SORT_NAMES

    @property
    def filtering(self) -> bool:
        """Whether anything narrows the listing, apart from the words searched for."""
        return any(getattr(self, name) for name in MENUS) or self.has_price

    @property
    def has_price(self) -> bool:
        return self.price_min is not None or self.price_max is not None

    def narrowing(self) -> Narrowing:
        """What products must have to fit the filters."""
        chosen = {name: values for name in MENUS if (values := getattr(self, name))}
        if self.category:
            chosen["category"] = tuple(map(str, self._categories()))
        return Narrowing.to(chosen, self.price_min, self.price_max)

    def _categories(self) -> list[Any]:
        """The primary keys of the chosen categories and of all that lie in them."""
        lying = tree()
        chosen = [shelf for shelf in lying if shelf.slug in self.category]
        return [key for shelf in chosen for key in lying.keys(shelf.pk)]

    def menus(self, facets: Facets, most: int | None = None) -> list[Menu]:
        """What to choose from; what is chosen is there even where nothing has it.

        Where a page shows so many products at `most`, no value is said to have more.
        """
        counted = {name: _offered(name, facets) for name in MENUS}
        counted["category"] = _by_shelf(facets.counts["category"], self.category)
        menus = [self._menu(name, counts) for name, counts in counted.items()]
        telling = [menu for menu in menus if menu.chosen or _tells_apart(menu, facets.total)]
        return telling if most is None else [menu.up_to(most) for menu in telling]

    def _menu(self, name: str, known: Mapping[str, int]) -> Menu:
        chosen = getattr(self, name)
        values = dict.fromkeys((*known, *chosen))
        options = (
            Option(value, label, known.get(value, 0), value in chosen)
            for value, label in zip(values, _labels(name, list(values)), strict=True)
        )
        return Menu(name, str(MENUS[name]), tuple(options))

    def query(self, page: int = 1) -> str:
        """The query string that leads here, without its question mark and without defaults."""
        query = QueryDict(mutable=True)
        if self.words:
            query["q"] = self.words
        if self.sort != usual_sort(self.words):
            query["sort"] = self.sort
        for name in MENUS:
            query.setlist(name, list(getattr(self, name)))
        for name in ("price_min", "price_max"):
            if (cents := getattr(self, name)) is not None:
                query[name] = number(cents)
        if page > 1:
            query["page"] = str(page)
        return query.urlencode()

    def chips(self) -> Iterator[Chip]:
        """A chip for each filter in force, each with the way back out of it."""
        for name in MENUS:
            values = getattr(self, name)
            for value in values:
                others: dict[str, Any] = {name: tuple(v for v in values if v != value)}
                yield Chip(label_of(name, value), replace(self, **others).query())
        if self.has_price:
            yield Chip(self._price_label(), replace(self, price_min=None, price_max=None).query())

    def without_filters(self) -> str:
        """The query string of the same listing with every filter taken off."""
        return Choices(words=self.words, sort=self.sort).query()

    def without_words(self) -> str:
        """The query string of the same filters without what was searched for."""
        return replace(self, words="").unordered().query()

    def words_alone(self) -> str:
        """The query string of a search for these words alone."""
        return Choices(words=self.words, sort=usual_sort(self.words)).query()

    def fields(self) -> list[tuple[str, str]]:
        """The filters in force as a form has them: names, each with a value."""
        query = QueryDict(self.without_words())
        return [(name, value) for name, values in query.lists() for value in values]

    def _price_label(self) -> str:
        if self.price_max is None:
            return gettext("From %(low)s") % {"low": price(self.price_min or 0)}
        if self.price_min is None:
            return gettext("Up to %(high)s") % {"high": price(self.price_max)}
        return gettext("%(low)s to %(high)s") % {
            "low": price(self.price_min),
            "high": price(self.price_max),
        }


def usual_sort(words: str) -> str:
    """The order of a listing that names none: what was searched for comes by how well it fits."""
    return RELEVANCE if words else DEFAULT_SORT


def plain_query(query: QueryDict) -> str:
    """The query string without filters that are empty and without an order that is usual anyway."""
    usual = usual_sort(_text(query.get("q", "")))
    plain = query.copy()
    for name in (*MENUS, "price_min", "price_max"):
        plain.setlist(name, [value for value in query.getlist(name) if value])
    plain.setlist("sort", [sort for sort in query.getlist("sort") if sort not in ("", usual)])
    return plain.urlencode()


def label_of(name: str, value: str) -> str:
    """A value of a menu as shoppers read it."""
    if name == "category":
        return _way_in_words(_way_to(value)) or value
    if name == "gender":
        return str(dict(Gender.choices).get(value, value.capitalize()))
    if name == "rating" and value in STARS:
        return ngettext("%(stars)s star and up", "%(stars)s stars and up", int(value)) % {
            "stars": value
        }
    if name in SHORT:
        return str(SHORT[name].get(value, value))
    return translated(value)


def _labels(name: str, values: Sequence[str]) -> list[str]:
    """The values of a menu as shoppers read them; ways to categories without what all share."""
    if name != "category":
        return [label_of(name, value) for value in values]
    ways = [_way_to(value) for value in values]
    levels = zip(*(way[:-1] for way in ways), strict=False)
    shared = len(list(takewhile(lambda level: len(set(level)) == 1, levels)))
    return [_way_in_words(way[shared:]) or value for value, way in zip(values, ways, strict=True)]


def _way_to(slug: str) -> tuple[Category, ...]:
    """The categories from the top down to one; none where there is none at that address."""
    found = next((category for category in tree() if category.slug == slug), None)
    return tree().way(found.pk) if found else ()


def _way_in_words(way: Iterable[Category]) -> str:
    return " > ".join(category.title for category in way)


def _tells_apart(menu: Menu, total: int) -> bool:
    """Whether choosing in it narrows anything."""
    return len(menu.options) > 1 or any(option.count < total for option in menu.options)


def _offered(name: str, facets: Facets) -> dict[str, int]:
    """The values of a menu with their counts, in the order of display.

    Colours are offered by their families, and those of no family by their names.
    """
    counts = facets.counts[name]
    if name == "colour":
        counts = {value: count for value, count in counts.items() if _stands_alone(value)}
    if name == "rating":
        return {stars: counts[stars] for stars in STARS if stars in counts}
    most = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_OFFERED]
    return dict(sorted(most, key=lambda pair: _size_place(pair[0])) if name == "size" else most)


def _stands_alone(colour: str) -> bool:
    return colour in FAMILIES or not families_of([colour])


def _size_place(size: str) -> tuple[int, float, str]:
    """Sizes in letters from the smallest up, then those in numbers, then the others."""
    if size.upper() in LETTERS:
        return 0, LETTERS.index(size.upper()), size
    number = re.match(r"[0-9]+(?:[.,][0-9]+)?", size)
    return (1, float(number[0].replace(",", ".")), size) if number else (2, 0, size)


def _by_shelf(own: Mapping[str, int], chosen: Container[str]) -> dict[str, int]:
    """The categories' slugs in the categories' order, each with what choosing it would show.

    What lies in a category counts there as well; one that all of it lies in narrows nothing and is
    left out, unless it was chosen.
    """
    whole = sum(own.values())
    lying = tree()
    counts = {
        shelf.slug: sum(own.get(str(key), 0) for key in lying.keys(shelf.pk)) for shelf in lying
    }
    return {slug: count for slug, count in counts.items() if 0 < count < whole or slug in chosen}


def _values(query: QueryDict, name: str) -> tuple[str, ...]:
    values = (_text(value) for value in query.getlist(name)[:MOST_VALUES])
    return tuple(dict.fromkeys(value for value in values if value))


def _text(value: str) -> str:
    # MongoDB refuses a NUL in a string, and nothing in the shop has so long a name.
    return " ".join(value.replace("\0", " ").split())[:LONGEST_VALUE]


def _cents(value: str) -> int | None:
    # Of a number that could be thousands or decimals, the language of the page tells which.
    sign = get_format("DECIMAL_SEPARATOR")
    try:
        amount = cents(read_amount(value, "", decimal_sign=sign))
    except NotAnAmount:
        return None
    return amount if 0 <= amount <= HIGHEST_PRICE_CENTS else None

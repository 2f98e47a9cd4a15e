"""What Google and Meta ask of a feed: pure, and knowing nothing of how ours are made.

By Google's product data specification and Meta's reference of catalogues, as docs/exchange.md sums
them up. Where the two differ the stricter counts for both, but for the words of availability.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import urlsplit

from shop.catalog.gtin import LENGTHS as GTIN_LENGTHS
from shop.catalog.gtin import check_digit, circulates
from shop.feeds.channels import ATTRIBUTES, REPEATED, Channel, Item

REQUIRED = (
    *("id", "title", "description", "link", "image_link", "availability", "price", "condition"),
)
# In characters.
LONGEST = {
    "id": 50,
    "item_group_id": 50,
    "title": 150,
    "description": 5000,
    "link": 2000,
    "image_link": 2000,
    "additional_image_link": 2000,
    "brand": 70,
    "mpn": 70,
    "product_type": 750,
    "color": 100,
    "size": 100,
    "material": 200,
}
VALUES = {
    "condition": ("new", "refurbished", "used"),
    "gender": ("male", "female", "unisex"),
    "age_group": ("newborn", "infant", "toddler", "kids", "adult"),
    "size_type": ("regular", "petite", "maternity", "big", "tall", "plus"),
    "identifier_exists": ("yes", "no"),
}
ADDRESSES = ("link", "image_link", REPEATED)
MOST_PICTURES = 10
COLOURS, COLOUR_LENGTH = 3, 40
# By what the items of a group may differ.
DIFFERS_BY = ("color", "size", "material", "age_group", "gender", "size_type")

_GROUP = re.compile(r"[A-Za-z0-9_-]+")
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_PRICE = re.compile(r"(?P<amount>\d+\.\d\d) (?P<currency>[A-Z]{3})", re.ASCII)


class Fault(NamedTuple):
    """What is wrong with an attribute of an item (its id, or its number in the feed)."""

    item: str
    attribute: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.item}: {self.attribute} {self.sentence}"


def faults(items: Iterable[Item], channel: Channel) -> Iterator[Fault]:
    """All that is wrong with a feed, in its order."""
    seen = _Seen()
    for number, item in enumerate(items, 1):
        name = next(iter(item.get("id", ())), f"item {number}")
        for attribute, sentence in (*_alone(item, channel), *seen.beside(item)):
            yield Fault(name, attribute, sentence)


type _Told = Iterator[tuple[str, str]]


def _alone(item: Item, channel: Channel) -> _Told:
    """What is wrong with an item by itself, by attribute."""
    yield from _shapes(item)
    values = VALUES | {"availability": (channel.in_stock, channel.out_of_stock)}
    one = {name: texts[0] for name, texts in item.items() if texts}
    for name, allowed in values.items():
        if name in one and one[name] not in allowed:
            yield name, f"is {one[name]!r}, and may be {', '.join(allowed)}"
    yield from _texts(one)
    yield from _addresses(item)
    yield from _prices(one)
    yield from _identifiers(one, channel)
    yield from _colours(one.get("color"))


def _shapes(item: Item) -> _Told:
    for name in REQUIRED:
        if not item.get(name):
            yield name, "is missing"
    for name, texts in item.items():
        if name not in ATTRIBUTES:
            yield name, "is no attribute of a feed"
        if len(texts) > (MOST_PICTURES if name == REPEATED else 1):
            yield name, f"is there {len(texts)} times"
        for text in texts:
            if not text or text != text.strip():
                yield name, "is empty, or has space around it"
            if len(text) > LONGEST.get(name, len(text)):
                yield name, f"has {len(text)} characters, and may have {LONGEST[name]}"
            if _CONTROL.search(text):
                yield name, "has control characters"


def _texts(one: dict[str, str]) -> _Told:
    for name in ("title", "description", "brand", "color", "size", "material", "product_type"):
        if _TAG.search(one.get(name, "")):
            yield name, "has tags"
    if "item_group_id" in one and not _GROUP.fullmatch(one["item_group_id"]):
        yield "item_group_id", "has other signs than ASCII's letters, digits, _ and -"


def _addresses(item: Item) -> _Told:
    for name in ADDRESSES:
        for text in item.get(name, ()):
            told = urlsplit(text)
            is_whole = told.scheme in ("http", "https") and told.netloc
            if not is_whole or not text.isascii() or re.search(r"[\s,]", text):
                yield name, f"is no whole address: {text!r}"


def _prices(one: dict[str, str]) -> _Told:
    price, sale = _price(one.get("price")), _price(one.get("sale_price"))
    for name, told in (("price", price), ("sale_price", sale)):
        if name in one and (told is None or not told[0]):
            yield name, f"is {one[name]!r}, not like 49.90 EUR"
    if price and price[0] and sale and (sale[1] != price[1] or sale[0] >= price[0]):
        yield "sale_price", "is not less than the price, in the same currency"
    if dates := one.get("sale_price_effective_date"):
        if "sale_price" not in one:
            yield "sale_price_effective_date", "is there without a sale price"
        if not _is_interval(dates):
            yield "sale_price_effective_date", f"is {dates!r}, not two times with zones, in order"


def _price(text: str | None) -> tuple[Decimal, str] | None:
    told = _PRICE.fullmatch(text or "")
    return (Decimal(told["amount"]), told["currency"]) if told else None


def _is_interval(text: str) -> bool:
    try:
        begins, ends = map(datetime.fromisoformat, text.split("/"))
        return begins < ends and None not in (begins.tzinfo, ends.tzinfo)
    except (ValueError, TypeError):
        return False


def _identifiers(one: dict[str, str], channel: Channel) -> _Told:
    gtin = one.get("gtin")
    if gtin is not None:
        is_number = gtin.isascii() and gtin.isdigit() and len(gtin) in GTIN_LENGTHS
        if not is_number or check_digit(gtin[:-1]) != int(gtin[-1]):
            yield "gtin", f"is {gtin!r}, which is no GTIN"
        elif not circulates(gtin):
            yield "gtin", "is one of those that shops give out themselves"
    is_identified = gtin is not None or {"brand", "mpn"} <= one.keys()
    if one.get("identifier_exists") == "no" and is_identified:
        yield "identifier_exists", "is no, though there are identifiers"
    if channel.needs_identifier and one.keys().isdisjoint(("brand", "gtin", "mpn")):
        yield "brand", "is missing, and so are a GTIN and a manufacturer's number"


def _colours(text: str | None) -> _Told:
    if text is None:
        return
    parts = text.split("/")
    if len(parts) > COLOURS:
        yield "color", f"names {len(parts)} colours, and may name {COLOURS}"
    if not all(part and part == part.strip() and len(part) <= COLOUR_LENGTH for part in parts):
        yield "color", f"has a colour that is empty or longer than {COLOUR_LENGTH} characters"


class _Seen:
    """What the items before had, so far as no other may have it or others must."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._variants: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
        # Of each group its name as it is written, and its brand.
        self._groups: dict[str, tuple[str, str]] = {}

    def beside(self, item: Item) -> _Told:
        """What is wrong with an item beside those before it."""
        one = {name: texts[0] for name, texts in item.items() if texts}
        if (id := one.get("id", "")) in self._ids:
            yield "id", "is there twice"
        self._ids.add(id)
        if name := one.get("item_group_id"):
            yield from self._in_group(name, one)

    def _in_group(self, name: str, one: dict[str, str]) -> _Told:
        # Google takes groups for one whose names differ by case alone.
        key = name.lower()
        written, brand = self._groups.setdefault(key, (name, one.get("brand", "")))
        if written != name:
            yield "item_group_id", f"differs from {written!r} by case alone"
        if brand != one.get("brand", ""):
            yield "brand", f"is not that of the others of group {name}"
        differs = tuple(one.get(by, "") for by in DIFFERS_BY)
        if differs in self._variants[key]:
            yield "item_group_id", f"{name} has an item that differs from this one in nothing"
        self._variants[key].add(differs)

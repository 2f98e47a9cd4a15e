"""Feeds of products as Google Merchant and Meta take them: RSS, Atom, tables.

An item is a size; the items of an `item_group_id` are one design, and those of a colour among them
one product. Prices have a point and a currency, which has to be the shop's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial

from django.utils.translation import gettext as _

from shop.catalog.imports import cells
from shop.catalog.imports.formats import facts, feed_xml, records
from shop.catalog.imports.formats.listing import Listed, Listing, Loss, Read, losses_of
from shop.catalog.imports.formats.reductions import Cost, priced
from shop.catalog.imports.formats.together import together
from shop.catalog.imports.markup import line_of, text_of
from shop.catalog.imports.rows import BadRow, ImportRow, Place, RowRefused, quoted
from shop.catalog.imports.tables import Record, Table
from shop.catalog.imports.variants import in_line
from shop.catalog.naming import ONE_SIZE
from shop.skus.keys import key_of

# Spellings beside Google's own, which has underscores or spaces.
_ALIASES = {
    "colour": "color",
    "image": "image_link",
    "summary": "description",
    "content": "description",
    "quantity_to_sell_on_facebook": "quantity",
    "inventory": "quantity",
    "fb_product_category": "google_product_category",
}
_NUMBERED = re.compile(r"(?P<name>[a-z_]+)\[\d+\](?:\.url)?")
NAMES = frozenset(
    (
        *("id", "title", "description", "price", "sale_price", "sale_price_effective_date"),
        *(
            "availability",
            "quantity",
            "image_link",
            "additional_image_link",
            "brand",
            "gtin",
            "mpn",
        ),
        *("product_type", "google_product_category", "item_group_id", "color", "size", "gender"),
        *("age_group", "material", "pattern"),
    )
)
_THERE = frozenset(
    ("in_stock", "available_for_order", "preorder", "pre_order", "backorder", "available")
)
_NOT_THERE = frozenset(("out_of_stock", "discontinued", "sold_out", "pending"))
# What saved pages say where they name but the least of several prices.
LEAST = "least price"
_IN_ALL = {"id", "title", "price"}
# At least one of them is in every feed, and in no table of a shop's own.
_IN_SOME = {"availability", "image_link", "link", "google_product_category", "item_group_id"}


def is_one(table: Table) -> bool:
    """Whether a table has the columns of a feed."""
    names = set(map(_name_of, table.columns))
    return names >= _IN_ALL and not names.isdisjoint(_IN_SOME)


def listing(table: Table) -> Listing:
    """The products of such a table."""
    return Listing("Google's and Meta's feed", partial(products, partial(_of_table, table)))


def listing_of_xml(content: bytes, title: str) -> Listing:
    """The products of a feed in XML. Raises ImportRefused."""
    feed_xml.check(content, title)
    read = partial(_of_xml, content, title)
    return Listing("Google's and Meta's feed in XML", partial(products, read))


def _name_of(column: str) -> str:
    """What a column or element is called here."""
    name = column.removeprefix("g:").strip().replace(" ", "_")
    numbered = _NUMBERED.fullmatch(name)
    name = numbered["name"] if numbered else name
    return _ALIASES.get(name, name)


def _names_of(columns: Iterable[str]) -> dict[str, str]:
    """What each of the columns or elements that are understood is called here."""
    names = {column: _name_of(column) for column in columns}
    return {column: name for column, name in names.items() if name in NAMES}


def _of_table(table: Table) -> Iterator[Record | BadRow]:
    return records.meant(table.records(), _names_of(table.columns), feed_xml.REPEATED)


def _of_xml(content: bytes, title: str) -> Iterator[Record | BadRow]:
    for record in feed_xml.records(content, title):
        if isinstance(record, BadRow):
            yield record
        else:
            line, values = record
            yield line, records.told(values, _names_of(values), feed_xml.REPEATED)


def products(read: Read) -> Iterator[Listed | BadRow]:
    """The products of items, by the names that are understood."""
    for items in together(read, _key):
        if isinstance(items, BadRow):
            yield items
            continue
        by_colour: dict[str, list[Record]] = {}
        for item in items:
            by_colour.setdefault(key_of(_sku_of(item[1])), []).append(item)
        for group in by_colour.values():
            try:
                yield _product(group)
            except RowRefused as refused:
                yield BadRow(group[0][0], str(refused), _sku_of(group[0][1]))


def _key(values: dict[str, str]) -> str | None:
    group = values.get("item_group_id")
    return key_of(group) if group else None


def _sku_of(values: dict[str, str]) -> str:
    group = values.get("item_group_id")
    if not group:
        return values.get("id", "")
    return facts.sku_of(group, values.get("color", ""), values.get("pattern", ""))


def _product(items: Sequence[Record]) -> Listed:
    for line, values in items:
        with in_line(line):
            _require(values, "id", "title", "price")
    first = items[0][1]
    is_group = "item_group_id" in first
    cost = priced([_cost_of(*item) for item in items])
    gtin, has_lost_gtin = _gtin_of(items)
    way = facts.category(first.get("product_type", ""), first.get("google_product_category", ""))
    colours = [each.strip() for each in first.get("color", "").split("/") if each.strip()]
    stock = _stock_of(items)
    row = ImportRow(
        sku=_sku_of(first),
        name=line_of(first["title"]),
        category=way or facts.unsorted(),
        gender=facts.gender([first.get("gender", "")], [first.get("age_group", "")]),
        kind=None,
        colours=colours or None,
        season=None,
        usage=None,
        price_cents=cost.price_cents,
        description=text_of(first["description"]) if "description" in first else None,
        sizes=tuple(_size_of(values) for _line, values in items),
        photographs=(),
        line=items[0][0],
        stock=stock,
        available=() if stock else _availability_of(items),
        skus=tuple(values["id"] for _line, values in items),
        prices=cost.prices,
        style=facts.style_of(first["item_group_id"]) if is_group else None,
        made_up=is_group,
        may_lack_photographs=True,
        facts=cost.sale() | dict(_texts(first, is_group)) | ({"gtin": gtin} if gtin else {}),
    )
    return Listed(
        row,
        tuple(dict.fromkeys(address for _line, values in items for address in _addresses(values))),
        losses_of(
            (
                (cost.is_lost, Loss.REDUCTION),
                (has_lost_gtin, Loss.GTIN),
                (not way, Loss.CATEGORY),
                (any(LEAST in values for _line, values in items), Loss.PRICES),
            )
        ),
    )


def _require(values: dict[str, str], *names: str) -> None:
    for name in names:
        if name not in values:
            raise facts.empty(name)


def _texts(first: dict[str, str], is_group: bool) -> Iterator[tuple[str, str]]:
    names = ("brand", "material") if is_group else ("brand", "material", "mpn")
    return ((name, line_of(first[name])) for name in names if name in first)


def _size_of(values: dict[str, str]) -> str:
    return line_of(values.get("size", "")) or ONE_SIZE


def _addresses(values: dict[str, str]) -> Iterator[str]:
    for name in ("image_link", "additional_image_link"):
        yield from facts.addresses(values.get(name, ""))


def _gtin_of(items: Sequence[Record]) -> tuple[str, bool]:
    """A product has one GTIN, so that several sizes have none; and whether one was no GTIN."""
    if len(items) > 1 or "gtin" not in items[0][1]:
        return "", False
    return facts.gtin(items[0][1]["gtin"])


def _cost_of(line: Place, values: dict[str, str]) -> Cost:
    with in_line(line):
        usually = facts.money(values["price"], "price")
        sale = (
            facts.money(values["sale_price"], "sale_price") if "sale_price" in values else usually
        )
        since, until = _interval(values.get("sale_price_effective_date", ""))
        return Cost(usually, min(sale, usually), since, until)


def _interval(text: str) -> tuple[datetime | None, datetime | None]:
    """When a sale begins and ends: two days or times with a slash between, with zones or without.

    Without one they are the shop's time. Raises RowRefused.
    """
    if not text:
        return None, None
    since, slash, until = (part.strip() for part in text.partition("/"))
    if not slash:
        raise RowRefused(
            _("The sale_price_effective_date %(text)r is no two times with a slash between.")
            % {"text": quoted(text)}
        )
    column = "sale_price_effective_date"
    return cells.moment(since, column), cells.moment(until, column, end=True)


def _stock_of(items: Sequence[Record]) -> tuple[int, ...]:
    """The pieces of each size; none where not all of them are told."""
    told = [values["quantity"] for _line, values in items if "quantity" in values]
    if len(told) < len(items):
        return ()
    return tuple(map(facts.pieces, told))


def _availability_of(items: Sequence[Record]) -> tuple[bool, ...]:
    """Whether each size can be had; nothing where not all of them say so."""
    told = [_can_be_had(line, values.get("availability", "")) for line, values in items]
    known = tuple(each for each in told if each is not None)
    return known if len(known) == len(items) else ()


def _can_be_had(line: Place, text: str) -> bool | None:
    """None where an item does not say. Raises RowRefused."""
    told = text.lower().replace(" ", "_")
    if told and told not in _THERE | _NOT_THERE:
        with in_line(line):
            raise RowRefused(_("The availability %(text)r is not known.") % {"text": quoted(text)})
    return told in _THERE if told else None

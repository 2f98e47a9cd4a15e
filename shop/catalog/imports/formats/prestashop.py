"""PrestaShop's CSV files, products and their combinations, as its import takes them.

Headings are those of its samples, of any version, and of what its back office exports: English ones
are known by their names, and those of that export in other languages by their places, two prices
beside each other that differ in what is in brackets.

Prices are without tax, and what a combination says is what it adds to one. Where a file has prices
with tax as well, they tell how much tax there is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext as _

from shop.catalog.imports import cells
from shop.catalog.imports.categories import SEPARATOR
from shop.catalog.imports.formats import designs, facts, records
from shop.catalog.imports.formats.designs import Design, Offer, Piece
from shop.catalog.imports.formats.listing import Listed, Listing, Loss, Read
from shop.catalog.imports.formats.reductions import Cost
from shop.catalog.imports.formats.skus import Skus
from shop.catalog.imports.formats.together import together
from shop.catalog.imports.markup import line_of, text_of
from shop.catalog.imports.rows import BadRow, ImportRefused, Place, RowRefused, place_of, quoted
from shop.catalog.imports.tables import Record, Table
from shop.catalog.models import Status
from shop.skus.keys import key_of

# What headings mean, without what is in brackets and signs such as * and #.
COLUMNS = {
    **dict.fromkeys(("product id", "id"), "id"),
    **dict.fromkeys(("active", "enabled", "status"), "active"),
    "name": "name",
    **dict.fromkeys(("categories", "category"), "categories"),
    "discount amount": "discount amount",
    "discount percent": "discount percent",
    "discount from": "discount from",
    "discount to": "discount to",
    "reference": "sku",
    **dict.fromkeys(("manufacturer", "brand"), "brand"),
    "ean13": "gtin",
    "upc": "upc",
    "mpn": "mpn",
    "quantity": "quantity",
    "visibility": "visibility",
    **dict.fromkeys(("summary", "short description"), "summary"),
    "description": "description",
    "available for order": "available",
    **dict.fromkeys(("image urls", "image url", "image"), "images"),
    "feature": "features",
    **dict.fromkeys(("out of stock action", "action when out of stock"), "out of stock"),
}
COMBINATION_COLUMNS = {
    "product id": "id",
    "product reference": "product reference",
    "attribute": "attributes",
    "value": "values",
    "reference": "sku",
    "ean13": "gtin",
    "upc": "upc",
    "impact on price": "impact",
    "quantity": "quantity",
    **dict.fromkeys(("image urls", "image url"), "images"),
    **dict.fromkeys(("image position", "choose among product images by position"), "positions"),
}
# What the back office exports, in this order in any language; a place follows behind.
_EXPORTED = ("id", "images", "name", "sku", "categories", "net", "gross", "quantity", "active")
_FIRST_PRICE = _EXPORTED.index("net")
_ID_HEADINGS = frozenset(("product id", "id"))
_TAX = re.compile(r"price .*?\b(?P<how>excl|incl)")
_IN_BRACKETS = re.compile(r"(?P<what>[^()]+)\((?P<how>[^()]+)\)")
_NO_DAY = "0000-00-00"
_OFF, _NOWHERE, _SOLD_ON = "0", "none", "1"
_ROOTS = frozenset(("home", "root"))
# Behind a name stand what it looks like and its place.
_PLACE = re.compile(r":\d*$")


def is_one(table: Table) -> bool:
    """Whether a table has the columns of PrestaShop's products, or of their combinations."""
    return _has_products(table) or _has_combinations(table)


def listing(table: Table) -> Listing:
    """The products of such a table, all in one size. Raises ImportRefused for combinations."""
    if _has_combinations(table):
        raise ImportRefused(
            _(
                "%(title)s holds combinations: put it and the file of their products into one "
                "folder or zip file, and import that."
            )
            % {"title": table.title}
        )
    alone = _("Sizes are in another file, that of the combinations: without it there are none.")
    return Listing("PrestaShop's CSV", partial(_products, table, None), (alone,))


def listing_of_two(tables: Sequence[Table]) -> Listing | None:
    """The products of two tables, if one has products and the other one their combinations."""
    products = [table for table in tables if _has_products(table)]
    combinations = [table for table in tables if _has_combinations(table)]
    if (len(products), len(combinations)) != (1, 1):
        return None
    return Listing("PrestaShop's CSV", partial(_products, products[0], combinations[0]))


def _has_products(table: Table) -> bool:
    names = set(_names_of(table).values())
    return "name" in names and not names.isdisjoint(("net", "gross"))


def _has_combinations(table: Table) -> bool:
    names = set(_combination_names(table).values())
    return names >= {"attributes", "values", "impact"}


def _names_of(table: Table) -> dict[str, str]:
    """What each heading of products means."""
    if _is_exported(table.columns):
        return dict(zip(table.columns, _EXPORTED, strict=False))
    names = {column: _meaning(column) for column in table.columns}
    return {column: name for column, name in names.items() if name}


def _combination_names(table: Table) -> dict[str, str]:
    names = {column: COMBINATION_COLUMNS.get(_plain(column)) for column in table.columns}
    return {column: name for column, name in names.items() if name}


def _is_exported(columns: Sequence[str]) -> bool:
    """Whether two prices stand where the back office exports them, whatever they are called."""
    if len(columns) - len(_EXPORTED) not in (0, 1) or columns[0] not in _ID_HEADINGS:
        return False
    net, gross = map(_IN_BRACKETS.fullmatch, columns[_FIRST_PRICE : _FIRST_PRICE + 2])
    return bool(net and gross and net["what"] == gross["what"])


def _meaning(column: str) -> str | None:
    if tax := _TAX.match(column):
        return "net" if tax["how"] == "excl" else "gross"
    return COLUMNS.get(_plain(column))


def _plain(column: str) -> str:
    return " ".join(re.sub(r"\([^)]*\)|[*#]", " ", column).split())


def _products(table: Table, combinations: Table | None) -> Iterator[Listed | BadRow]:
    read = partial(_records, table, combinations)
    ids = _ids(read)
    return designs.listed(together(read, lambda told: _key(ids, told)), _design, Skus.of(read))


def _records(table: Table, combinations: Table | None) -> Iterator[Record | BadRow]:
    """The rows of products, then those of combinations, which name their file."""
    yield from records.meant(table.records(), _names_of(table))
    if combinations is None:
        return
    for record in records.meant(combinations.records(), _combination_names(combinations)):
        if isinstance(record, BadRow):
            yield BadRow(_place(combinations, record.line), record.reason)
        else:
            line, told = record
            # What says nothing adds nothing.
            yield _place(combinations, line), {"impact": "0", **told}


def _place(combinations: Table, line: Place) -> str:
    return f"{combinations.title}, {place_of(line)}"


def _ids(read: Read) -> dict[str, str]:
    """The ids of products by the keys of their references."""
    rows = (record[1] for record in read() if not isinstance(record, BadRow))
    return {
        key_of(told["sku"]): told["id"]
        for told in rows
        if not _is_combination(told) and "sku" in told and "id" in told
    }


def _is_combination(told: Mapping[str, str]) -> bool:
    return "impact" in told


def _key(ids: Mapping[str, str], told: Mapping[str, str]) -> str | None:
    """What a product and its combinations share; None for a product that has no id."""
    if "id" in told:
        return told["id"]
    if not _is_combination(told):
        return None
    reference = key_of(told.get("product reference", ""))
    return ids.get(reference, f"reference {reference}")


def _design(rows: Sequence[Record]) -> Design:
    """A product with its combinations. Raises RowRefused."""
    main = _main(rows)
    first = main[1]
    combinations = [row for row in rows if _is_combination(row[1])]
    differing = [_options(told) for _place, told in combinations]
    names = list(dict.fromkeys(name for values in differing for name in values))
    name, sku, pictures = line_of(first["name"]), first.get("sku", ""), _pictures(first)
    return Design(
        known_by=f"{name} {first.get('id', '')}",
        name=name,
        options=names,
        pieces=[
            _piece(row, first, [values.get(name, "") for name in names], pictures)
            for row, values in zip(combinations, differing, strict=True)
        ]
        or [Piece(main[0], (), partial(_offer, first, first))],
        sku=sku,
        style=(sku or name) if combinations else "",
        description=text_of(first.get("description") or first.get("summary", "")),
        ways=_ways(first.get("categories", "")),
        status=_status(first),
        facts={
            "brand": line_of(first.get("brand", "")),
            "mpn": "" if combinations else line_of(first.get("mpn", "")),
        },
        attributes=designs.as_facts(_features(first.get("features", ""))),
        addresses=pictures,
        losses=[Loss.TAX] if _lacks_tax(first, combinations) else [],
    )


def _main(rows: Sequence[Record]) -> Record:
    """The row of the product itself. Raises RowRefused."""
    products = [row for row in rows if not _is_combination(row[1])]
    if not products:
        told = rows[0][1]
        raise RowRefused(
            _("Its product %(product)r is not in the file.")
            % {"product": quoted(told.get("id") or told.get("product reference", ""))}
        )
    if len(products) > 1:
        raise RowRefused(_("Its id stands in the file %(times)d times.") % {"times": len(products)})
    if "name" not in products[0][1]:
        raise facts.empty("name")
    return products[0]


def _options(told: Mapping[str, str]) -> dict[str, str]:
    """What a combination is, by the names of attributes. Raises RowRefused."""
    names = [part.partition(":")[0].strip() for part in told.get("attributes", "").split(",")]
    values = [_PLACE.sub("", part).strip() for part in told.get("values", "").split(",")]
    if len(names) != len(values):
        raise RowRefused(
            _("The attribute %(names)r has not one value each: %(values)r.")
            % {
                "names": quoted(told.get("attributes", "")),
                "values": quoted(told.get("values", "")),
            }
        )
    return dict(zip(map(line_of, names), map(line_of, values), strict=True))


def _piece(
    row: Record, first: Mapping[str, str], values: Sequence[str], pictures: Sequence[str]
) -> Piece:
    place, told = row
    places = (part.strip() for part in told.get("positions", "").split(","))
    numbers = (int(part) for part in places if part.isascii() and part.isdigit())
    chosen = [pictures[number - 1] for number in numbers if 0 < number <= len(pictures)]
    return Piece(place, tuple(values), partial(_offer, told, first), (*_pictures(told), *chosen))


def _offer(told: Mapping[str, str], first: Mapping[str, str]) -> Offer:
    """Of a combination and its product, or of a product twice, which has none."""
    is_sold = first.get("available", "1") != _OFF
    is_counted = "quantity" in told and first.get("out of stock") != _SOLD_ON
    return Offer(
        cost=_cost(told, first),
        sku=told.get("sku", ""),
        gtin=told.get("gtin") or told.get("upc", ""),
        stock=facts.pieces(told["quantity"]) * is_sold if is_counted else None,
        is_available=is_sold if "available" in first else None,
    )


def _cost(told: Mapping[str, str], first: Mapping[str, str]) -> Cost:
    what = _("The price")
    net, gross = (_amount(first, name) for name in ("net", "gross"))
    own = gross if net is None else net
    if own is None:
        raise facts.empty("price")
    factor = gross / net if gross and net else 1
    usually = (own + (_amount(told, "impact") or 0)) * factor
    now = usually - (_amount(first, "discount amount") or 0)
    now -= now * (_amount(first, "discount percent") or 0) / 100
    since, until = (_moment(first, name) for name in ("discount from", "discount to"))
    if now == usually:
        since = until = None
    return Cost(facts.as_price(usually, what), facts.as_price(now, what), since, until)


def _amount(told: Mapping[str, str], name: str) -> Decimal | None:
    return facts.precise(told[name], _("The price")) if name in told else None


def _moment(first: Mapping[str, str], name: str) -> datetime | None:
    """A day as PrestaShop has it: its first moment."""
    text = first.get(name, "")
    return None if text.startswith(_NO_DAY) else cells.moment(text, name)


def _lacks_tax(first: Mapping[str, str], combinations: Collection[Record]) -> bool:
    """Whether nobody can tell how much tax is on a price."""
    adds = any(told["impact"].strip("0.,") for _place, told in combinations)
    return "gross" not in first or ("net" not in first and adds)


def _status(first: Mapping[str, str]) -> Status:
    if first.get("active", "1") == _OFF:
        return Status.DRAFT
    return Status.LINK if first.get("visibility") == _NOWHERE else Status.PUBLISHED


def _ways(text: str) -> list[str]:
    """Ways to categories: the one with the most levels first, and else in their order."""
    ways = [[name.strip() for name in way.split("/")] for way in text.split(",")]
    below = [way[1:] if way[0].lower() in _ROOTS else way for way in ways]
    return [f" {SEPARATOR} ".join(way) for way in sorted(below, key=lambda way: -len(way))]


def _features(text: str) -> dict[str, tuple[str, ...]]:
    """Further facts: `Composition:Cotton:1, Fit:Loose`."""
    found: dict[str, tuple[str, ...]] = {}
    for feature in text.split(","):
        name, _colon, value = (part.strip() for part in feature.partition(":"))
        value = value.partition(":")[0].strip()
        if name and value:
            found[name] = (*found.get(name, ()), line_of(value))
    return found


def _pictures(told: Mapping[str, str]) -> tuple[str, ...]:
    return facts.addresses(told.get("images", ""))

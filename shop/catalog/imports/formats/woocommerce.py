"""WooCommerce's CSV of products, its headings in whatever language the shop has.

English headings are known by their names. In a whole export the others are found by their places:
the four measures, which name their units, stand fast among columns whose order never changes.

A variation names its parent by SKU or as `id:N`, anywhere in the file, and stands for every value
of an attribute that it leaves empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice, product

from django.utils.translation import gettext as _

from shop.catalog.imports import cells
from shop.catalog.imports.formats import designs, facts, options, records
from shop.catalog.imports.formats.designs import Design, Offer, Piece
from shop.catalog.imports.formats.listing import Listed, Listing, Read
from shop.catalog.imports.formats.reductions import Cost
from shop.catalog.imports.formats.skus import Skus
from shop.catalog.imports.formats.together import together
from shop.catalog.imports.markup import line_of, text_of
from shop.catalog.imports.rows import BadRow, Place, RowRefused, quoted
from shop.catalog.imports.tables import Record, Table
from shop.catalog.models import Status
from shop.catalog.money import decimal_sign_of
from shop.skus.keys import key_of

# English headings of what is read.
COLUMNS = {
    "id": "id",
    "type": "type",
    "sku": "sku",
    "gtin, upc, ean, or isbn": "gtin",
    "name": "name",
    "published": "published",
    "visibility in catalog": "visibility",
    "short description": "short description",
    "description": "description",
    "date sale price starts": "sale from",
    "date sale price ends": "sale until",
    "in stock?": "in stock",
    "stock": "stock",
    "backorders allowed?": "backorders",
    "sale price": "sale price",
    "regular price": "regular price",
    "categories": "categories",
    "images": "images",
    "parent": "parent",
    "brands": "brand",
}
# Where they stand, counted from the first of the measures.
_PLACES = {
    -15: "name",
    -14: "published",
    -12: "visibility",
    -11: "short description",
    -10: "description",
    -9: "sale from",
    -8: "sale until",
    -5: "in stock",
    -4: "stock",
    -2: "backorders",
    6: "sale price",
    7: "regular price",
    8: "categories",
    11: "images",
    14: "parent",
}
_FIRST = ("id", "type", "sku")
# From the first measure to the last column that is in every export.
_LAST = 20
_MEASURE = re.compile(r".*\([^()]{1,4}\)")
_NUMBERED = re.compile(r"[^0-9:]*(?<![0-9])(?P<number>[0-9]{1,3})(?![0-9])[^0-9:]*")
_KINDS = frozenset(("simple", "variable", "variation", "grouped", "external"))
_LOOKED_AT = 20
_NAMED = frozenset(("type", "name", "regular price"))
_STATUSES = {
    "1": Status.PUBLISHED,
    # Private, a draft, waiting for somebody's word.
    **dict.fromkeys(("0", "-1", "2"), Status.DRAFT),
}
_COMMA = re.compile(r"(?<!\\),\s+")
_NONE, _ALWAYS = "0", frozenset(("1", "notify", "yes"))


def is_one(table: Table) -> bool:
    """Whether a table has the columns of WooCommerce's products, by their names or places."""
    return bool(_names_of(table))


def listing(table: Table) -> Listing:
    """The products of such a table."""
    return Listing("WooCommerce's CSV", partial(_products, table, _names_of(table)))


def _names_of(table: Table) -> dict[str, str]:
    """What each heading means; nothing where the table is another shop's."""
    named = {column: COLUMNS[column] for column in table.columns if column in COLUMNS}
    names = named if set(named.values()) >= _NAMED else _by_place(table)
    return {**names, **_attributes(table, names)} if names and _has_kinds(table, names) else {}


def _by_place(table: Table) -> dict[str, str]:
    columns = table.columns
    for at in range(len(columns) - _LAST):
        if at < len(_FIRST) + 15 or not all(map(_MEASURE.fullmatch, columns[at : at + 4])):
            continue
        names = {columns[at + step]: name for step, name in _PLACES.items()}
        names |= dict(zip(columns, _FIRST, strict=False))
        if at - 15 > len(_FIRST):
            names[columns[len(_FIRST)]] = "gtin"
        return names
    return {}


def _has_kinds(table: Table, names: Mapping[str, str]) -> bool:
    """Whether its first rows are of kinds that are never translated."""
    column = next(column for column, name in names.items() if name == "type")
    kinds = list(islice(table.values(column), _LOOKED_AT))
    return bool(kinds) and all(_kind_of(kind) in _KINDS for kind in kinds)


def _kind_of(text: str) -> str:
    """Without whether it is virtual or to be downloaded."""
    return text.partition(",")[0].strip().lower()


def _attributes(table: Table, names: Mapping[str, str]) -> dict[str, str]:
    """The columns of each attribute: its name is the first of its number, its values follow."""
    found: dict[str, str] = {}
    seen: dict[str, int] = {}
    for column in table.columns:
        numbered = _NUMBERED.fullmatch(column)
        if column in names or not numbered:
            continue
        number = numbered["number"]
        place = seen[number] = seen.get(number, 0) + 1
        if place <= 2:
            found[column] = f"attribute {number} {'name' if place == 1 else 'values'}"
    return found


def _records(table: Table, names: Mapping[str, str]) -> Iterator[Record | BadRow]:
    for record in records.meant(table.records(), names):
        if isinstance(record, BadRow):
            yield record
            continue
        line, told = record
        # A break is written as a backslash and an n.
        yield line, {name: value.replace("\\n", "\n") for name, value in told.items()}


def _products(table: Table, names: Mapping[str, str]) -> Iterator[Listed | BadRow]:
    read = partial(_records, table, names)
    design_of = partial(
        _design, sign=decimal_sign_of(_prices(read)), tells_stock="in stock" in names.values()
    )
    return designs.listed(together(read, partial(_key, _parents(read))), design_of, Skus.of(read))


def _parents(read: Read) -> dict[str, str]:
    """The ids of what has variations, by the keys of their SKUs."""
    parents = {}
    for record in read():
        if not isinstance(record, BadRow) and _kind_of(record[1].get("type", "")) == "variable":
            told = record[1]
            if "sku" in told and "id" in told:
                parents[key_of(told["sku"])] = told["id"]
    return parents


def _prices(read: Read) -> Iterator[str]:
    for record in read():
        if not isinstance(record, BadRow):
            yield from (record[1].get(name, "") for name in ("regular price", "sale price"))


def _key(parents: Mapping[str, str], told: dict[str, str]) -> str | None:
    """What a product and its variations share: the product's id, or else its SKU."""
    kind = _kind_of(told.get("type", ""))
    if kind == "variable":
        return f"id:{told['id']}" if "id" in told else f"sku:{key_of(told.get('sku', ''))}"
    if kind != "variation":
        return None
    parent = told.get("parent", "")
    if parent.startswith("id:"):
        return parent
    known = parents.get(key_of(parent))
    return f"id:{known}" if known else f"sku:{key_of(parent)}"


@dataclass(frozen=True)
class _Choice:
    """What can be bought: where its row stands and its cells, its attributes' values by name."""

    place: Place
    cells: Mapping[str, str]
    values: Mapping[str, str]
    # Whether its row stands for other pieces as well.
    is_one_of_many: bool = False


def _design(rows: Sequence[Record], *, sign: str, tells_stock: bool) -> Design:
    """A product with its variations. Raises RowRefused where there is nothing to sell.

    `sign` stands before the decimals; `tells_stock` is whether the file says what can be had.
    """
    first = _parent(rows)
    attributes = _attributes_of(first)
    choices = _choices(rows, first, attributes)
    names = list(dict.fromkeys(chain.from_iterable(choice.values for choice in choices)))
    name, sku = line_of(first["name"]), first.get("sku", "")
    further = {key: values for key, values in attributes.items() if key not in names}
    return Design(
        known_by=f"{name} {first.get('id', '')}",
        name=name,
        options=names,
        pieces=[_piece(choice, names, sign, tells_stock) for choice in choices],
        sku=sku,
        style=(sku or name) if names else "",
        description=text_of(first.get("description") or first.get("short description", "")),
        ways=_ways(first.get("categories", "")),
        colours=next((attributes[key] for key in attributes if options.is_colour(key)), ()),
        status=_status_of(first),
        facts={"brand": line_of(first.get("brand", ""))},
        attributes=designs.as_facts(
            {key: values for key, values in further.items() if not options.is_colour(key)}
        ),
        addresses=_listed(first.get("images", "")),
    )


def _parent(rows: Sequence[Record]) -> dict[str, str]:
    for _line, told in rows:
        kind = _kind_of(told.get("type", ""))
        if kind in ("grouped", "external"):
            raise RowRefused(
                _("It is no product of its own: its type is %(type)s.") % {"type": kind}
            )
        if kind != "variation":
            if "name" not in told:
                raise facts.empty("name")
            return told
    parent = quoted(rows[0][1].get("parent", ""))
    raise RowRefused(_("Its parent %(parent)r is not in the file.") % {"parent": parent})


def _choices(
    rows: Sequence[Record], first: Mapping[str, str], attributes: Mapping[str, tuple[str, ...]]
) -> list[_Choice]:
    variations = [row for row in rows if _kind_of(row[1].get("type", "")) == "variation"]
    if not variations:
        if _kind_of(first.get("type", "")) == "variable":
            raise RowRefused(_("It has no variations."))
        line, told = rows[0]
        return [_Choice(line, told, {})]
    choices = chain.from_iterable(_expanded(*row, attributes) for row in variations)
    # What says more of a piece counts before what stands for many.
    found: dict[frozenset[tuple[str, str]], _Choice] = {}
    for choice in sorted(choices, key=lambda choice: choice.is_one_of_many):
        chosen = frozenset((name, key_of(value)) for name, value in choice.values.items())
        found.setdefault(chosen, choice)
    order = {line: at for at, (line, _told) in enumerate(variations)}
    return sorted(found.values(), key=lambda choice: order[choice.place])


def _expanded(
    place: Place, told: Mapping[str, str], attributes: Mapping[str, tuple[str, ...]]
) -> Iterator[_Choice]:
    """The pieces of a variation, which has every value where it names none."""
    own = _attributes_of(told, also_empty=True)
    names = list(own) or list(attributes)
    choices = [own.get(name) or attributes.get(name, ("",)) for name in names]
    are_many = any(len(values) > 1 for values in choices)
    for values in product(*choices):
        yield _Choice(place, told, dict(zip(names, values, strict=True)), are_many)


def _piece(choice: _Choice, names: Sequence[str], sign: str, tells_stock: bool) -> Piece:
    return Piece(
        place=choice.place,
        values=tuple(choice.values.get(name, "") for name in names),
        offer=partial(_offer, choice, sign, tells_stock),
        addresses=_listed(choice.cells.get("images", "")) if choice.values else (),
    )


def _offer(choice: _Choice, sign: str, tells_stock: bool) -> Offer:
    told = choice.cells
    return Offer(
        cost=_cost(told, sign),
        sku="" if choice.is_one_of_many else told.get("sku", ""),
        gtin=told.get("gtin", ""),
        stock=facts.pieces(told["stock"]) if _is_counted(choice) else None,
        is_available=_can_be_had(told) if tells_stock else None,
    )


def _cost(told: Mapping[str, str], sign: str) -> Cost:
    usually = _price(told.get("regular price", ""), sign)
    now = _price(told["sale price"], sign) if "sale price" in told else usually
    return Cost(
        usually,
        min(now, usually),
        cells.moment(told.get("sale from", ""), "sale from"),
        cells.moment(told.get("sale until", ""), "sale until", end=True),
    )


def _price(text: str, sign: str) -> int:
    if not text:
        raise facts.empty("price")
    return cells.price(text, _("The price"), sign)


def _is_counted(choice: _Choice) -> bool:
    told = choice.cells
    # "parent" is the product's stock, which its variations share.
    has_number = told.get("stock", "").lstrip("-").isdecimal()
    return has_number and not choice.is_one_of_many and told.get("backorders") not in _ALWAYS


def _can_be_had(told: Mapping[str, str]) -> bool:
    is_on = _kind_of(told["type"]) != "variation" or told.get("published", "1") == "1"
    return is_on and told.get("in stock", _NONE) != _NONE


def _status_of(first: Mapping[str, str]) -> Status:
    told = first.get("published", "1")
    status = _STATUSES.get(told)
    if status is None:
        raise RowRefused(
            _("What stands in Published, %(text)r, is none of 1, 0, -1 and 2.")
            % {"text": quoted(told)}
        )
    is_hidden = first.get("visibility", "").lower() == "hidden"
    return Status.LINK if is_hidden and status == Status.PUBLISHED else status


def _attributes_of(
    told: Mapping[str, str], *, also_empty: bool = False
) -> dict[str, tuple[str, ...]]:
    """The values of each attribute by its name, in their order."""
    found: dict[str, tuple[str, ...]] = {}
    for column, name in told.items():
        if column.startswith("attribute ") and column.endswith(" name"):
            values = _listed(told.get(f"{column.removesuffix(' name')} values", ""))
            if values or also_empty:
                found[line_of(name)] = values
    return found


def _listed(text: str) -> tuple[str, ...]:
    """What is apart by a comma and a space; a comma behind a backslash is part of a value."""
    parts = (part.replace("\\,", ",").strip() for part in _COMMA.split(text))
    return tuple(filter(None, parts))


def _ways(categories: str) -> Sequence[str]:
    """Ways to categories, the one with the most levels first."""
    return sorted(_listed(categories), key=lambda way: -way.count(" > "))

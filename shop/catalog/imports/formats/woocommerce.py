"""WooCommerce's CSV of products, its headings in whatever language the shop has.

English headings are known by their names. In a whole export the others are found by their places:
the four measures, which name their units, stand fast among columns whose order never changes.

A variation names its parent by SKU or as `id:N`, anywhere in the file, and stands for every value
of an attribute that it leaves empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice, product

from django.utils.translation import gettext as _

from shop.catalog.imports import cells
from shop.catalog.imports.formats import facts, options
from shop.catalog.imports.formats.listing import Listed, Listing, Loss, Read, losses_of
from shop.catalog.imports.formats.reductions import Cost, priced
from shop.catalog.imports.formats.skus import Skus
from shop.catalog.imports.formats.together import together
from shop.catalog.imports.markup import line_of, text_of
from shop.catalog.imports.rows import BadRow, ImportRow, RowRefused, quoted
from shop.catalog.imports.tables import VT, Record, Table
from shop.catalog.imports.variants import in_line
from shop.catalog.models import Status
from shop.catalog.money import decimal_sign_of
from shop.catalog.parts import Attribute
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
LONGEST_FACT = 300


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
    """The rows by what their columns mean, without those that are empty."""
    for record in table.records():
        if isinstance(record, BadRow):
            yield record
            continue
        line, values = record
        told = {name: value for column, name in names.items() if (value := values[column])}
        # A break is written as a backslash and an n.
        yield (
            line,
            {name: value.replace(VT, "\n").replace("\\n", "\n") for name, value in told.items()},
        )


def _products(table: Table, names: Mapping[str, str]) -> Iterator[Listed | BadRow]:
    read = partial(_records, table, names)
    skus, parents = Skus.of(read), _parents(read)
    sign = decimal_sign_of(_prices(read))
    for rows in together(read, partial(_key, parents)):
        if isinstance(rows, BadRow):
            yield rows
            continue
        try:
            design = _Design(rows, skus, sign, frozenset(names.values()))
        except RowRefused as refused:
            yield BadRow(rows[0][0], str(refused))
        else:
            yield from design.products()


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
class _Piece:
    """What can be bought: the line and cells of its row, and its attributes' values by name."""

    line: int
    cells: dict[str, str]
    values: dict[str, str]
    # Whether its row stands for other pieces as well.
    is_one_of_many: bool = False


@dataclass
class _Design:
    """A product with its variations. Raises RowRefused where there is nothing to sell."""

    rows: Sequence[Record]
    skus: Skus
    decimal_sign: str
    # What the file has columns for.
    columns: frozenset[str]
    _first: dict[str, str] = field(init=False)
    _attributes: dict[str, tuple[str, ...]] = field(init=False)
    _pieces: list[_Piece] = field(init=False)

    def __post_init__(self) -> None:
        self._first = self._parent()
        self._attributes = _attributes_of(self._first)
        self._pieces = self._all_pieces()
        self._names = list(dict.fromkeys(chain.from_iterable(p.values for p in self._pieces)))
        self._roles = options.roles(self._names, [self._chosen(piece) for piece in self._pieces])

    def products(self) -> Iterator[Listed | BadRow]:
        """A product of each colour."""
        by_colour: dict[str, list[_Piece]] = {}
        for piece in self._pieces:
            sku = self._sku(self._roles.colour_of(self._chosen(piece)))
            by_colour.setdefault(key_of(sku), []).append(piece)
        for pieces in by_colour.values():
            try:
                yield self._product(pieces)
            except RowRefused as refused:
                yield BadRow(pieces[0].line, str(refused))

    def _parent(self) -> dict[str, str]:
        for _line, told in self.rows:
            kind = _kind_of(told.get("type", ""))
            if kind in ("grouped", "external"):
                raise RowRefused(
                    _("It is no product of its own: its type is %(type)s.") % {"type": kind}
                )
            if kind != "variation":
                if "name" not in told:
                    raise facts.empty("name")
                return told
        parent = quoted(self.rows[0][1].get("parent", ""))
        raise RowRefused(_("Its parent %(parent)r is not in the file.") % {"parent": parent})

    def _all_pieces(self) -> list[_Piece]:
        variations = [row for row in self.rows if _kind_of(row[1].get("type", "")) == "variation"]
        if not variations:
            if _kind_of(self._first.get("type", "")) == "variable":
                raise RowRefused(_("It has no variations."))
            line, told = self.rows[0]
            return [_Piece(line, told, {})]
        pieces = chain.from_iterable(self._expanded(*variation) for variation in variations)
        # What says more of a piece counts before what stands for many.
        found: dict[frozenset[tuple[str, str]], _Piece] = {}
        for piece in sorted(pieces, key=lambda piece: piece.is_one_of_many):
            chosen = frozenset((name, key_of(value)) for name, value in piece.values.items())
            found.setdefault(chosen, piece)
        return sorted(found.values(), key=lambda piece: piece.line)

    def _expanded(self, line: int, told: dict[str, str]) -> Iterator[_Piece]:
        """The pieces of a variation, which has every value where it names none."""
        own = _attributes_of(told, also_empty=True)
        names = list(own) or list(self._attributes)
        choices = [own.get(name) or self._attributes.get(name, ("",)) for name in names]
        are_many = any(len(values) > 1 for values in choices)
        for values in product(*choices):
            yield _Piece(line, told, dict(zip(names, values, strict=True)), are_many)

    def _chosen(self, piece: _Piece) -> tuple[str, ...]:
        return tuple(piece.values.get(name, "") for name in self._names)

    def _sku(self, colour: str) -> str:
        first = self._first
        sku = first.get("sku", "")
        known = sku if sku and not self.skus.is_repeated(sku) else ""
        if known and not self._names:
            return known
        name = known or f"{line_of(first['name'])} {first.get('id', '')}"
        return facts.sku_of(name, colour)

    def _product(self, pieces: Sequence[_Piece]) -> Listed:
        first = self._first
        colour = self._roles.colour_of(self._chosen(pieces[0]))
        cost = priced([self._cost(piece) for piece in pieces])
        skus = ["" if piece.is_one_of_many else piece.cells.get("sku", "") for piece in pieces]
        gtin, has_lost_gtin = self._gtin(pieces)
        way = facts.category(*_ways(first.get("categories", "")))
        row = ImportRow(
            sku=self._sku(colour),
            name=line_of(first["name"]),
            category=way or facts.unsorted(),
            gender=None,
            kind=None,
            colours=[colour] if colour else self._colours(),
            season=None,
            usage=None,
            price_cents=cost.price_cents,
            description=text_of(first.get("description") or first.get("short description", "")),
            sizes=tuple(self._roles.size_of(self._chosen(piece)) for piece in pieces),
            photographs=(),
            line=pieces[0].line,
            status=_status_of(first),
            stock=self._stock(pieces),
            available=self._available(pieces),
            skus=self.skus.own(skus) if self._names else (),
            prices=cost.prices,
            style=self._style(),
            made_up=bool(self._names),
            may_lack_photographs=True,
            facts=self._facts(gtin) | cost.sale(),
            attributes=self._further(),
        )
        return Listed(
            row,
            self._addresses(pieces),
            losses_of(
                (
                    (cost.is_lost, Loss.REDUCTION),
                    (self.skus.are_repeated(skus), Loss.SKU),
                    (has_lost_gtin, Loss.GTIN),
                    (not way, Loss.CATEGORY),
                )
            ),
        )

    def _style(self) -> str | None:
        first = self._first
        return facts.style_of(first.get("sku") or line_of(first["name"])) if self._names else None

    def _cost(self, piece: _Piece) -> Cost:
        told = piece.cells
        with in_line(piece.line):
            usually = self._price(told.get("regular price", ""))
            now = self._price(told["sale price"]) if "sale price" in told else usually
            return Cost(
                usually,
                min(now, usually),
                cells.moment(told.get("sale from", ""), "sale from"),
                cells.moment(told.get("sale until", ""), "sale until", end=True),
            )

    def _price(self, text: str) -> int:
        if not text:
            raise facts.empty("price")
        return cells.price(text, _("The price"), self.decimal_sign)

    def _facts(self, gtin: str) -> dict[str, object]:
        brand = line_of(self._first.get("brand", ""))
        return {
            "status": _status_of(self._first),
            **({"brand": brand} if brand else {}),
            **({"gtin": gtin} if gtin else {}),
        }

    def _gtin(self, pieces: Sequence[_Piece]) -> tuple[str, bool]:
        """A product has one GTIN, so that several sizes have none; and whether one was no GTIN."""
        told = pieces[0].cells.get("gtin", "")
        return facts.gtin(told) if told and len(pieces) == 1 else ("", False)

    def _stock(self, pieces: Sequence[_Piece]) -> tuple[int, ...]:
        """The pieces of each size; none where not all of them are counted, each for itself."""
        if not all(map(_is_counted, pieces)):
            return ()
        numbers = (piece.cells["stock"] for piece in pieces)
        return tuple(0 if n.startswith("-") else cells.stock(n, 1)[0] for n in numbers)

    def _available(self, pieces: Sequence[_Piece]) -> tuple[bool, ...]:
        """Whether each size can be had, where that is told and no number of pieces is."""
        if "in stock" not in self.columns or all(map(_is_counted, pieces)):
            return ()
        return tuple(_can_be_had(piece.cells) for piece in pieces)

    def _colours(self) -> list[str] | None:
        found = (values for name, values in self._attributes.items() if options.is_colour(name))
        colours = next(found, ())
        return list(colours) or None

    def _further(self) -> dict[str, str]:
        """Attributes that there is nothing to choose of, as facts; colours are told elsewhere."""
        longest = Attribute._meta.get_field("name").max_length or 0
        return {
            name: told
            for name, values in self._attributes.items()
            if name not in self._names and not options.is_colour(name) and len(name) <= longest
            if 0 < len(told := ", ".join(values)) <= LONGEST_FACT
        }

    def _addresses(self, pieces: Sequence[_Piece]) -> tuple[str, ...]:
        """Of the photographs: those of these variations first, then the product's."""
        own = (_listed(piece.cells.get("images", "")) for piece in pieces)
        return tuple(dict.fromkeys(chain(*own, _listed(self._first.get("images", "")))))


def _is_counted(piece: _Piece) -> bool:
    told = piece.cells
    # "parent" is the product's stock, which its variations share.
    has_number = told.get("stock", "").lstrip("-").isdecimal()
    return has_number and not piece.is_one_of_many and told.get("backorders") not in _ALWAYS


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

"""Shopify's CSV of products, with either set of headings.

A row is a variant, or a picture where it has nothing else; the rows of a handle are one design. A
design in several colours becomes a product of each. Products are known by handle and colour, since
most variants have no SKU and some repeat one: what SKUs there are serve for the sizes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from django.utils.translation import gettext as _

from shop.catalog.imports import cells
from shop.catalog.imports.formats import facts, options
from shop.catalog.imports.formats.listing import Listed, Listing, Loss, losses_of
from shop.catalog.imports.formats.reductions import Cost, priced
from shop.catalog.imports.formats.skus import Skus
from shop.catalog.imports.formats.together import together
from shop.catalog.imports.markup import line_of, text_of
from shop.catalog.imports.rows import BadRow, ImportRow, RowRefused, quoted
from shop.catalog.imports.tables import VT, Record, Table
from shop.catalog.imports.variants import in_line
from shop.catalog.models import Status
from shop.skus.keys import key_of

# What columns are called here, by their headings: those of today, and those of before.
COLUMNS = {
    **dict.fromkeys(("url handle", "handle"), "handle"),
    "title": "title",
    **dict.fromkeys(("description", "body (html)", "body html"), "description"),
    "vendor": "vendor",
    "product category": "category",
    "type": "type",
    **dict.fromkeys(("published on online store", "published"), "published"),
    "status": "status",
    **dict.fromkeys(("sku", "variant sku"), "sku"),
    **dict.fromkeys(("barcode", "variant barcode"), "barcode"),
    **dict.fromkeys(("price", "variant price"), "price"),
    **dict.fromkeys(("compare-at price", "variant compare at price"), "compare"),
    **dict.fromkeys(("inventory tracker", "variant inventory tracker"), "tracker"),
    **dict.fromkeys(("inventory quantity", "variant inventory qty"), "quantity"),
    **dict.fromkeys(("continue selling when out of stock", "variant inventory policy"), "policy"),
    **dict.fromkeys(("product image url", "image src"), "image"),
    "image position": "position",
    **dict.fromkeys(("variant image url", "variant image"), "variant image"),
    "google shopping / gender": "gender",
    "google shopping / age group": "age",
    **{
        f"option{number} {part}": f"option{number} {part}"
        for number in (1, 2, 3)
        for part in ("name", "value", "linked to")
    },
}
# Metafields of Shopify's own, whatever their headings are called in the shop's language.
_METAFIELD = re.compile(r".*\(product\.metafields\.shopify\.(?P<key>[a-z0-9-]+)\)")
_METAFIELDS = {
    "color-pattern": "colours",
    "target-gender": "target gender",
    "age-group": "age group",
    **dict.fromkeys(("fabric", "material", "clothing-accessory-material"), "material"),
}
_LINKED = {"color-pattern": "color", "size": "size", "shoe-size": "size", "accessory-size": "size"}
NUMBERS = (1, 2, 3)
_NO_OPTIONS = frozenset(("default title", "default"))
_SOLD_WITHOUT_STOCK = frozenset(("continue", "true", "yes"))
_STATUSES = {
    "": Status.PUBLISHED,
    "active": Status.PUBLISHED,
    "draft": Status.DRAFT,
    "archived": Status.ARCHIVED,
    "unlisted": Status.LINK,
}


def is_one(table: Table) -> bool:
    """Whether a table has the columns of Shopify's products, of either set."""
    columns = set(table.columns)
    return {"handle", "title", "variant price"} <= columns or {
        "url handle",
        "title",
        "price",
    } <= columns


def listing(table: Table) -> Listing:
    """The products of such a table."""
    return Listing("Shopify's CSV", partial(_products, table))


def _products(table: Table) -> Iterator[Listed | BadRow]:
    names = _names_of(table)
    read = partial(_records, table, names)
    skus = Skus.of(read)
    columns = frozenset(names.values())
    for rows in together(read, _key):
        if isinstance(rows, BadRow):
            yield rows
            continue
        try:
            design = _Design(rows, skus, columns)
        except RowRefused as refused:
            yield BadRow(rows[0][0], str(refused))
        else:
            yield from design.products()


def _names_of(table: Table) -> dict[str, str]:
    """What each heading that is understood means; of several for one thing, the first."""
    names: dict[str, str] = {}
    for column in table.columns:
        metafield = _METAFIELD.fullmatch(column)
        known = _METAFIELDS.get(metafield["key"]) if metafield else COLUMNS.get(column)
        if known and known not in names.values():
            names[column] = known
    return names


def _records(table: Table, names: dict[str, str]) -> Iterator[Record | BadRow]:
    """The rows by what their columns mean, without those that are empty."""
    for record in table.records():
        if isinstance(record, BadRow):
            yield record
            continue
        line, values = record
        told = {
            name: value.replace(VT, "\n")
            for column, name in names.items()
            if (value := values[column])
        }
        if "handle" in told:
            yield line, told
        else:
            yield BadRow(line, str(facts.empty("handle")))


def _key(values: dict[str, str]) -> str:
    return key_of(values["handle"])


@dataclass(frozen=True)
class _Piece:
    """A variant: the line and cells of its row, and its options' values."""

    line: int
    cells: dict[str, str]
    values: tuple[str, ...]


@dataclass
class _Design:
    """The rows of one handle. Raises RowRefused where they name no product."""

    rows: Sequence[Record]
    skus: Skus
    # What the file has columns for.
    columns: frozenset[str]
    _first: dict[str, str] = field(init=False)
    _pieces: list[_Piece] = field(init=False)

    def __post_init__(self) -> None:
        # A title stands in the first row alone, wherever that row may be.
        self._first = next((cells for _line, cells in self.rows if "title" in cells), {})
        if not self._first:
            raise facts.empty("title")
        self._pieces = list(self._variants())
        if not self._pieces:
            raise RowRefused(_("It has no row with a price."))
        self._roles = options.roles(self._option_names(), [p.values for p in self._pieces])

    def products(self) -> Iterator[Listed | BadRow]:
        """A product of each colour."""
        by_colour: dict[str, list[_Piece]] = {}
        for piece in self._pieces:
            colour = self._roles.colour_of(piece.values)
            sku = facts.sku_of(self._first["handle"], colour)
            by_colour.setdefault(key_of(sku), []).append(piece)
        for pieces in by_colour.values():
            try:
                yield self._product(pieces)
            except RowRefused as refused:
                yield BadRow(pieces[0].line, str(refused))

    def _numbers(self) -> list[int]:
        """The options that there are."""
        return [
            n for n in NUMBERS if any(f"option{n} value" in cells for _line, cells in self.rows)
        ]

    def _option_names(self) -> list[str]:
        """What they are called; what is linked to a metafield is called as that is."""
        names = []
        for number in self._numbers():
            linked = self._first.get(f"option{number} linked to", "").rpartition(".")[2]
            names.append(_LINKED.get(linked) or self._first.get(f"option{number} name", ""))
        return names

    def _variants(self) -> Iterator[_Piece]:
        numbers = self._numbers()
        for line, told in self.rows:
            values = tuple(line_of(told.get(f"option{n} value", "")) for n in numbers)
            if "price" in told or any(values):
                yield _Piece(line, told, self._chosen(values))

    def _chosen(self, values: tuple[str, ...]) -> tuple[str, ...]:
        """The values of options; what stands where there is nothing to choose is none."""
        is_none = values[:1] and values[0].lower() in _NO_OPTIONS and not any(values[1:])
        return ("",) * len(values) if is_none else values

    def _product(self, pieces: Sequence[_Piece]) -> Listed:
        first = self._first
        colour = self._roles.colour_of(pieces[0].values)
        cost = priced([_cost_of(piece) for piece in pieces])
        skus = [piece.cells.get("sku", "") for piece in pieces]
        gtin, has_lost_gtin = _gtin_of(pieces)
        way = facts.category(first.get("type", ""), first.get("category", "").rpartition(">")[2])
        addresses = self._addresses(pieces)
        row = ImportRow(
            sku=facts.sku_of(first["handle"], colour),
            name=line_of(first["title"]),
            category=way or facts.unsorted(),
            gender=self._gender(),
            kind=None,
            colours=[colour] if colour else _listed(first, "colours"),
            season=None,
            usage=None,
            price_cents=cost.price_cents,
            description=text_of(first.get("description", "")),
            sizes=tuple(self._roles.size_of(piece.values) for piece in pieces),
            photographs=(),
            line=pieces[0].line,
            status=self._status(),
            stock=self._stock(pieces),
            skus=self.skus.own(skus),
            prices=cost.prices,
            style=facts.style_of(first["handle"]),
            made_up=True,
            may_lack_photographs=True,
            facts={
                "status": self._status(),
                **{name: value for name, value in self._texts() if value},
                **({"gtin": gtin} if gtin else {}),
                **(cost.sale() if "compare" in self.columns else {}),
            },
        )
        return Listed(
            row,
            addresses,
            losses_of(
                (
                    (cost.is_lost, Loss.REDUCTION),
                    (self.skus.are_repeated(skus), Loss.SKU),
                    (has_lost_gtin, Loss.GTIN),
                    (not way, Loss.CATEGORY),
                )
            ),
        )

    def _texts(self) -> Iterator[tuple[str, str]]:
        yield "brand", line_of(self._first.get("vendor", ""))
        yield "material", ", ".join(_listed(self._first, "material") or ())

    def _gender(self) -> str | None:
        first = self._first
        return facts.gender(
            (*(_listed(first, "target gender") or ()), first.get("gender", "")),
            (*(_listed(first, "age group") or ()), first.get("age", "")),
        )

    def _status(self) -> Status:
        told = self._first.get("status", "").lower()
        status = _STATUSES.get(told)
        if status is None:
            raise RowRefused(
                _("The status %(status)r is none of %(known)s.")
                % {"status": quoted(told), "known": ", ".join(filter(None, _STATUSES))}
            )
        is_hidden = self._first.get("published", "true").lower() == "false"
        return Status.DRAFT if is_hidden and status == Status.PUBLISHED else status

    def _stock(self, pieces: Sequence[_Piece]) -> tuple[int, ...]:
        """The pieces of each size; none where Shopify does not count all of them."""
        counted = [piece.cells for piece in pieces if self._is_counted(piece.cells)]
        if len(counted) < len(pieces):
            return ()
        # What was sold though none was there is less than nothing.
        numbers = (told["quantity"] for told in counted)
        return tuple(
            0 if number.startswith("-") else cells.stock(number, 1)[0] for number in numbers
        )

    def _is_counted(self, told: dict[str, str]) -> bool:
        is_tracked = "tracker" in told or "tracker" not in self.columns
        is_sold_anyway = told.get("policy", "").lower() in _SOLD_WITHOUT_STOCK
        return "quantity" in told and is_tracked and not is_sold_anyway

    def _addresses(self, pieces: Sequence[_Piece]) -> tuple[str, ...]:
        """Of the photographs: those of these variants, then those that are of no others."""
        own = [piece.cells["variant image"] for piece in pieces if "variant image" in piece.cells]
        others = {piece.cells.get("variant image") for piece in self._pieces} - set(own)
        ordered = sorted(
            (told for _line, told in self.rows if "image" in told),
            key=lambda told: _position(told.get("position", "")),
        )
        gallery = (told["image"] for told in ordered)
        # Where others have pictures of their own; else the gallery has an order of its own.
        first = own if others - {None} else []
        shared = (address for address in gallery if address not in others)
        return tuple(dict.fromkeys(chain(first, shared, own)))


def _position(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _listed(told: dict[str, str], name: str) -> list[str] | None:
    """A metafield's values; None where it has none."""
    values = [value.strip() for value in told.get(name, "").split(";") if value.strip()]
    return list(dict.fromkeys(values)) or None


def _cost_of(piece: _Piece) -> Cost:
    with in_line(piece.line):
        now = facts.price(piece.cells.get("price", ""), _("The price"))
        compared = piece.cells.get("compare", "")
        # A former price of nothing is how some say that there is none.
        usually = (
            facts.price(compared, _("The price to compare with")) if compared.strip("0.") else 0
        )
        return Cost(max(usually, now), now)


def _gtin_of(pieces: Sequence[_Piece]) -> tuple[str, bool]:
    """A product has one GTIN, so that several sizes have none; and whether one was no GTIN."""
    barcodes = [piece.cells.get("barcode", "") for piece in pieces]
    if len(barcodes) > 1 or not barcodes[0]:
        return "", False
    return facts.gtin(barcodes[0])

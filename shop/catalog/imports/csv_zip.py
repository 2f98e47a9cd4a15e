"""A shop's own CSV file with its photographs in a zip file or folder.

Required columns: sku, name, category, price. Others are optional; docs/importing.md lists them.
What a file has no column for stays as it is. Where `photographs` is absent or empty, the files
named after the SKU are taken: `SKU.jpg`, `SKU-2.jpg`, `SKU (2).jpg`, `SKU_back.jpg` or everything
in a folder `SKU/`. A product that is there keeps its photographs where there is no such file. Where
all of them are addresses and the shop fetches from such, a worker does that later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.catalog.imports import cells, variants
from shop.catalog.imports.archives import Archive
from shop.catalog.imports.markup import line_of, text_of
from shop.catalog.imports.photographs import Photographs
from shop.catalog.imports.rows import (
    ATTRIBUTE,
    BadRow,
    ImportRefused,
    ImportRow,
    Place,
    RowRefused,
    quoted,
)
from shop.catalog.imports.tables import VT, Record, Table
from shop.catalog.imports.wanted import fetchable
from shop.catalog.money import decimal_sign_of
from shop.catalog.naming import ONE_SIZE

REQUIRED = ("sku", "name", "category", "price")
AMOUNTS = ("price", "sale_price")
_LIKE_A_PRICE = re.compile(r"[0-9][0-9.,' ]*")
# What other systems call the same columns.
ALIASES = {
    **dict.fromkeys(("color", "colors", "colours"), "colour"),
    **dict.fromkeys(("ean", "upc", "barcode"), "gtin"),
    **dict.fromkeys(("image", "images", "photos"), "photographs"),
    "size": "sizes",
}
PLAIN = ("kind", "season", "usage", "style", "brand", "material", "gtin", "mpn")
OPTIONAL = (
    *("description", "gender", "colour", "sizes", "skus", "prices", "stock", "photographs"),
    "status",
    *("sale_price", "sale_from", "sale_until", *PLAIN),
)


def optional() -> tuple[str, ...]:
    """The columns that a file may have beside the required ones, with one for any further fact."""
    return (*OPTIONAL, *_names()[1:], *_descriptions()[1:], f"{ATTRIBUTE}Neckline")


def rows(table: Table, images: Archive) -> Iterator[ImportRow | BadRow]:
    """The products of a CSV file, in its order. Raises ImportRefused where columns are missing."""
    reader = _Reader(table, images)
    for product in _products(table):
        if isinstance(product, BadRow):
            yield product
            continue
        try:
            yield reader.row(product)
        except RowRefused as refused:
            yield BadRow(product[0][0], str(refused), _sku_of(product))


def _sku_of(product: Sequence[Record]) -> str:
    """By what a product is known, whatever else its rows say."""
    _line, values = product[0]
    return variants.sku_of(values) if variants.is_size(product) else values["sku"]


def total(table: Table) -> int:
    """How many products and bad rows there are."""
    return (
        sum(1 for _product in _products(table)) if variants.COLUMN in table.columns else table.size
    )


def _products(table: Table) -> Iterator[list[Record] | BadRow]:
    """The rows of each product: one, unless they are its sizes."""
    has_sizes = variants.COLUMN in table.columns
    scattered = variants.scattered(_records(table)) if has_sizes else ()
    return variants.joined(_records(table), scattered)


def _records(table: Table) -> Iterator[Record | BadRow]:
    """The rows that are one each: two quotation marks that are not closed are a pair, and what is
    between them one cell."""
    records = table.records(texts=(*_names(), *_descriptions()), amounts=AMOUNTS)
    for record in variants.filled(records) if variants.COLUMN in table.columns else records:
        yield record if isinstance(record, BadRow) else _whole(table, record)


def _whole(table: Table, record: Record) -> Record | BadRow:
    line, values = record
    for column, cell in values.items():
        if "\n" in cell or VT in cell:
            reason = _why_swallowed(table, values, column, cell.replace(VT, "\n"))
            if reason:
                return BadRow(line, reason)
    return record


def _why_swallowed(table: Table, values: Mapping[str, str], column: str, cell: str) -> str:
    """Why a row is several: one of the lines of a cell is a row, or ends one."""
    if column not in _descriptions():
        text = _("The %(column)s holds the end of a row: is a quotation mark not closed?")
        return text % {"column": quoted(column)} if table.delimiter in cell else ""
    for line in cell.split("\n")[1:]:
        if _is_a_row(table, line.split(table.delimiter), values):
            text = _("The %(column)s holds a row, %(row)r: is a quotation mark not closed?")
            return text % {"column": quoted(column), "row": quoted(line)}
    return ""


def _is_a_row(table: Table, found: Sequence[str], beside: Mapping[str, str]) -> bool:
    """Whether a line has what every row has: no list of sizes or measures, which has spaces.

    There may be too many cells, for a loose comma. A further size says little, but the same style;
    empty cells at its end may be gone.
    """
    cells = dict(zip(table.columns, found, strict=False))
    if cells.get(variants.COLUMN) and cells.get("style") == (beside.get("style") or None):
        return True
    if len(found) < len(table.columns):
        return False
    sku, name, category, price = (cells[column] for column in REQUIRED)
    are_tidy = all(cell and cell == cell.strip() for cell in (sku, name, category, price))
    are_words = any(map(str.isalpha, name)) and any(map(str.isalpha, category))
    return are_tidy and are_words and bool(_LIKE_A_PRICE.fullmatch(price))


def check(table: Table) -> None:
    """Raise ImportRefused where columns are missing, or mean the same."""
    table.require(*REQUIRED)
    meant = [_meaning(column) for column in table.columns if column]
    for column, meaning in zip(filter(None, table.columns), meant, strict=True):
        if meant.count(meaning) > 1 and column != meaning:
            raise ImportRefused(
                _("%(title)s has two columns for %(column)s.")
                % {"title": table.title, "column": meaning}
            )


def notes(table: Table) -> list[str]:
    """What there is to say of the columns: those that nobody here understands."""
    known = {*REQUIRED, *OPTIONAL, *ALIASES, *_names(), *_descriptions(), ""}
    unknown = [
        heading
        for heading, column in zip(table.headings, table.columns, strict=True)
        if column not in known and not column.startswith(ATTRIBUTE)
    ]
    found = []
    if unknown:
        sentence = _("Columns that are not understood: %(names)s.")
        found.append(sentence % {"names": quoted(", ".join(unknown))})
    if nameless := table.columns.count(""):
        sentence = ngettext(
            "%(number)d column has no name and was left out.",
            "%(number)d columns have no name and were left out.",
            nameless,
        )
        found.append(sentence % {"number": nameless})
    if {variants.COLUMN, "gtin"} <= {*table.columns, *map(_meaning, table.columns)}:
        found.append(_("Sizes have no GTIN of their own: where rows are sizes it was left out."))
    return found


def pictures(table: Table, images: Archive) -> set[str]:
    """The names of the pictures that rows of the table mean, as far as can be told beforehand."""
    columns = [column for column in table.columns if _meaning(column) == "photographs"]
    wanted = (cells.several(cell) for column in columns for cell in table.values(column))
    return Photographs(images, table.values("sku")).meant(chain.from_iterable(wanted))


def _meaning(column: str) -> str:
    return ALIASES.get(column, column)


class _Reader:
    """Reads one table's records, knowing what all of them tell together."""

    def __init__(self, table: Table, images: Archive) -> None:
        check(table)
        self._photographs = Photographs(images, table.values("sku"))
        prices = (row[1]["price"] for row in _records(table) if not isinstance(row, BadRow))
        self._decimal_sign = decimal_sign_of(prices)
        self._texts, self._descriptions = frozenset(_texts()), frozenset(_descriptions())
        self._attributes = {
            column: heading[len(ATTRIBUTE) :].strip()
            for heading, column in zip(table.headings, table.columns, strict=True)
            if column.startswith(ATTRIBUTE)
        }

    def row(self, product: Sequence[Record]) -> ImportRow:
        """The product that rows tell of: one row, or one for each size."""
        rows = [(line, self._values(record)) for line, record in product]
        if variants.is_size(product):
            return self._of_sizes(rows)
        ((line, values),) = rows
        _require(values, *REQUIRED)
        sizes = cells.listed(values["sizes"], "sizes") if "sizes" in values else None
        skus = cells.several(values.get("skus", ""))
        wanted = cells.several(values.get("photographs", ""))
        return replace(
            self._of_facts(line, values),
            sizes=sizes,
            **self._pictures([values["sku"]], wanted),
            skus=skus,
            prices=self._prices(values.get("prices", ""), _offered(sizes, skus)),
            stock=cells.stock(values.get("stock", ""), _offered(sizes, skus)),
        )

    def _of_sizes(self, rows: Sequence[tuple[Place, dict[str, str]]]) -> ImportRow:
        """A product of rows that are one size each."""
        values = variants.shared(rows)
        _require(values, *REQUIRED)
        usual = values["price"]
        sizes = [self._size(line, {**row, "price": row["price"] or usual}) for line, row in rows]
        skus = tuple(size.sku for size in sizes)
        wanted = tuple(dict.fromkeys(chain.from_iterable(size.photographs for size in sizes)))
        told = values["style"], values.get("colour", "")
        values["sku"] = variants.product_sku(*told)
        return replace(
            self._of_facts(rows[0][0], values),
            sizes=tuple(size.name for size in sizes),
            prices=tuple(size.price_cents for size in sizes),
            **self._pictures(skus, wanted),
            skus=skus,
            formerly=(variants.former_product_sku(*told),),
            made_up=True,
            stock=_stock_of(sizes),
        )

    def _size(self, line: Place, values: Mapping[str, str]) -> variants.Size:
        with variants.in_line(line):
            _require(values, "sku")
            if values.get("skus"):
                raise RowRefused(_("Its SKU stands in the column sku: leave skus empty."))
            return variants.Size(
                name=cells.one_size(values["sizes"]) or ONE_SIZE,
                sku=values["sku"],
                price_cents=self._price(values["price"]),
                stock=cells.stock(values.get("stock", ""), 1),
                photographs=cells.several(values.get("photographs", "")),
            )

    def _values(self, record: Mapping[str, str]) -> dict[str, str]:
        """A record by the columns' own names, its cells tidied."""
        return {_meaning(column): self._tidied(column, cell) for column, cell in record.items()}

    def _pictures(self, skus: Sequence[str], wanted: tuple[str, ...]) -> dict[str, Any]:
        """The photographs of a row, or their addresses, and why there are none."""
        addresses = fetchable(wanted)
        if addresses and len(addresses) == len(wanted):
            return {"photographs": (), "addresses": addresses, "may_lack_photographs": True}
        names = self._photographs.of(skus, wanted)
        return {
            "photographs": tuple(map(self._photographs.images.picture, names)),
            "lacking": "" if names else self._photographs.why_none(skus),
        }

    def _price(self, text: str) -> int:
        return cells.price(text, _("The price"), self._decimal_sign)

    def _prices(self, text: str, offered: int | None) -> tuple[int, ...]:
        """What each size costs, where they do not all cost the same."""
        prices = tuple(map(self._price, cells.several(text)))
        if prices and offered is not None and len(prices) != offered:
            raise RowRefused(
                _("There are %(numbers)d prices where it comes in %(sizes)d sizes.")
                % {"numbers": len(prices), "sizes": offered}
            )
        return prices

    def _of_facts(self, line: Place, values: Mapping[str, str]) -> ImportRow:
        """A product without its sizes and photographs."""
        price_cents = self._price(values["price"])
        return ImportRow(
            sku=values["sku"],
            name=values["name"],
            category=values["category"],
            gender=cells.gender(values["gender"]) if "gender" in values else None,
            kind=values.get("kind"),
            colours=cells.several(values["colour"]) if "colour" in values else None,
            season=values.get("season"),
            usage=values.get("usage"),
            price_cents=price_cents,
            description=values.get("description"),
            sizes=None,
            photographs=(),
            line=line,
            style=values.get("style"),
            facts=self._facts(values),
            texts={
                language: (values.get(f"name_{language}"), values.get(f"description_{language}"))
                for language in _languages()
            },
            attributes={name: values[column] for column, name in self._attributes.items()},
        )

    def _facts(self, values: Mapping[str, str]) -> dict[str, Any]:
        facts: dict[str, Any] = {
            name: values[name] for name in ("brand", "material", "mpn") if name in values
        }
        if "gtin" in values:
            facts["gtin"] = cells.gtin(values["gtin"])
        if values.get("status"):
            facts["status"] = cells.status(values["status"])
        if "sale_price" in values:
            facts["sale_price_cents"] = self._sale_price(values["sale_price"])
        for column in ("sale_from", "sale_until"):
            if column in values:
                end = column == "sale_until"
                facts[column] = cells.moment(values[column], column, end=end)
        return facts

    def _sale_price(self, text: str) -> int | None:
        return cells.price(text, _("The sale price"), self._decimal_sign) if text else None

    def _tidied(self, column: str, cell: str) -> str:
        """A cell as a person would have typed it."""
        cell = cell.replace(VT, "\n")
        if column in self._descriptions:
            return text_of(cell)
        is_text = column in self._texts or column.startswith(ATTRIBUTE)
        return line_of(cell) if is_text else cell.replace("\n", " ")


def _require(values: Mapping[str, str], *columns: str) -> None:
    for column in columns:
        if not values[column]:
            raise RowRefused(_("The %(column)s is empty.") % {"column": column})


def _offered(sizes: Sequence[str] | None, skus: Sequence[str]) -> int | None:
    """How many things a row offers; None where the file does not say."""
    return None if sizes is None else len(sizes) or len(skus) or 1


def _stock_of(sizes: Sequence[variants.Size]) -> tuple[int, ...]:
    """The pieces of sizes that have a row each. Raises RowRefused where only some tell them."""
    stock = tuple(chain.from_iterable(size.stock for size in sizes))
    if stock and len(stock) != len(sizes):
        raise RowRefused(_("The stock is empty in some of its rows and not in others."))
    return stock


def _languages() -> list[str]:
    """The languages besides the shop's own."""
    return [
        language for language, _name in settings.LANGUAGES if language != settings.LANGUAGE_CODE
    ]


def _names() -> tuple[str, ...]:
    return ("name", *(f"name_{language}" for language in _languages()))


def _texts() -> tuple[str, ...]:
    """Columns of what people read, rather than of numbers, paths and SKUs."""
    return (
        *_names(),
        "category",
        "colour",
        "kind",
        "season",
        "usage",
        "style",
        "brand",
        "material",
    )


def _descriptions() -> tuple[str, ...]:
    return ("description", *(f"description_{language}" for language in _languages()))

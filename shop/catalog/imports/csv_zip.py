"""A shop's own CSV file with its photographs in a zip file or folder.

Required columns: sku, name, category, price. Others are optional; docs/importing.md lists them.
What a file has no column for stays as it is. Where `photographs` is absent or empty, the files
named after the SKU are taken: `SKU.jpg`, `SKU-2.jpg`, `SKU (2).jpg`, `SKU_back.jpg` or everything
in a folder `SKU/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from shop.catalog.imports import cells
from shop.catalog.imports.archives import Archive
from shop.catalog.imports.markup import line_of, text_of
from shop.catalog.imports.photographs import Photographs
from shop.catalog.imports.rows import BadRow, ImportRefused, ImportRow, RowRefused, quoted
from shop.catalog.imports.tables import VT, Table
from shop.catalog.money import NotAnAmount, decimal_sign_of, read_amount

REQUIRED = ("sku", "name", "category", "price")
# What other systems call the same columns.
ALIASES = {
    **dict.fromkeys(("color", "colors", "colours"), "colour"),
    **dict.fromkeys(("ean", "upc", "barcode"), "gtin"),
    **dict.fromkeys(("image", "images", "photos"), "photographs"),
    "size": "sizes",
}
PLAIN = ("kind", "season", "usage", "style", "brand", "material", "gtin", "mpn")
OPTIONAL = (
    *("description", "gender", "colour", "sizes", "skus", "stock", "photographs", "status"),
    *("sale_price", "sale_from", "sale_until", *PLAIN),
)
# The heading of a column for one more fact is this and the fact's name.
ATTRIBUTE = "attr:"


def rows(table: Table, images: Archive) -> Iterator[ImportRow | BadRow]:
    """The products of a CSV file, in its order. Raises ImportRefused where columns are missing."""
    reader = _Reader(table, images)
    for record in table.records(texts=(*_names(), *_descriptions())):
        if isinstance(record, BadRow):
            yield record
            continue
        line, values = record
        try:
            yield reader.row(line, values)
        except RowRefused as refused:
            yield BadRow(line, str(refused))


def check(table: Table) -> None:
    """Raise ImportRefused where columns are missing, or mean the same."""
    table.require(*REQUIRED)
    meant = [ALIASES.get(column, column) for column in table.columns if column]
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
    sentence = _("Columns that are not understood: %(names)s.")
    return [sentence % {"names": quoted(", ".join(unknown))}] if unknown else []


class _Reader:
    """Reads one table's records, knowing what all of them tell together."""

    def __init__(self, table: Table, images: Archive) -> None:
        check(table)
        self._photographs = Photographs(images, table.values("sku"))
        self._decimal_sign = decimal_sign_of(table.values("price"))
        self._table = table
        self._attributes = {
            column: heading[len(ATTRIBUTE) :].strip()
            for heading, column in zip(table.headings, table.columns, strict=True)
            if column.startswith(ATTRIBUTE)
        }

    def row(self, line: int, record: Mapping[str, str]) -> ImportRow:
        values = {
            ALIASES.get(column, column): self._tidied(column, cell)
            for column, cell in record.items()
        }
        for column in REQUIRED:
            if not values[column]:
                raise RowRefused(_("The %(column)s is empty.") % {"column": column})
        price_cents = cells.price(values["price"], _("The price"), self._decimal_sign)
        sizes = _sizes(values.get("sizes"))
        wanted = cells.several(values.get("photographs", ""))
        names = self._photographs.of(values["sku"], wanted)
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
            sizes=sizes,
            photographs=tuple(map(self._photographs.images.picture, names)),
            line=line,
            skus=cells.several(values.get("skus", "")),
            stock=cells.stock(values.get("stock", ""), None if sizes is None else len(sizes)),
            style=values.get("style"),
            facts=self._facts(values, price_cents),
            texts={
                language: (values.get(f"name_{language}"), values.get(f"description_{language}"))
                for language in _languages()
            },
            attributes={name: values[column] for column, name in self._attributes.items()},
        )

    def _facts(self, values: Mapping[str, str], price_cents: int) -> dict[str, Any]:
        facts: dict[str, Any] = {
            name: values[name] for name in ("brand", "material", "gtin", "mpn") if name in values
        }
        if "status" in values:
            facts["status"] = cells.status(values["status"])
        if "sale_price" in values:
            facts["sale_price_cents"] = self._sale_price(values["sale_price"], price_cents)
        for column in ("sale_from", "sale_until"):
            if column in values:
                end = column == "sale_until"
                facts[column] = cells.moment(values[column], column, end=end)
        return facts

    def _sale_price(self, text: str, price_cents: int) -> int | None:
        if not text:
            return None
        sale = cells.price(text, _("The sale price"), self._decimal_sign)
        if sale >= price_cents:
            raise RowRefused(
                _("The sale price %(sale)s is not below the price.") % {"sale": quoted(text)}
            )
        return sale

    def _tidied(self, column: str, cell: str) -> str:
        """A cell as a person would have typed it. Raises RowRefused where it swallowed others."""
        if column in _descriptions():
            self._refuse_swallowed(column, cell)
            return text_of(cell.replace(VT, "\n"))
        if "\n" in cell and self._table.delimiter in cell:
            raise RowRefused(
                _("The %(column)s holds the end of a row: is a quotation mark not closed?")
                % {"column": quoted(column)}
            )
        is_text = column in _texts() or column.startswith(ATTRIBUTE)
        return line_of(cell) if is_text else cell.replace(VT, " ")

    def _refuse_swallowed(self, column: str, cell: str) -> None:
        """Two quotation marks that are not closed are a pair, and what is between them one cell."""
        for line in cell.split("\n") if "\n" in cell else ():
            if self._is_a_row(line.split(self._table.delimiter)):
                raise RowRefused(
                    _("The %(column)s holds a row, %(row)r: is a quotation mark not closed?")
                    % {"column": column, "row": quoted(line)}
                )

    def _is_a_row(self, found: list[str]) -> bool:
        if len(found) != len(self._table.columns):
            return False
        try:
            read_amount(found[self._table.columns.index("price")], "")
        except NotAnAmount:
            return False
        return True


def _sizes(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else cells.listed(text, "sizes") or ("One size",)


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

"""Rows that are one size each become one product.

Where a file has a column `size` instead of `sizes`, the rows of one style and colour that stand
together are the sizes of one product, each with the SKU by which it is sold. What the further ones
leave empty is as in the first; what they say otherwise cannot be meant.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from shop.catalog.imports.rows import BadRow, RowRefused, quoted
from shop.catalog.imports.tables import Record

COLUMN = "size"
# What is of a size rather than of its product.
OWN = frozenset(("sku", "sizes", "price", "stock", "photographs", "gtin"))
# What a product's SKU has beside letters and digits; for whatever else it has hyphens.
SIGNS = frozenset("+._")

Values = Mapping[str, str]


@dataclass(frozen=True)
class Size:
    """What a row says of its size; `stock` is empty where it does not say."""

    name: str
    sku: str
    price_cents: int
    stock: Sequence[int]
    photographs: Sequence[str]


def joined(records: Iterable[Record | BadRow]) -> Iterator[list[Record] | BadRow]:
    """The records, those together that are sizes of one product."""
    for together, group in groupby(records, key=_what_they_share):
        if together is None:
            yield from (record if isinstance(record, BadRow) else [record] for record in group)
        else:
            yield [record for record in group if not isinstance(record, BadRow)]


def is_size(values: Values) -> bool:
    """Whether a row is a size of a product that further rows may tell of."""
    return bool(values.get("style")) and "|" not in values.get(COLUMN, "|")


def product_sku(style: str, colour: str) -> str:
    """The SKU of the product that the rows of one style and colour make."""
    told = f"{style} {colour}".upper()
    return "-".join("".join(sign if _is_kept(sign) else " " for sign in told).split())


def former_product_sku(style: str, colour: str) -> str:
    """What it was while it kept commas and slashes."""
    return "-".join("-".join((style, colour.replace("|", " "))).upper().split())


def _is_kept(sign: str) -> bool:
    # Marks are parts of letters, as the vowels of Hindi are.
    return sign in SIGNS or unicodedata.category(sign)[0] in "LNM"


def shared(rows: Sequence[tuple[int, Values]]) -> dict[str, str]:
    """What the rows of one product say of it. Raises RowRefused where they differ."""
    values = {column: value for column, value in rows[0][1].items() if column != "gtin"}
    for line, further in rows[1:]:
        with in_line(line):
            _refuse_others(values, further)
    return values


@contextmanager
def in_line(line: int) -> Iterator[None]:
    """What is refused within is of a further row of a product, which is known by its first."""
    try:
        yield
    except RowRefused as refused:
        raise RowRefused(
            _("Line %(line)d: %(reason)s") % {"line": line, "reason": refused}
        ) from refused


def _refuse_others(values: Values, further: Values) -> None:
    for column, value in further.items():
        if value and column not in OWN and value != values[column]:
            raise RowRefused(
                _(
                    "It says another %(column)s, %(value)r: what is of one style and colour is "
                    "one product."
                )
                % {"column": column, "value": quoted(value)}
            )


def _what_they_share(record: Record | BadRow) -> tuple[str, str] | None:
    if isinstance(record, BadRow) or not is_size(record[1]):
        return None
    values = record[1]
    names = (name for name in ("colour", "color", "colours", "colors") if name in values)
    return values["style"], values.get(next(names, ""), "")

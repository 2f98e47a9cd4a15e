"""Rows that are one size each become one product.

Where a file has a column `size` instead of `sizes`, the rows of one style and colour that stand
together are the sizes of one product, each with the SKU by which it is sold. What the further ones
leave empty is as in the first; what they say otherwise cannot be meant.

A product is taken whole or not at all, since what is there would lose the sizes that are not named.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, groupby, islice, tee

from django.utils.translation import gettext as _

from shop.catalog.imports.rows import MAX_SIZES, BadRow, Place, RowRefused, counted, quoted
from shop.catalog.imports.tables import Record
from shop.skus.keys import key_of

COLUMN = "size"
# Characters that all rows of a product may have together.
MAX_TEXT = 4_000_000
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


def filled(records: Iterable[Record | BadRow]) -> Iterator[Record | BadRow]:
    """The same, further sizes with the style and colour that they leave out: those above them.

    A row without a style is one where it has no name either.
    """
    above: Values = {}
    for record in records:
        if isinstance(record, BadRow):
            yield record
            continue
        line, values = record
        colour = _colour_column(values)
        is_further = not (values.get("style") or values["name"])
        if above and (is_further or values.get("style") == above.get("style")):
            told = {column: above[column] for column in ("style", colour) if column in above}
            values = values | {column: values[column] or told[column] for column in told}
        above = values
        yield line, values


def scattered(records: Iterable[Record | BadRow]) -> Collection[int]:
    """Hashes, as of many there is no room for more, of the products told in several places."""
    seen: set[int] = set()
    twice: set[int] = set()
    for together, _rows in groupby(records, key=_what_they_share):
        if together is not None:
            (twice if hash(together) in seen else seen).add(hash(together))
    return twice


def joined(
    records: Iterable[Record | BadRow], scattered: Collection[int]
) -> Iterator[list[Record] | BadRow]:
    """The records, those together that are sizes of one product.

    Refused, with its first line, is a product of which a size may be missing: one of the
    `scattered`, or one beside a row that cannot be read.
    """
    unread: BadRow | None = None
    for group, following in _with_what_follows(_groups(records)):
        if isinstance(group, BadRow):
            unread = group
            yield group
            continue
        beside = unread or (following if isinstance(following, BadRow) else None)
        unread = None
        reason = _why_not_whole(group, beside, scattered)
        yield BadRow(group[0][0], reason, sku_of(group[0][1])) if reason else group


def _with_what_follows[Item](items: Iterable[Item]) -> Iterator[tuple[Item, Item | None]]:
    here, ahead = tee(items)
    return zip(here, chain(islice(ahead, 1, None), [None]), strict=False)


def _groups(records: Iterable[Record | BadRow]) -> Iterator[list[Record] | BadRow]:
    for together, group in groupby(records, key=_what_they_share):
        if together is not None:
            yield _some(group)
        else:
            yield from (record if isinstance(record, BadRow) else [record] for record in group)


def _some(group: Iterable[Record | BadRow]) -> list[Record]:
    """The rows of a product; of more than it may have only so many as tell that."""
    found: list[Record] = []
    length = 0
    for record in group:
        if not isinstance(record, BadRow):
            found.append(record)
            length += sum(map(len, record[1].values()))
        if len(found) > MAX_SIZES or length > MAX_TEXT:
            break
    return found


def _why_not_whole(
    group: Sequence[Record], beside: BadRow | None, scattered: Collection[int]
) -> str:
    together = _what_they_share(group[0])
    if together is None:
        return ""
    if hash(together) in scattered:
        return _("Its sizes stand in several places: sort the rows by style and colour.")
    if beside:
        return _("The row at %(place)s cannot be read, and may be one of its sizes.") % {
            "place": beside.place
        }
    if len(group) > MAX_SIZES:
        return _("A product has at most %(most)d sizes.") % {"most": MAX_SIZES}
    if sum(len(value) for _line, values in group for value in values.values()) > MAX_TEXT:
        return _("Its rows hold more than %(most)s characters.") % {"most": counted(MAX_TEXT)}
    return ""


def is_size(rows: Sequence[Record]) -> bool:
    """Whether the rows of a product are a size each: of one row a list of sizes makes a product."""
    values = rows[0][1]
    is_list = len(rows) == 1 and "|" in values.get(COLUMN, "|")
    return bool(values.get("style")) and not is_list


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


def shared(rows: Sequence[tuple[Place, Values]]) -> dict[str, str]:
    """What the rows of one product say of it. Raises RowRefused where they differ."""
    values = {column: value for column, value in rows[0][1].items() if column != "gtin"}
    for line, further in rows[1:]:
        with in_line(line):
            _refuse_others(values, further)
    return values


@contextmanager
def in_line(line: Place) -> Iterator[None]:
    """What is refused within is of a further row of a product, which is known by its first."""
    try:
        yield
    except RowRefused as refused:
        text = _("Line %(line)d: %(reason)s") if isinstance(line, int) else "%(line)s: %(reason)s"
        raise RowRefused(text % {"line": line, "reason": refused}) from refused


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


def _what_they_share(record: Record | BadRow) -> str | None:
    """What is the same in all rows of a product; None for a row that is no size."""
    if isinstance(record, BadRow):
        return None
    values = record[1]
    if not values.get("style") or COLUMN not in values:
        return None
    return key_of(sku_of(values))


def sku_of(values: Values) -> str:
    """The SKU of the product of which a row with a style is a size."""
    return product_sku(values["style"], values.get(_colour_column(values), ""))


def _colour_column(values: Values) -> str:
    names = (name for name in ("colour", "color", "colours", "colors") if name in values)
    return next(names, "")

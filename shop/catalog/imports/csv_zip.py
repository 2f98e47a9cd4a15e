"""A shop's own CSV file with its photographs in a zip file or folder.

Required columns: sku, name, category, price. Optional: description, gender, kind, colour, style,
season, usage, sizes, stock and photographs (several values apart by `|`). Where `photographs` is
absent or empty, the files named after the SKU are taken: `SKU.jpg`, `SKU-2.jpg`, `SKU_back.jpg`
or everything in a folder `SKU/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import PurePosixPath

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from shop.catalog.imports.archives import Archive, natural_order
from shop.catalog.imports.rows import BadRow, ImportRow, RowRefused, quoted
from shop.catalog.imports.tables import Table
from shop.catalog.models import Product
from shop.catalog.money import (
    MOST_QUOTED,
    NotAnAmount,
    cents,
    decimal_sign_of,
    read_amount,
)

REQUIRED = ("sku", "name", "category", "price")
TEXTS = ("name", "description")
MAX_PRICE = Decimal(1_000_000)
MAX_PIECES = 100_000
MOST_DIGITS = 20
MAX_SKU: int = Product._meta.get_field("sku").max_length or 0
_GENDERS = {
    **dict.fromkeys(("", "unisex", "all", "adults"), "unisex"),
    **dict.fromkeys(("women", "woman", "female", "ladies", "womens"), "women"),
    **dict.fromkeys(("men", "man", "male", "gentlemen", "mens"), "men"),
    **dict.fromkeys(("girls", "girl"), "girls"),
    **dict.fromkeys(("boys", "boy"), "boys"),
}


def rows(table: Table, images: Archive) -> Iterator[ImportRow | BadRow]:
    """The products of a CSV file, in its order. Raises ImportRefused where columns are missing."""
    table.require(*REQUIRED)
    photographs = _Photographs(images, table.values("sku"))
    decimal_sign = decimal_sign_of(table.values("price"))
    for record in table.records(texts=TEXTS):
        if isinstance(record, BadRow):
            yield record
            continue
        line, values = record
        try:
            yield _row(line, values, photographs, decimal_sign)
        except RowRefused as refused:
            yield BadRow(line, str(refused))


def parse_price(text: str, what: str, decimal_sign: str = "") -> int:
    """A price such as `49.90` or `49,90` in cents. Raises RowRefused."""
    try:
        price = read_amount(text, what, decimal_sign=decimal_sign)
    except NotAnAmount as reason:
        raise RowRefused(str(reason)) from reason
    if not 0 < price <= MAX_PRICE:
        raise RowRefused(
            _("%(what)s %(price)r is not between 0.01 and %(most)s.")
            % {
                "what": what,
                "price": text[:MOST_QUOTED],
                "most": number_format(MAX_PRICE, force_grouping=True),
            }
        )
    return cents(price)


def parse_stock(text: str, sizes: int) -> tuple[int, ...]:
    """Pieces of each size such as `4|0|12`; nothing where the text is empty. Raises RowRefused."""
    numbers = _several(text)
    for number in numbers:
        if not _is_count(number):
            raise RowRefused(
                _("The stock %(number)r is not a whole number up to %(most)s.")
                % {"number": quoted(number), "most": number_format(MAX_PIECES, force_grouping=True)}
            )
    if numbers and len(numbers) != sizes:
        raise RowRefused(
            _("The stock %(stock)r has no number for each of the %(sizes)d sizes.")
            % {"stock": quoted(text), "sizes": sizes}
        )
    return tuple(map(int, numbers))


def _is_count(number: str) -> bool:
    return (
        number.isascii()
        and number.isdigit()
        # Python makes no number of more than 4,300 digits.
        and len(number) <= MOST_DIGITS
        and int(number) <= MAX_PIECES
    )


def _row(
    line: int, values: Mapping[str, str], photographs: _Photographs, decimal_sign: str
) -> ImportRow:
    for column in REQUIRED:
        if not values[column]:
            raise RowRefused(_("The %(column)s is empty.") % {"column": column})
    gender = _GENDERS.get(values.get("gender", "").lower().replace("'", ""))
    if gender is None:
        raise RowRefused(
            _("The gender %(gender)r is none of women, men, unisex, girls, boys.")
            % {"gender": values["gender"]}
        )
    price_cents = parse_price(values["price"], _("The price"), decimal_sign)
    sizes = _several(values.get("sizes", "")) or ("One size",)
    names = photographs.named(_several(values.get("photographs", "")), values["sku"])
    return ImportRow(
        sku=values["sku"],
        name=values["name"],
        category=values["category"],
        gender=gender,
        kind=values.get("kind", ""),
        colours=_several(values.get("colour", "")),
        season=values.get("season", ""),
        usage=values.get("usage", ""),
        price_cents=price_cents,
        description=values.get("description", ""),
        sizes=sizes,
        photographs=tuple(photographs.images.picture(name) for name in names),
        line=line,
        stock=parse_stock(values.get("stock", ""), len(sizes)),
        style=values.get("style"),
    )


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


class _Photographs:
    """Finds the files that a row means."""

    def __init__(self, images: Archive, skus: Iterable[str]) -> None:
        self.images = images
        self._skus = {sku.lower() for sku in skus}
        self._by_path = {name.lower(): name for name in images.pictures()}
        self._by_file: dict[str, str] = {}
        self._by_sku: dict[str, list[str]] = {}
        for name in sorted(images.pictures(), key=natural_order):
            self._by_file.setdefault(PurePosixPath(name.lower()).name, name)
            self._by_sku.setdefault(self._sku_of(name), []).append(name)

    def named(self, wanted: tuple[str, ...], sku: str) -> list[str]:
        """The names in the archive; raises RowRefused when there are none."""
        if wanted:
            return [self._one(name) for name in wanted]
        found = self._by_sku.get(sku.lower(), [])
        if not found:
            raise RowRefused(
                _("There is no photograph for %(sku)s in %(archive)s.")
                % {"sku": sku, "archive": self.images.title}
            )
        return found

    def _one(self, wanted: str) -> str:
        key = wanted.lower()
        name = self._by_path.get(key) or self._by_file.get(key)
        if name is None:
            raise RowRefused(
                _("The photograph %(photograph)r is not in %(archive)s.")
                % {"photograph": wanted, "archive": self.images.title}
            )
        return name

    def _sku_of(self, name: str) -> str:
        """Whose photograph a file is: `ab-12-back` is of `ab-12` if that is a SKU, else of `ab`."""
        path = PurePosixPath(name.lower())
        for candidate in (*_starts(path.stem), path.parent.name):
            if candidate in self._skus:
                return candidate
        return ""


def _starts(stem: str) -> Iterator[str]:
    """A name, and what of it stands before a dash, the longest first.

    Not of more than a SKU can hold, or a long name of dashes would make as many long ones.
    """
    yield stem
    for end in range(min(len(stem), MAX_SKU), 0, -1):
        if stem[end : end + 1] in ("-", "_"):
            yield stem[:end]

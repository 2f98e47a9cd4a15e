"""What the cells of other shops mean, where several formats mean the same by them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from shop.catalog.imports import cells
from shop.catalog.imports.categories import LONGEST_NAME, SEPARATOR
from shop.catalog.imports.rows import RowRefused, quoted
from shop.catalog.imports.variants import product_sku
from shop.catalog.models import MOST_LEVELS
from shop.catalog.money import rounded, units

LONGEST_SKU, LONGEST_STYLE = 60, 80
DIGITS = 8
_WOMEN, _MEN = frozenset(("female", "women", "woman", "w")), frozenset(("male", "men", "man", "m"))
_CHILDREN = frozenset(
    (
        "kids",
        "kid",
        "children",
        "child",
        "toddler",
        "toddlers",
        "infant",
        "newborn",
        "baby",
        "babies",
        "teens",
    )
)
_TOPS = frozenset(
    ("home", "startseite", "all", "apparel & accessories", "bekleidung & accessoires")
)


# A comma may be part of an address, but not where another one begins behind it.
_BETWEEN_ADDRESSES = re.compile(r"\s*,\s*(?=https?://)")
_MONEY = re.compile(
    r"(?:(?P<before>[A-Z]{3}) ?)?(?P<amount>[0-9][0-9.,]*) ?(?P<behind>[A-Z]{3})?", re.IGNORECASE
)
_PRECISE = re.compile(r"-?[0-9]{1,12}(?:[.,][0-9]{1,12})?")


def empty(column: str) -> RowRefused:
    """Why a row is none that leaves out what no product is without."""
    return RowRefused(_("The %(column)s is empty.") % {"column": column})


def sku_of(*parts: str) -> str:
    """The SKU of what is known by these texts; a long one ends with a digest of the whole."""
    return _shortened(product_sku(parts[0], " ".join(parts[1:])), LONGEST_SKU)


def style_of(text: str) -> str:
    """The style of what is one design by this text."""
    return _shortened(text, LONGEST_STYLE)


def _shortened(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:DIGITS].upper()
    return f"{text[: most - DIGITS - 1].strip('-')}-{digest}"


def gender(texts: Iterable[str], ages: Iterable[str]) -> str | None:
    """Whom it is for, by words such as "female" and "kids"; None where nobody says."""
    said = {text.strip().lower() for text in texts} - {""}
    if not said:
        return None
    women, men = bool(said & _WOMEN), bool(said & _MEN)
    if women == men:
        return "unisex"
    is_for_children = not _CHILDREN.isdisjoint(age.strip().lower() for age in ages)
    if is_for_children:
        return "girls" if women else "boys"
    return "women" if women else "men"


def category(*ways: str) -> str:
    """The first of these ways to a category that names one; "" where none does.

    What only says that it is a shop of clothes is left out of its beginning.
    """
    for way in ways:
        names = [name.strip() for name in way.split(SEPARATOR) if name.strip()]
        while len(names) > 1 and names[0].lower() in _TOPS:
            del names[0]
        if names and not names[0].isdecimal() and max(map(len, names)) <= LONGEST_NAME:
            return f" {SEPARATOR} ".join(names[:MOST_LEVELS])
    return ""


def unsorted() -> str:
    """Where a product goes that names no category: the same in whatever language it is asked."""
    with override(settings.LANGUAGE_CODE):
        return _("Unsorted")


def price(text: str, what: str) -> int:
    """A price with a decimal point, in cents. Raises RowRefused."""
    return cells.price(text, what, ".")


def money(text: str, column: str) -> int:
    """`1299.00 EUR` in cents. Raises RowRefused where that is no price, or in other money."""
    found = _MONEY.fullmatch(text.strip())
    currency = found and (found["behind"] or found["before"] or settings.CURRENCY).upper()
    if currency and currency != settings.CURRENCY:
        raise RowRefused(
            _("The %(column)s %(price)r is not in the shop's currency, %(currency)s.")
            % {"column": column, "price": quoted(text), "currency": settings.CURRENCY}
        )
    return price(found["amount"] if found else text, _("The price"))


def precise(text: str, what: str) -> Decimal:
    """An amount as a program wrote it, `54.0000`, with as many decimals as it likes, in units.

    Raises RowRefused.
    """
    if not _PRECISE.fullmatch(text):
        raise RowRefused(
            _("%(what)s %(text)r is not a number such as 49.90.")
            % {"what": what, "text": quoted(text)}
        )
    return Decimal(text.replace(",", "."))


def as_price(amount: Decimal, what: str) -> int:
    """The same in cents, halves up. Raises RowRefused where it is no price."""
    return price(str(units(rounded(amount * 100))), what)


def pieces(text: str) -> int:
    """How many there are; what was sold though none was there is less than nothing.

    Raises RowRefused.
    """
    if text.startswith("-"):
        return 0
    told = cells.stock(text, 1)
    if not told:
        raise empty("stock")
    return told[0]


def gtin(text: str) -> tuple[str, bool]:
    """A GTIN, and whether what stands there is none: other shops take any barcode."""
    try:
        # A spreadsheet's way to keep the zeros at the beginning.
        return cells.gtin(text.lstrip("'")), False
    except RowRefused:
        return "", True


def addresses(text: str) -> tuple[str, ...]:
    """Those of a cell that has several, apart by commas, which may be part of one as well."""
    return tuple(filter(None, _BETWEEN_ADDRESSES.split(text.strip())))


def file_of(address: str) -> str:
    """The name of the file at an address, without what asks for one version of it."""
    return PurePosixPath(unquote(urlsplit(address.strip()).path)).name

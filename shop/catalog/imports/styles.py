"""What Kaggle's full set tells of a product besides `styles.csv`: its `styles/<id>.json`.

Used are `data.productDescriptors.description.value` (HTML), `data.price`, `data.discountedPrice`,
`data.brandName`, `data.colour1` and `data.colour2`, each where it is there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from shop.catalog.imports.archives import Archive
from shop.catalog.imports.cells import MAX_PRICE
from shop.catalog.imports.markup import line_of, text_of
from shop.catalog.imports.rows import RowRefused, quoted
from shop.catalog.money import rounded

FOLDER = "styles"
MAX_BYTES = 1024**2
LOWERED = "discountedPrice"
LEAST = Decimal("0.01")
# How the set writes that it does not know.
UNKNOWN = frozenset(("", "na", "nan", "null", "none"))


@dataclass(frozen=True)
class Style:
    """What a file tells; "" and None for what it does not. Prices are in cents."""

    description: str
    brand: str
    colours: tuple[str, ...]
    price_cents: int | None
    sale_price_cents: int | None


class Styles:
    """The files of a folder `styles`, by the ids that they are named after."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        paths = [PurePosixPath(name) for name in archive.names]
        self.names = {
            path.stem: str(path)
            for path in paths
            if path.suffix.lower() == ".json" and path.parent.name in (FOLDER, "")
        }

    def of(self, key: str) -> Style | None:
        """What the file of that id tells; None where there is none. Raises RowRefused."""
        name = self.names.get(key)
        if name is None:
            return None
        try:
            data = json.loads(self._archive.read(name, MAX_BYTES))["data"]
            return _style_of(data if isinstance(data, dict) else {})
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise RowRefused(
                _("%(name)s is not as Kaggle's files are.") % {"name": quoted(name)}
            ) from error


def _style_of(data: dict[str, Any]) -> Style:
    price, lowered = (_cents(data.get(name), name) for name in ("price", LOWERED))
    colours = (_text(data.get(f"colour{number}")) for number in (1, 2))
    return Style(
        description=_description(data),
        brand=line_of(_text(data.get("brandName"))),
        colours=tuple(filter(None, colours)),
        price_cents=price or lowered,
        sale_price_cents=lowered if price and lowered and lowered < price else None,
    )


def _description(data: dict[str, Any]) -> str:
    found: Any = data
    for name in ("productDescriptors", "description", "value"):
        found = found.get(name) if isinstance(found, dict) else None
    return text_of(_text(found))


def _text(value: Any) -> str:
    text = value.strip() if isinstance(value, str) else ""
    # JSON may hold half of a sign, which no database takes. Raises a ValueError.
    text.encode()
    return "" if text.lower() in UNKNOWN else text


def _cents(value: Any, name: str) -> int | None:
    """A price in cents; None where the file does not know it. Raises RowRefused."""
    if value is None or (isinstance(value, str) and not _text(value)):
        return None
    if value == 0 and name == LOWERED:
        # It is not lowered.
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        amount = Decimal("NaN")
    if isinstance(value, bool) or not (amount.is_finite() and LEAST <= amount <= MAX_PRICE):
        raise RowRefused(
            _("The %(name)s %(value)r is no price.") % {"name": name, "value": quoted(str(value))}
        )
    return rounded(amount * 100)

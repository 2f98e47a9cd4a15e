"""What would become of the first products of a source, with nothing written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from shop.catalog.imports.filling import check_numbers, check_shown, wanted_status
from shop.catalog.imports.rows import BadRow, ImportRow, RowRefused, place_of, quoted
from shop.catalog.models import Product, Status

MOST = 10


@dataclass(frozen=True)
class Previewed:
    """A row, the product that it would change, and what the source does not tell of it."""

    row: ImportRow
    product: Product | None
    status: Status
    missing: tuple[str, ...]

    @property
    def photographs(self) -> int:
        """How many it will have: without new ones it keeps its own."""
        own = len(self.product.photographs) if self.product else 0
        return len(self.row.photographs) or len(self.row.addresses) or own


def preview(source: Iterable[ImportRow | BadRow], most: int = MOST) -> list[Previewed | BadRow]:
    """What becomes of the first rows. Photographs are not read, and what fits no field not told."""
    return [row if isinstance(row, BadRow) else _previewed(row) for row in islice(source, most)]


def told(each: Previewed | BadRow) -> dict[str, Any]:
    """The same as JSON keeps it: where a row stands, and why it is none or what becomes of it."""
    if isinstance(each, BadRow):
        bad = each.shortened()
        return {"place": bad.place, "reason": bad.reason}
    row = each.row
    return {
        "place": place_of(row.line),
        "name": quoted(row.name),
        "sku": quoted(row.sku),
        "category": quoted(row.category),
        "price_cents": row.price_cents,
        "sizes": quoted(", ".join(row.sizes or ())),
        "photographs": each.photographs,
        "status": str(each.status.label),
        "is_new": each.product is None,
        "missing": ", ".join(each.missing),
    }


def _previewed(row: ImportRow) -> Previewed | BadRow:
    product = Product.objects.filter(sku=row.sku).first()
    try:
        check_numbers(row)
        check_shown(row, product)
    except RowRefused as refused:
        return BadRow(row.line, str(refused))
    return Previewed(row, product, wanted_status(row, product), tuple(_missing(row, product)))


def _missing(row: ImportRow, product: Product | None) -> Iterator[str]:
    told = {
        _("photographs"): row.photographs or row.addresses or (product and product.photographs),
        _("description"): row.description,
        _("colours"): row.colours,
        _("gender"): row.gender,
        _("stock"): row.stock or row.available,
    }
    return (name for name, value in told.items() if not value)

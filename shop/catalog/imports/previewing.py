"""What would become of the first products of a source, with nothing written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from shop.catalog.imports.importing import wanted_status
from shop.catalog.imports.rows import BadRow, ImportRow
from shop.catalog.models import Product, Status

MOST = 10


@dataclass(frozen=True)
class Previewed:
    """A row, the product that it would change, and what the source does not tell of it."""

    row: ImportRow
    product: Product | None
    status: Status
    missing: tuple[str, ...]


def preview(source: Iterable[ImportRow | BadRow], most: int = MOST) -> list[Previewed | BadRow]:
    """What becomes of the first rows. Photographs are not read, and what fits no field not told."""
    return [row if isinstance(row, BadRow) else _previewed(row) for row in islice(source, most)]


def _previewed(row: ImportRow) -> Previewed:
    product = Product.objects.filter(sku=row.sku).first()
    return Previewed(row, product, wanted_status(row, product), tuple(_missing(row)))


def _missing(row: ImportRow) -> Iterator[str]:
    told = {
        _("photographs"): row.photographs,
        _("description"): row.description,
        _("colours"): row.colours,
        _("gender"): row.gender,
        _("stock"): row.stock or row.available,
    }
    return (name for name, value in told.items() if not value)

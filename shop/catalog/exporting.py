"""Products as rows of a CSV file, in the columns that an import reads.

Sizes, stock and photographs have none: an import leaves alone what a file has no column for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone

from shop.catalog.models import Product, Tree
from shop.catalog.money import units

PLAIN = (
    *("sku", "name", "description", "gender", "kind", "season", "usage", "style", "brand"),
    *("material", "gtin", "mpn", "status"),
)
COLUMNS = (
    *("sku", "name", "category", "price", "sale_price", "sale_from", "sale_until", "colour"),
    *PLAIN[2:],
)
# What programs for tables would carry out.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def rows(products: Iterable[Product], tree: Tree) -> Iterator[dict[str, str]]:
    """A row for each product, by column."""
    for product in products:
        way = (category.name for category in tree.way(product.category_id))
        row = {
            "category": " > ".join(way),
            "price": str(product.price),
            "sale_price": _amount(product.sale_price_cents),
            "sale_from": _moment(product.sale_from),
            "sale_until": _moment(product.sale_until),
            "colour": "|".join(product.colours),
        }
        row |= {name: getattr(product, name) for name in PLAIN}
        yield {name: harmless(value) for name, value in row.items()}


def harmless(cell: object) -> str:
    """A cell that no program takes for a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _amount(cents: int | None) -> str:
    return "" if cents is None else str(units(cents))


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")

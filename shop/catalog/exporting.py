"""Products as rows of a CSV file, in the columns that an import reads.

To import such a file again changes nothing. Photographs have no column: without their files an
import leaves them alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from itertools import batched, chain
from typing import cast

from django.utils import timezone

from shop.catalog.imports import cells
from shop.catalog.imports.formulas import guarded
from shop.catalog.imports.markup import line_of, text_of
from shop.catalog.models import Product, Tree
from shop.catalog.money import units
from shop.catalog.signals import pieces_written

WORDS = ("name", "kind", "season", "usage", "style", "brand", "material")
CODES = ("sku", "gender", "gtin", "mpn", "status")
COLUMNS = (
    *("sku", "name", "category", "price", "sale_price", "sale_from", "sale_until", "colour"),
    *("sizes", "skus", "stock", "description", "gender", "kind", "season", "usage", "style"),
    *("brand", "material", "gtin", "mpn", "status"),
)
# Products whose pieces are asked for at once.
AT_ONCE = 500


def rows(products: Iterable[Product], tree: Tree) -> Iterator[dict[str, str]]:
    """A row for each product, by column."""
    for some in batched(products, AT_ONCE, strict=False):
        pieces = _pieces_of(some)
        for product in some:
            row = _facts(product, tree) | _sizes(product, pieces)
            yield {name: guarded(cell) for name, cell in row.items()}


def _facts(product: Product, tree: Tree) -> dict[str, str]:
    way = " > ".join(category.name for category in tree.way(product.category_id))
    return {
        "category": _typed(way, line_of),
        "description": _typed(product.description.replace("\r\n", "\n"), text_of),
        "price": str(product.price),
        "sale_price": _amount(product.sale_price_cents),
        "sale_from": _moment(product.sale_from, "sale_from"),
        "sale_until": _moment(product.sale_until, "sale_until"),
        "colour": _listed([_typed(colour, line_of) for colour in product.colours]),
        **{name: _typed(getattr(product, name), line_of) for name in WORDS},
        **{name: str(getattr(product, name)) for name in CODES},
    }


def _sizes(product: Product, pieces: Mapping[str, int]) -> dict[str, str]:
    """What it comes in; the stock only where every size is counted."""
    sizes = [variant.size for variant in product.variants]
    offered = [offer.sku for offer in product.offers()]
    is_counted = all(sku in pieces for sku in offered)
    return {
        "sizes": _listed(sizes) if any(sizes) else "",
        "skus": _listed([variant.sku for variant in product.variants]),
        "stock": "|".join(str(pieces[sku]) for sku in offered) if is_counted else "",
    }


def _pieces_of(products: Iterable[Product]) -> dict[str, int]:
    """How many are on hand, by SKU, of what is counted."""
    skus = [offer.sku for product in products for offer in product.offers()]
    answers = pieces_written.send(Product, skus=skus)
    # Django's stubs know of no answers but texts.
    counted = (cast(Mapping[str, int], answer) for _receiver, answer in answers)
    return dict(chain.from_iterable(each.items() for each in counted))


def _typed(text: str, read: Callable[[str], str]) -> str:
    """What a cell holds so that it is read as that text, though cells may be HTML."""
    return text if read(text) == text else escape(text, quote=False)


def _listed(texts: Sequence[str]) -> str:
    # A single one that holds another sign between things would be read as several.
    return "|".join(texts) + ("|" if len(texts) == 1 and set(",;") & set(texts[0]) else "")


def _amount(cents: int | None) -> str:
    return "" if cents is None else str(units(cents))


def _moment(moment: datetime | None, column: str) -> str:
    """In the shop's time, by the minute where that says all of it."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    text = local.strftime("%Y-%m-%d %H:%M")
    return text if cells.moment(text, column) == moment else local.isoformat(sep=" ")

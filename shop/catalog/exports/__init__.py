"""Products as the text of CSV files, in shapes that shops read, a few products at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from shop.catalog.exports import own, shopify, woocommerce
from shop.catalog.exports.shelf import Shelf
from shop.catalog.exports.writing import csv_text
from shop.catalog.models import Product

Products = QuerySet[Product]


@dataclass(frozen=True)
class Shape:
    """How a shop's files are: their columns, and the rows of a shelf."""

    columns: Callable[[Shelf], Sequence[str]]
    rows: Callable[[Shelf], Iterator[Mapping[str, str]]]


SHAPES = {
    "own": Shape(own.columns, own.rows),
    "shopify": Shape(lambda shelf: shopify.COLUMNS, shopify.rows),
    "woocommerce": Shape(lambda shelf: woocommerce.COLUMNS, woocommerce.rows),
}


def text(shape: Shape, products: Products, origin: str) -> Iterator[str]:
    """The file of these products, piece by piece, read as it is asked for.

    `origin` is the shop's scheme and host, for the addresses of photographs. Raises what MongoDB
    and SQL raise, on the way too.
    """
    shelf = Shelf(products, origin)
    return csv_text(shape.columns(shelf), shape.rows(shelf))

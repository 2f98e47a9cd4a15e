"""The catalogue shows what the stock says: a size is sold out, or can be had again.

The stock knows what the catalogue shows, so what was missed is found in SQL and made up for.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import partial

from django.db import transaction

from shop.catalog.availability import show_available
from shop.catalog.changes import touch_product
from shop.catalog.remember import DATABASE_ERRORS
from shop.stock.models import Stock, StockQuerySet
from shop.stock.signals import came_back

logger = logging.getLogger(__name__)

CHUNK = 500


def follow_after_commit(skus: Iterable[str]) -> None:
    """Make the catalogue follow once the transaction is through, if it can be reached."""
    _after_commit(Stock.objects.filter(sku__in=frozenset(skus)).out_of_step())


def follow_sizes(sizes: Mapping[str, Collection[str]]) -> None:
    """Know which of their sizes (SKUs) products still have, by their ids, and which are gone."""
    for row in Stock.objects.filter(product__in=sizes).order_by("sku"):
        if row.offered != (row.sku in sizes[row.product]):
            Stock.objects.filter(pk=row.pk).update(offered=not row.offered)


def show_again_after_commit(products: Collection[str]) -> None:
    """Tell the catalogue anew about products whose documents were written by somebody else."""
    _after_commit(Stock.objects.filter(product__in=products).with_free())


def follow_all() -> None:
    """Make the catalogue follow wherever it was not told what is true.

    Raises one of DATABASE_ERRORS when a database is away.
    """
    _show(Stock.objects.out_of_step())


def show_all_again() -> None:
    """Tell the catalogue anew about every size that is counted, whatever it was told before.

    Raises one of DATABASE_ERRORS when a database is away.
    """
    _show(Stock.objects.with_free())


def _after_commit(stock: StockQuerySet) -> None:
    transaction.on_commit(partial(_show_if_possible, stock), robust=True)


def _show_if_possible(stock: StockQuerySet) -> None:
    try:
        _show(stock)
    except DATABASE_ERRORS as away:
        logger.warning("The catalogue will show what the stock says later: %s", away)


def _show(stock: StockQuerySet) -> None:
    by_product: defaultdict[str, list[Stock]] = defaultdict(list)
    for row in stock.iterator(CHUNK):
        by_product[row.product].append(row)
    for product, rows in by_product.items():
        written = show_available(product, {row.sku: row.free > 0 for row in rows})
        if not written and any(row.shown_available is None for row in rows):
            # Pieces came or went.
            touch_product(product)
        # One by one: an update of several rows would lock them in an order of its own.
        for row in rows:
            if row.shown_available != (row.free > 0):
                Stock.objects.filter(pk=row.pk).update(shown_available=row.free > 0)
        if back := [row.sku for row in rows if row.free > 0 and not row.shown_available]:
            came_back.send_robust(sender=Stock, product=product, skus=back)

"""The catalogue shows what the stock says: a size is sold out, or can be had again.

The stock knows what the catalogue shows, so what was missed is found in SQL and made up for.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from functools import partial

from django.db import transaction

from shop.catalog.availability import show_available
from shop.catalog.remember import DATABASE_ERRORS
from shop.stock.models import Stock, StockQuerySet

logger = logging.getLogger(__name__)

CHUNK = 500


def follow_after_commit(skus: Iterable[str]) -> None:
    """Make the catalogue follow once the transaction is through, if it can be reached."""
    transaction.on_commit(partial(_follow_if_possible, frozenset(skus)), robust=True)


def follow_all() -> None:
    """Make the catalogue follow wherever it shows something else than is true.

    Raises one of DATABASE_ERRORS when a database is away.
    """
    _follow(Stock.objects.all())


def show_again(product: str) -> None:
    """Tell the catalogue anew about a product whose document was written by somebody else."""
    stock = Stock.objects.filter(product=product)
    if stock.update(shown_available=None):
        follow_after_commit(stock.values_list("sku", flat=True))


def _follow_if_possible(skus: frozenset[str]) -> None:
    try:
        _follow(Stock.objects.filter(sku__in=skus))
    except DATABASE_ERRORS as away:
        logger.warning("The catalogue will show what the stock says later: %s", away)


def _follow(stock: StockQuerySet) -> None:
    by_product: defaultdict[str, dict[str, bool]] = defaultdict(dict)
    out_of_step = stock.out_of_step().values_list("product", "sku", "free")
    for product, sku, free in out_of_step.iterator(CHUNK):
        by_product[product][sku] = free > 0
    for product, sizes in by_product.items():
        show_available(product, sizes)
        for shown in set(sizes.values()):
            skus = [sku for sku, is_available in sizes.items() if is_available == shown]
            Stock.objects.filter(sku__in=skus).update(shown_available=shown)

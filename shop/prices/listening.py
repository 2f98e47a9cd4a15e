"""What the price history hears from the catalogue."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from shop.catalog.models import Product
from shop.catalog.remember import DATABASE_ERRORS
from shop.catalog.signals import products_saved, products_saving
from shop.prices.models import PriceRecord
from shop.prices.recording import former_of, record, record_first

logger = logging.getLogger(__name__)


@receiver(products_saving)
def name_former_prices(products: Sequence[Product], **kwargs: Any) -> None:
    """What they cost before their sale is written with the sale itself, in one document."""
    for product in products:
        product.former = []
    on_sale = [product for product in products if product.sale is not None]
    if not on_sale:
        return
    try:
        with transaction.atomic():
            histories = PriceRecord.objects.histories_of(str(product.pk) for product in on_sale)
        for product in on_sale:
            product.former = former_of(product, histories[str(product.pk)])
    except DATABASE_ERRORS as away:
        # Nothing is claimed that is not known; the sweep makes up for it.
        logger.warning("What %s cost before is found later: %s", _named(on_sale), away)


@receiver(products_saved)
def write_down_what_they_cost(products: Sequence[Product], are_new: bool, **kwargs: Any) -> None:
    try:
        with transaction.atomic():
            if are_new:
                record_first(products)
            else:
                for product in products:
                    record(product)
    except DATABASE_ERRORS as away:
        # The products count more than their history, which the sweep makes up for.
        logger.warning("What %s costs is written down later: %s", _named(products), away)


def _named(products: Sequence[Product]) -> str:
    return ", ".join(product.sku for product in products)

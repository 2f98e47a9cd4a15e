"""What the price history hears from the catalogue."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver

from shop.catalog.models import Product
from shop.catalog.remember import DATABASE_ERRORS
from shop.prices.models import PriceRecord
from shop.prices.recording import former_of, record

logger = logging.getLogger(__name__)


@receiver(pre_save, sender=Product)
def name_former_prices(instance: Product, **kwargs: Any) -> None:
    """What it cost before its sale is written with the sale itself, in one document."""
    instance.former = []
    if instance.sale is None:
        return
    try:
        with transaction.atomic():
            records = PriceRecord.objects.of(str(instance.pk)).reverse()
            instance.former = former_of(instance, records)
    except DATABASE_ERRORS as away:
        # Nothing is claimed that is not known; the sweep makes up for it.
        logger.warning("What %s cost before is found later: %s", instance.sku, away)


@receiver(post_save, sender=Product)
def write_down_what_it_costs(instance: Product, created: bool, **kwargs: Any) -> None:
    try:
        with transaction.atomic():
            record(instance, is_new=created)
    except DATABASE_ERRORS as away:
        # The product counts more than its history, which the sweep makes up for.
        logger.warning("What %s costs is written down later: %s", instance.sku, away)

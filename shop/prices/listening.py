"""What the price history hears from the catalogue."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.catalog.models import Product
from shop.catalog.remember import DATABASE_ERRORS
from shop.prices.recording import record

logger = logging.getLogger(__name__)


@receiver(post_save, sender=Product)
def write_down_what_it_costs(instance: Product, created: bool, **kwargs: Any) -> None:
    try:
        with transaction.atomic():
            record(instance, is_new=created)
    except DATABASE_ERRORS as away:
        # The product counts more than its history, which the sweep makes up for.
        logger.warning("What %s costs is written down later: %s", instance.sku, away)

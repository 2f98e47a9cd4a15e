"""The catalogue hears that a product's rating changed."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from shop.catalog.models import Product
from shop.catalog.remember import DATABASE_ERRORS
from shop.shoppers.models import Review

logger = logging.getLogger(__name__)


@receiver(post_save, sender=Review)
@receiver(post_delete, sender=Review)
def hear_of_one(instance: Review, **kwargs: Any) -> None:
    hear_of([instance.product])


def hear_of(products: Iterable[str]) -> None:
    """Revise these products, by their ids, once the transaction is through."""
    transaction.on_commit(partial(_touch, frozenset(products)), robust=True)


def _touch(products: frozenset[str]) -> None:
    try:
        Product.objects.with_ids(products).touch()
    except DATABASE_ERRORS as away:
        logger.warning("Ratings changed, and the catalogue has not heard of it: %s", away)

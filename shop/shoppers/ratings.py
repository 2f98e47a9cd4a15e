"""The catalogue hears that a product's rating changed, and finds products by it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Avg
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from shop.catalog.models import Product
from shop.catalog.remember import DATABASE_ERRORS
from shop.shoppers.models import Review, ReviewState
from shop.web.trouble import cause_of

logger = logging.getLogger(__name__)

type Ratings = dict[str, float]


@receiver(post_save, sender=Review)
@receiver(post_delete, sender=Review)
def hear_of_one(instance: Review, **kwargs: Any) -> None:
    hear_of([instance.product])


def hear_of(products: Iterable[str]) -> None:
    """Tell the catalogue what these products, by their ids, are rated once the transaction is
    through."""
    transaction.on_commit(partial(_tell_if_possible, frozenset(products)), robust=True)


def reconcile() -> None:
    """Tell the catalogue wherever it shows another rating than buyers gave.

    Raises one of DATABASE_ERRORS when a database is away.
    """
    rated = Product.objects.exclude(rating=None).order_by().values_list("pk", "rating")
    shown = {str(key): rating for key, rating in rated}
    given = _given()
    _tell({key for key in given.keys() | shown.keys() if given.get(key) != shown.get(key)})


def _tell_if_possible(products: frozenset[str]) -> None:
    try:
        _tell(products)
    except DATABASE_ERRORS as away:
        logger.warning("The catalogue will show what changed ratings later: %s", cause_of(away))


def _tell(products: Iterable[str]) -> None:
    """Write the ratings until they are what was given: somebody may rate at the same moment."""
    keys = frozenset(products)
    told: Ratings | None = None
    while keys and (given := _given(keys)) != told:
        for key in keys:
            Product.objects.with_ids([key]).update(rating=given.get(key))
        told = given


def _given(products: Iterable[str] | None = None) -> Ratings:
    """The mean of the stars that may be shown, to one decimal: of these, or of all with any."""
    shown = Review.objects.filter(state=ReviewState.SHOWN).order_by()
    if products is not None:
        shown = shown.filter(product__in=products)
    means = shown.values_list("product").annotate(Avg("stars"))
    return {product: round(mean, 1) for product, mean in means}

"""What changed in the catalogue, for whoever keeps a copy of it: a live index, a feed.

Every write to a product, its stock, its rating or its category revises it by MongoDB's clock, and a
removal leaves a tombstone for `TOMBSTONE_DAYS`. A reader asks for what was written since the last
moment that it saw, with an overlap of some seconds: writes do not become visible in the order of
their revisions. One that was away for longer than tombstones last reads everything anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bson import ObjectId
from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver
from django.utils import timezone

from shop.catalog.models import Category, FormerAddress, Product, Tombstone
from shop.catalog.models.tree import Tree
from shop.config.routers import catalogue_connection

TOMBSTONE_DAYS = 30


class Change(NamedTuple):
    """A document by its primary key, and its revision; None where that is still to come."""

    id: Any
    revision: datetime | None


class Removal(NamedTuple):
    """What was taken away, "product" or "category", by its id, and when."""

    kind: str
    item: str
    removed: datetime


def products_since(moment: datetime) -> list[Change]:
    """The products written at or after that moment, the earliest first."""
    return [
        Change(*row)
        for row in Product.objects.written_since(moment)
        .order_by("revision")
        .values_list("pk", "revision")
    ]


def categories_since(moment: datetime) -> list[Change]:
    """The categories written at or after that moment, the earliest first."""
    return [
        Change(*row)
        for row in Category.objects.written_since(moment)
        .order_by("revision")
        .values_list("pk", "revision")
    ]


def removals_since(moment: datetime) -> list[Removal]:
    """What was taken away at or after that moment, the earliest first.

    A removal that failed may have left its tombstone: what is still there counts as there.
    """
    found = Tombstone.objects.filter(removed__gte=moment).order_by("removed")
    removals = [Removal(*row) for row in found.values_list("kind", "item", "removed")]
    there = _there(removals)
    return [removal for removal in removals if (removal.kind, removal.item) not in there]


def _there(removals: Sequence[Removal]) -> set[tuple[str, str]]:
    there: set[tuple[str, str]] = set()
    for model in (Product, Category):
        keys = [
            ObjectId(removal.item) for removal in removals if removal.kind == model._meta.model_name
        ]
        found = model.objects.filter(pk__in=keys).values_list("pk", flat=True) if keys else ()
        there |= {(str(model._meta.model_name), str(key)) for key in found}
    return there


def touch_product(product: str) -> None:
    """Revise a product, by its id, of which something was written elsewhere."""
    Product.objects.with_ids([product]).touch()


def tend() -> None:
    """Revise what was made without a revision, and drop old tombstones."""
    Product.objects.filter(revision=None).touch()
    Category.objects.filter(revision=None).touch()
    old = timezone.now() - timedelta(days=TOMBSTONE_DAYS)
    Tombstone.objects.filter(removed__lt=old).delete()


@receiver(pre_delete, sender=Product)
@receiver(pre_delete, sender=Category)
def bury(
    sender: type[Product] | type[Category], instance: Product | Category, **kwargs: Any
) -> None:
    """Leave a tombstone. Before the removal, since whoever dies after it would leave nothing."""
    item = {"kind": sender._meta.model_name, "item": str(instance.pk)}
    stones = catalogue_connection().get_collection(Tombstone._meta.db_table)
    stones.update_one(item, {"$currentDate": {"removed": True}}, upsert=True)
    FormerAddress.objects.filter(**item).delete()


@receiver(post_save, sender=Category)
def revise_what_lies_within(instance: Category, created: bool, **kwargs: Any) -> None:
    """A product is shown under the names of its categories."""
    if not created:
        keys = Tree(Category.objects.in_order()).keys(instance.pk)
        Product.objects.filter(category_id__in=keys).touch()

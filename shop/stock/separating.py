"""Sizes that shared a count, because they had one SKU, are counted one by one.

The pieces stay with the size that kept the SKU. Nobody knows how many there are of the others, so
there are none of them until somebody counts.
"""

from __future__ import annotations

from django.db import transaction

from shop.catalog.models import Separated
from shop.stock.following import show_again_after_commit
from shop.stock.models import Movement, Stock


def take_note() -> None:
    """Count from zero what the catalogue says was separated from something that is counted.

    Raises one of DATABASE_ERRORS when a database is away.
    """
    for separated in Separated.objects.order_by("pk"):
        _count_apart(separated)
        # Last: whoever is stopped before it does all this again, which changes nothing.
        separated.delete()


@transaction.atomic
def _count_apart(separated: Separated) -> None:
    kept = Stock.objects.filter(sku=separated.shared)
    if not kept.exists():
        return
    # Of two products the one that was counted last has had the pieces so far.
    kept.exclude(product=separated.keeper).update(product=separated.keeper, shown_available=None)
    facts = {"product": separated.product, "shared_with": separated.shared}
    _, created = Stock.objects.get_or_create(sku=separated.sku, defaults=facts)
    if created:
        Movement.objects.create(
            sku=separated.sku, delta=0, reason=Movement.Reason.COUNTED, key=separated.shared
        )
        show_again_after_commit([separated.product])

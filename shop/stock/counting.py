"""The pieces on hand are set by people who counted them: in the admin, by an import."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from shop.stock.following import follow_after_commit
from shop.stock.models import Movement, Stock


@transaction.atomic
def count(product: str, pieces: Mapping[str, int], *, key: str = "") -> None:
    """So many pieces of each SKU of the product (its id) are on hand, reserved ones included.

    From then on these SKUs are counted. `key` says who counted them.
    """
    Stock.objects.bulk_create(
        (Stock(sku=sku, product=product) for sku in sorted(pieces)), ignore_conflicts=True
    )
    rows = list(Stock.objects.filter(sku__in=pieces).locked())
    Movement.objects.bulk_create(
        Movement(sku=row.sku, delta=delta, reason=Movement.Reason.COUNTED, key=key)
        for row in rows
        if (delta := pieces[row.sku] - row.on_hand)
    )
    for row in rows:
        row.on_hand, row.product = pieces[row.sku], product
    Stock.objects.bulk_update(rows, ["on_hand", "product"])
    follow_after_commit(pieces)


@transaction.atomic
def stop_counting(sku: str, *, key: str = "") -> None:
    """From now on the SKU is sold for as long as the catalogue says that it is available."""
    row = Stock.objects.locked().filter(sku=sku).first()
    if row is None:
        return
    if row.on_hand:
        Movement.objects.create(
            sku=sku, delta=-row.on_hand, reason=Movement.Reason.COUNTED, key=key
        )
    row.delete()

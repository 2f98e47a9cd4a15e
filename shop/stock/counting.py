"""The pieces on hand are set by people who counted them: in the admin, by an import."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial

from django.db import transaction

from shop.catalog.changes import touch_product
from shop.catalog.signals import Counted
from shop.stock.following import follow_after_commit
from shop.stock.models import Movement, Stock


@transaction.atomic
def count(
    product: str, pieces: Mapping[str, int], *, seen: Mapping[str, int] | None = None, key: str = ""
) -> None:
    """So many pieces of each SKU of the product (its id) are on hand, reserved ones included.

    From then on these SKUs are counted. Where somebody says what they saw on hand (`seen`) before
    they counted, what was sold or brought since is taken into account. `key` says who counted.
    """
    for row in _locked_rows(product, pieces):
        since = row.on_hand - (seen or {}).get(row.sku, row.on_hand)
        _set(row, product, max(0, pieces[row.sku] + since), key)
    follow_after_commit(pieces)


@transaction.atomic
def count_news(product: str, pieces: Mapping[str, int], *, key: str, mark: str = "") -> Counted:
    """Take over what a file says is on hand, where it says something else than at the last import.

    A file that still says what it said, or what was written into it here, knows nothing of what was
    sold since. From then on these SKUs are counted. `mark` is the import's own: what it took over
    before it broke off counts as taken over at its next attempt too, whatever was sold since.
    """
    taken = left = 0
    for row in _locked_rows(product, pieces):
        said = pieces[row.sku]
        # What another product's file said of this SKU was about other pieces.
        is_news = said not in (row.named, row.written) or row.product != product
        if is_news:
            row.named, row.named_by, row.written = said, mark, None
        _set(row, product, said if is_news else row.on_hand, key)
        if is_news or (mark and row.named_by == mark):
            taken += 1
        else:
            left += row.on_hand != said
    follow_after_commit(pieces)
    return Counted(taken, left)


def _locked_rows(product: str, pieces: Mapping[str, int]) -> list[Stock]:
    """The rows of these SKUs, made where there were none, for a transaction to change."""
    Stock.objects.bulk_create(
        (Stock(sku=sku, product=product) for sku in sorted(pieces)), ignore_conflicts=True
    )
    return list(Stock.objects.filter(sku__in=pieces).locked())


def _set(row: Stock, product: str, on_hand: int, key: str) -> None:
    delta = on_hand - row.on_hand
    if delta:
        Movement.objects.create(sku=row.sku, delta=delta, reason=Movement.Reason.COUNTED, key=key)
        row.shown_available = None
    row.on_hand, row.product, row.shared_with = on_hand, product, ""
    row.save(
        update_fields=[
            *("on_hand", "product", "shown_available", "shared_with"),
            *("named", "named_by", "written"),
        ]
    )


@transaction.atomic
def write_down(skus: Collection[str]) -> dict[str, int]:
    """How many pieces are on hand of each of these SKUs that is counted, for a file.

    Should that file be imported, these numbers are no news.
    """
    rows = list(Stock.objects.locked().filter(sku__in=skus, shared_with=""))
    for row in rows:
        row.written = row.on_hand
    Stock.objects.bulk_update(rows, ["written"])
    return {row.sku: row.on_hand for row in rows}


@transaction.atomic
def stop_counting(sku: str, *, key: str = "") -> None:
    """From now on the SKU is sold for as long as the catalogue says that it is available.

    `key` says who wanted that; without one it is only that the product is gone.
    """
    row = Stock.objects.locked().filter(sku=sku).first()
    if row is None:
        return
    Movement.objects.create(sku=sku, delta=-row.on_hand, reason=Movement.Reason.STOPPED, key=key)
    product = row.product
    row.delete()
    transaction.on_commit(partial(touch_product, product), robust=True)

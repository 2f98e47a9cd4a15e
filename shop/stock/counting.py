"""The pieces on hand are set by people who counted them: in the admin, by an import."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial

from django.db import transaction

from shop.catalog.changes import touch_product
from shop.catalog.signals import Counted
from shop.stock.following import follow_after_commit
from shop.stock.models import Movement, Stock

# What imports and files said last.
NAMED = ("named", "named_by", "written")


@transaction.atomic
def count(
    product: str, pieces: Mapping[str, int], *, seen: Mapping[str, int] | None = None, key: str = ""
) -> None:
    """So many pieces of each SKU of the product (its id) are on hand, reserved ones included.

    From then on these SKUs are counted. Where somebody says what they saw on hand (`seen`) before
    they counted, what was sold or brought since is taken into account. `key` says who counted.
    """
    rows = _locked_rows(dict.fromkeys(pieces, product))
    on_hand = {row.sku: pieces[row.sku] + _since(row, seen or {}) for row in rows}
    _set(rows, dict.fromkeys(pieces, product), on_hand, key)
    follow_after_commit(pieces)


@transaction.atomic
def count_news(
    pieces: Mapping[str, Mapping[str, int]],
    *,
    key: str,
    mark: str = "",
    seen: Mapping[str, int] | None = None,
    is_shown: bool = False,
) -> dict[str, Counted]:
    """Take over what a file says is on hand, by product and SKU, where it says something else than
    at the last import. What was Counted of each product.

    A file that still says what it said, or what was written into it here, knows nothing of what was
    sold since. From then on these SKUs are counted. `mark` is the import's own: what it took over
    before it broke off counts as taken over at its next attempt too, whatever was sold since.
    `seen` is as above, of files that say what was on hand when they were written. `is_shown` tells
    that the catalogue is written with what can be had of it.
    """
    said = {sku: number for named in pieces.values() for sku, number in named.items()}
    products = {sku: product for product, named in pieces.items() for sku in named}
    rows = _locked_rows(products)
    seen = seen or {}
    news = {
        row.sku
        for row in rows
        if _is_news(row, products[row.sku], said[row.sku], seen.get(row.sku))
    }
    on_hand = {
        row.sku: said[row.sku] + _since(row, seen) if row.sku in news else row.on_hand
        for row in rows
    }
    for row in rows:
        if row.sku in news:
            row.named, row.named_by, row.written = said[row.sku], mark, None
    _set(rows, products, on_hand, key, is_shown=is_shown)
    if not is_shown:
        follow_after_commit(said)
    taken = news | {row.sku for row in rows if mark and row.named_by == mark}
    left = {row.sku for row in rows if row.on_hand != said[row.sku]} - taken
    return {
        product: Counted(len(taken & named.keys()), len(left & named.keys()))
        for product, named in pieces.items()
    }


def _is_news(row: Stock, product: str, said: int, seen: int | None) -> bool:
    if row.product != product:
        # What another product's file said of this SKU was about other pieces.
        return True
    if seen is None:
        return said not in (row.named, row.written)
    # Of a number that was named before only the file that was written last can say it anew.
    return said != seen and (said != row.named or seen == row.written)


def _since(row: Stock, seen: Mapping[str, int]) -> int:
    """What came since somebody saw so many on hand; less than nothing where some went."""
    return row.on_hand - seen.get(row.sku, row.on_hand)


def _locked_rows(products: Mapping[str, str]) -> list[Stock]:
    """The rows of these SKUs, made where there were none, for a transaction to change."""
    Stock.objects.bulk_create(
        (Stock(sku=sku, product=products[sku]) for sku in sorted(products)), ignore_conflicts=True
    )
    return list(Stock.objects.filter(sku__in=products).locked())


def _set(
    rows: Sequence[Stock],
    products: Mapping[str, str],
    on_hand: Mapping[str, int],
    key: str,
    *,
    is_shown: bool = False,
) -> None:
    moved = []
    for row in rows:
        number = max(0, on_hand[row.sku])
        delta = number - row.on_hand
        if delta:
            row.shown_available = None
            moved.append(
                Movement(sku=row.sku, delta=delta, reason=Movement.Reason.COUNTED, key=key)
            )
        if is_shown:
            row.shown_available = number > 0
        row.on_hand, row.product, row.shared_with = number, products[row.sku], ""
    Movement.objects.bulk_create(moved)
    _write(rows, "on_hand", "product", "shown_available", "shared_with", *NAMED)


def _write(rows: Iterable[Stock], *fields: str) -> None:
    """Write these fields of rows that are there, by one statement.

    An insertion that finds them: as a `bulk_update` it takes ten times as long.
    """
    told = [Stock(**{name: getattr(row, name) for name in ("sku", *fields)}) for row in rows]
    Stock.objects.bulk_create(
        told, update_conflicts=True, unique_fields=["sku"], update_fields=fields
    )


@transaction.atomic
def write_down(skus: Collection[str]) -> dict[str, int]:
    """How many pieces are on hand of each of these SKUs that is counted, for a file.

    Should that file be imported, these numbers are no news.
    """
    rows = list(Stock.objects.locked().filter(sku__in=skus, shared_with=""))
    for row in rows:
        row.written = row.on_hand
    _write(rows, "written")
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

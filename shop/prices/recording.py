"""Every change of a price is written down, whoever made it.

Products are in MongoDB and records in SQL, and no transaction holds both. So what was written is
compared with what is stored, until it is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import transaction
from django.utils import timezone

from shop.catalog.models import Product
from shop.prices.models import PriceRecord

CHUNK = 500
FIELDS = (
    *("sku", "changed", "price_cents", "sale_price_cents", "sale_from", "sale_until"),
    "variants",
)


def record(product: Product, *, is_new: bool = False) -> None:
    """Write down what a product costs from now on, where it differs from what was last written.

    Raises one of DATABASE_ERRORS.
    """
    key = str(product.pk)
    last = None if is_new else PriceRecord.objects.of(key).first()
    # Of a new one nobody else can have written another price meanwhile.
    if _write(product, last, timezone.now()) and not is_new:
        _follow(key)


def record_missed() -> None:
    """Write down what was missed: of products without any record, or that others wrote to.

    Raises one of DATABASE_ERRORS.
    """
    products = Product.objects.only(*FIELDS).order_by("pk").iterator(CHUNK)
    for some in batched(products, CHUNK, strict=False):
        for key in _record_first(some):
            _follow(key)


@transaction.atomic
def _record_first(products: Sequence[Product]) -> list[str]:
    """Write the first record of each that has none; the ids of those whose last says other."""
    by_key = {str(product.pk): product for product in products}
    last = PriceRecord.objects.last_of(by_key)
    PriceRecord.objects.bulk_create(
        PriceRecord(product=key, since=_since(product, None), **_facts(product))
        for key, product in by_key.items()
        if key not in last
    )
    return [key for key, record in last.items() if record.says() != _facts(by_key[key])]


def _follow(key: str) -> None:
    """Make the last record of a product say what is stored of it."""
    while True:
        # In this order: what is saved and recorded in between is found twice rather than undone.
        last = PriceRecord.objects.of(key).first()
        product = Product.objects.only(*FIELDS).filter(pk=key).order_by().first()
        if product is None or not _write(product, last, _since(product, last)):
            return


def _write(product: Product, last: PriceRecord | None, since: datetime) -> bool:
    """Write a record, unless the last one says the same; whether it did."""
    facts = _facts(product)
    if last and last.says() == facts:
        return False
    # The clocks of several machines may differ; the order of the records may not.
    since = max(since, last.since) if last else since
    PriceRecord.objects.create(product=str(product.pk), since=since, **facts)
    return True


def _facts(product: Product) -> dict[str, Any]:
    """What `PriceRecord.says` of a product that costs the same."""
    return {
        "price_cents": product.price_cents,
        "sale_price_cents": product.sale_price_cents,
        "sale_from": _as_stored(product.sale_from),
        "sale_until": _as_stored(product.sale_until),
        "own": {
            offer.sku: offer.price_cents
            for offer in product.offers()
            if offer.price_cents is not None
        },
    }


def _as_stored(moment: datetime | None) -> datetime | None:
    """MongoDB keeps milliseconds."""
    return moment and moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _since(product: Product, last: PriceRecord | None) -> datetime:
    """Since when it has cost what it does: its last save, unless what that cost is known."""
    now = timezone.now()
    if last is None or product.changed > last.since:
        return min(product.changed, now)
    return now

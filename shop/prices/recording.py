"""Every change of a price is written down, whoever made it.

Products are in MongoDB and records in SQL, and no transaction holds both. So what was written is
compared with what is stored, until it is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import transaction
from django.utils import timezone

from shop.catalog.models import Product
from shop.catalog.parts import FormerPrice
from shop.prices.former import former_prices
from shop.prices.models import PriceRecord

CHUNK = 500
FIELDS = (
    *("sku", "changed", "price_cents", "sale_price_cents", "sale_from", "sale_until"),
    *("variants", "status", "former", "revision"),
)


def record(product: Product) -> None:
    """Write down what a product costs from now on, where it differs from what was last written.

    Raises one of DATABASE_ERRORS.
    """
    key = str(product.pk)
    if _write(product, PriceRecord.objects.of(key).first(), timezone.now()):
        _follow(key)


def record_first(products: Iterable[Product]) -> None:
    """Write down what new products cost: of them nobody else can have written another price.

    Raises one of DATABASE_ERRORS.
    """
    now = timezone.now()
    PriceRecord.objects.bulk_create(
        PriceRecord(product=str(product.pk), since=now, **_facts(product)) for product in products
    )


def former_of(product: Product, records: Iterable[PriceRecord]) -> list[FormerPrice]:
    """What its pieces cost before its sale, as if it were saved now.

    `records` are all of it, the oldest first.
    """
    history, facts, now = list(records), _facts(product), timezone.now()
    if not history or history[-1].says() != facts:
        since = max(now, history[-1].since) if history else now
        history.append(PriceRecord(product=str(product.pk), since=since, **facts))
    skus = [offer.sku for offer in product.offers()]
    found = former_prices(history, skus, now, timezone.get_default_timezone())
    return [FormerPrice(sku=sku, cents=cents) for sku, cents in found.items()]


def record_missed() -> None:
    """Write down what was missed: of products without any record, or that others wrote to, and what
    reduced ones cost before.

    Raises one of DATABASE_ERRORS.
    """
    products = Product.objects.only(*FIELDS).order_by("pk").iterator(CHUNK)
    for some in batched(products, CHUNK, strict=False):
        for key in _record_first(some):
            _follow(key)
        _mend_former([product for product in some if product.sale or product.former])


def _mend_former(products: Sequence[Product]) -> None:
    """Have the catalogue say what they cost before, but where somebody writes to it meanwhile."""
    if not products:
        return
    histories = PriceRecord.objects.histories_of(str(product.pk) for product in products)
    for product in products:
        former = former_of(product, histories[str(product.pk)]) if product.sale else []
        if _told(former) != _told(product.former):
            unchanged = Product.objects.filter(pk=product.pk, revision=product.revision)
            unchanged.update(former=former)


def _told(former: Sequence[FormerPrice]) -> dict[str, int]:
    return {one.sku: one.cents for one in former}


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
        "offered": product.is_sold,
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

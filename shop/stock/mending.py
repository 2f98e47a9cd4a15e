"""Sizes and counts that lost each other, as when one database came back older than the other.

Sizes are in MongoDB, counts in SQL, and no transaction holds both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import batched
from typing import NamedTuple

from django.db import transaction

from shop.catalog.models import Product
from shop.stock.counting import stop_counting
from shop.stock.following import CHUNK, show_all_again
from shop.stock.models import Movement, Reservation, ReservedLine, Stock

# Who is behind it, in the movements.
KEY = "reconcile_stock"


class Differences(NamedTuple):
    """What does not fit together, by SKU.

    `uncounted` are sizes without a count, which are sold for as long as they show as available,
    with their product; `moved` counts under a product that does not have them, with the one that
    does; `orphans` counts that no product has. `kept` are such counts that a reservation or a sale
    refers to, so that pieces may still come back: they are left as they are.
    """

    uncounted: Mapping[str, str]
    moved: Mapping[str, str]
    orphans: Collection[str]
    kept: Collection[str]


def differences() -> Differences:
    """Compare every size with every count. What is not counted on purpose is no difference.

    In a shop that counts nothing there is none. Raises one of DATABASE_ERRORS.
    """
    # In this order: what is counted meanwhile is found uncounted, which `mend` looks at again.
    counted = dict(Stock.objects.values_list("sku", "product"))
    if not counted:
        return Differences({}, {}, (), ())
    products = _products_by_sku()
    lost = [sku for sku in counted if sku not in products]
    kept = set(_referred_to(lost))
    missing = [sku for sku in products if sku not in counted]
    on_purpose = set(_stopped_on_purpose(missing))
    return Differences(
        uncounted={sku: products[sku][0] for sku in missing if sku not in on_purpose},
        moved={
            sku: products[sku][0]
            for sku, product in counted.items()
            if sku in products and product not in products[sku]
        },
        orphans=[sku for sku in lost if sku not in kept],
        kept=sorted(kept),
    )


def mend(found: Differences) -> None:
    """Make them fit, and write down in the movements what was changed.

    Nobody knows how many pieces there are of an uncounted size, so there are none until somebody
    counts. Of a count that is ended, the movements stay. Raises one of DATABASE_ERRORS.
    """
    for sku, product in found.uncounted.items():
        _count_from_zero(sku, product)
    for sku, product in found.moved.items():
        Stock.objects.filter(sku=sku).update(product=product)
    for sku in found.orphans:
        stop_counting(sku, key=KEY)
    show_all_again()


@transaction.atomic
def _count_from_zero(sku: str, product: str) -> None:
    _, created = Stock.objects.get_or_create(sku=sku, defaults={"product": product})
    if created:
        Movement.objects.create(sku=sku, delta=0, reason=Movement.Reason.COUNTED, key=KEY)


def _products_by_sku() -> dict[str, list[str]]:
    """The ids of the products that sell each SKU, which is one unless a merchant errs."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    products = Product.objects.only("sku", "available", "variants").order_by("pk")
    for product in products.iterator(CHUNK):
        for offer in product.offers():
            found[offer.sku].append(str(product.pk))
    return found


def _referred_to(skus: Collection[str]) -> Iterator[str]:
    """Those of which pieces are held, or sold so lately that they may come back."""
    states = (Reservation.State.HELD, Reservation.State.SOLD)
    for some in batched(skus, CHUNK, strict=False):
        lines = ReservedLine.objects.filter(sku__in=some, reservation__state__in=states)
        yield from lines.values_list("sku", flat=True)


def _stopped_on_purpose(skus: Collection[str]) -> Iterator[str]:
    """Those that a person ended the counting of, which is their last movement."""
    for some in batched(skus, CHUNK, strict=False):
        last = {moved.sku: moved for moved in Movement.objects.filter(sku__in=some).order_by("id")}
        for sku, moved in last.items():
            if moved.reason == Movement.Reason.COUNTED and moved.delta < 0 and moved.key:
                yield sku

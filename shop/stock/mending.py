"""Sizes and counts that lost each other, as when one database came back older than the other.

Sizes are in MongoDB, counts in SQL, and no transaction holds both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import batched
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max

from shop.catalog.models import Product
from shop.stock.counting import stop_counting
from shop.stock.following import CHUNK, show_all_again
from shop.stock.models import Movement, Reservation, ReservedLine, Stock

# Who is behind it, in the movements.
KEY = "reconcile_stock"


class Differences(NamedTuple):
    """What does not fit together, by SKU.

    `lost` are sizes that were counted and are not, though nobody ended it, with their product: they
    are sold for as long as they show as available. `moved` are counts under a product that does not
    have them, with the one that does; `orphans` counts that no product has. `kept` are such counts
    that a reservation or a sale refers to, so that pieces may still come back: they are left as
    they are.

    `uncounted` are sizes of which SQL knows no count at all. Most shops that have some want it so,
    and only a person can tell whether they were counted after the backup was made.
    """

    lost: Mapping[str, str]
    moved: Mapping[str, str]
    orphans: Collection[str]
    kept: Collection[str]
    uncounted: Mapping[str, str]

    @property
    def fit(self) -> bool:
        """Whether there is no difference, as far as can be told."""
        return not any((self.lost, self.moved, self.orphans, self.kept))


def differences() -> Differences:
    """Compare every size with every count. What is not counted on purpose is no difference.

    In a shop that never counted anything there is none. Raises one of DATABASE_ERRORS.
    """
    # In this order: what is counted meanwhile is found without a count, and `mend` looks again.
    counted = dict(Stock.objects.values_list("sku", "product"))
    if not counted and not Movement.objects.exists():
        return Differences({}, {}, (), (), {})
    products = _products_by_sku()
    alone = [sku for sku in counted if sku not in products]
    kept = set(_referred_to(alone))
    missing = [sku for sku in products if sku not in counted]
    last = {moved.sku: moved for moved in _last_movements(missing)}
    return Differences(
        lost={sku: products[sku][0] for sku in last if not _is_stopped_on_purpose(last[sku])},
        moved={
            sku: products[sku][0]
            for sku, product in counted.items()
            if sku in products and product not in products[sku]
        },
        orphans=[sku for sku in alone if sku not in kept],
        kept=sorted(kept),
        uncounted={sku: products[sku][0] for sku in missing if sku not in last},
    )


def mend(found: Differences, *, uncounted_too: bool = False) -> None:
    """Make them fit, and write down in the movements what was changed.

    Nobody knows how many pieces there are of a size whose count is lost, so there are none until
    somebody counts; the same for what was never counted, where that is asked for. Of a count that
    is ended, the movements stay. Raises one of DATABASE_ERRORS.
    """
    from_zero = {**found.lost, **(found.uncounted if uncounted_too else {})}
    for sku, product in from_zero.items():
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


def _last_movements(skus: Collection[str]) -> Iterator[Movement]:
    """The last one of each SKU that has any."""
    for some in batched(skus, CHUNK, strict=False):
        grouped = Movement.objects.filter(sku__in=some).order_by().values("sku")
        last = grouped.annotate(last=Max("id")).values("last")
        yield from Movement.objects.filter(pk__in=last)


def _is_stopped_on_purpose(last: Movement) -> bool:
    """Whether a person ended the counting, and not what happened to the product.

    Who moved the pieces to another SKU ended it for this one.
    """
    if last.reason == Movement.Reason.MOVED:
        return True
    return last.reason == Movement.Reason.STOPPED and last.key not in ("", KEY)

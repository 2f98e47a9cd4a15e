"""Pieces that get another SKU: their count goes with them, and so does who holds them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db import transaction

from shop.stock.models import Movement, Reservation, ReservedLine, Stock

# Whose pieces are still to be taken, or may be yet.
UNSOLD = (Reservation.State.HELD, Reservation.State.EXPIRED)


@transaction.atomic
def move(moved: Mapping[str, str]) -> None:
    """Count under the new SKUs what was counted under the ones before, their keys.

    No SKU is both. Doing it again changes nothing.
    """
    for before, now in moved.items():
        _move(before, now)


@transaction.atomic
def count_from_zero(product: str, came: Iterable[str], went: Collection[str]) -> None:
    """Count the SKUs that came to a product while others went that were counted.

    Nobody can tell how many there are of which; uncounted they would be sold without end.
    """
    counted = Stock.objects.filter(sku__in=went, product=product).order_by("sku").first()
    if counted is None:
        return
    for sku in came:
        facts = {"product": product, "shared_with": counted.sku}
        _, is_new = Stock.objects.get_or_create(sku=sku, defaults=facts)
        if is_new:
            _note(sku, 0, Movement.Reason.COUNTED, counted.sku)


def followed(sku: str) -> str:
    """The SKU by which what was sold as this one is counted now: itself, unless it was moved."""
    while not Stock.objects.filter(sku=sku).exists():
        last = Movement.objects.filter(sku=sku).first()
        if last is None or last.reason != Movement.Reason.MOVED:
            break
        sku = last.key
    return sku


def is_counted(sku: str) -> bool:
    """Whether what was sold as this one is counted, be it by another SKU now."""
    return Stock.objects.filter(sku=followed(sku)).exists()


def _move(before: str, now: str) -> None:
    rows = {row.sku: row for row in Stock.objects.filter(sku__in=(before, now)).locked()}
    if (row := rows.get(before)) is None:
        return
    if (left := rows.get(now)) is not None:
        # Of a size that is gone, or a product: whoever has the SKU now is this one.
        _note(now, -left.on_hand, Movement.Reason.STOPPED, before)
        left.delete()
    _note(before, -row.on_hand, Movement.Reason.MOVED, now)
    _note(now, row.on_hand, Movement.Reason.COUNTED, before)
    Stock.objects.filter(pk=row.pk).update(sku=now, offered=True, shown_available=None)
    unsold = ReservedLine.objects.filter(sku=before, reservation__state__in=UNSOLD)
    # Who holds pieces that had this SKU in former times as well.
    unsold.exclude(reservation__lines__sku=now).update(sku=now)


def _note(sku: str, delta: int, reason: Movement.Reason, key: str) -> None:
    Movement.objects.create(sku=sku, delta=delta, reason=reason, key=key)

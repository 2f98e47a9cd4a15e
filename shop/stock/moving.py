"""Pieces that get another SKU: their count goes with them, and so does who holds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db import transaction

from shop.stock.models import Movement, Reservation, ReservedLine, Stock


@transaction.atomic
def move(moved: Mapping[str, str]) -> None:
    """Count under the new SKUs what was counted under the ones before, their keys.

    Doing it again changes nothing. SKUs that sizes exchange among each other keep their pieces, as
    nobody can tell whether the labels were changed or the names.
    """
    for before, now in _in_turn(moved):
        _move(before, now)


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


def _in_turn(moved: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each once its new SKU is free of its own former pieces; never those that go in a circle."""
    left = dict(moved)
    while free := [before for before, now in left.items() if now not in left]:
        for before in free:
            yield before, left.pop(before)


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
    held = ReservedLine.objects.filter(sku=before, reservation__state=Reservation.State.HELD)
    # Who holds pieces that had this SKU in former times as well.
    held.exclude(reservation__lines__sku=now).update(sku=now)


def _note(sku: str, delta: int, reason: Movement.Reason, key: str) -> None:
    Movement.objects.create(sku=sku, delta=delta, reason=reason, key=key)

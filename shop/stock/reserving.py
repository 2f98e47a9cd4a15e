"""Pieces are reserved for a while, then sold or let go; nothing here sells what is not there.

Whoever changes something locks its reservation first and then the stock in the order of the SKUs,
so no two wait for each other. The locks last for a few statements: nobody pays while they are held.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from shop.stock.following import follow_after_commit
from shop.stock.models import Movement, Reservation, ReservedLine, Stock
from shop.stock.moving import followed

# What `available` says of a SKU that is not counted: more than anybody may put into a basket.
UNCOUNTED = 1_000_000


class SoldOut(Exception):
    """There are not enough pieces. `available` says how many there are of each SKU in want."""

    def __init__(self, available: Mapping[str, int]) -> None:
        super().__init__(f"not enough pieces of {', '.join(sorted(available))}")
        self.available = dict(available)


class NotReserved(LookupError):
    """Nothing was ever reserved under the key, or it was let go on purpose."""


class AlreadySold(Exception):
    """The pieces under the key are sold, so nothing else can be reserved under it."""


def available(skus: Collection[str], *, but: str = "") -> dict[str, int]:
    """How many pieces of each SKU can be had: on hand and not held by a living reservation.

    UNCOUNTED for a SKU without stock. The reservation with the key `but` is left out of account,
    for those who look at what they hold themselves.
    """
    counted = Stock.objects.filter(sku__in=set(skus)).with_free(but=but)
    return dict.fromkeys(skus, UNCOUNTED) | dict(counted.values_list("sku", F("free")))


def holds(key: str) -> bool:
    """Whether pieces are held under the key just now."""
    reservation = Reservation.objects.filter(key=key).first()
    return reservation is not None and reservation.is_living


@transaction.atomic
def reserve(key: str, wants: Mapping[str, int], *, seconds: int) -> Reservation:
    """Hold these pieces (SKU -> how many) under the key for so long: all of them or none.

    A repeated call holds them for so long from now on; one with other wants replaces what is
    held. Raises SoldOut, with what was held before left as it is; AlreadySold when other pieces
    were sold under the key; ValueError for no pieces.
    """
    if not wants or min(wants.values()) < 1:
        raise ValueError(f"nobody can reserve {dict(wants)}")
    wants = _as_sold_now(wants)
    now = timezone.now()
    reservation, _ = Reservation.objects.select_for_update().get_or_create(
        key=key, defaults={"expires": now}
    )
    before = reservation.wants()
    if reservation.state == Reservation.State.SOLD and before != wants:
        raise AlreadySold(key)
    if reservation.state == Reservation.State.SOLD:
        return reservation
    if before != wants or not reservation.is_living:
        _lock(wants)
        _refuse_unless_there(wants, available(wants, but=key))
        _replace_lines(reservation, wants)
        reservation.state = Reservation.State.HELD
        follow_after_commit([*before, *wants])
    reservation.expires = now + timedelta(seconds=seconds)
    reservation.save()
    return reservation


@transaction.atomic
def commit(key: str) -> None:
    """The pieces under the key are sold. Selling them a second time changes nothing.

    A reservation whose time is over is still sold if the pieces are there. Raises SoldOut if they
    are not, NotReserved if there is nothing to sell.
    """
    reservation = _reservation(key)
    if reservation is None or reservation.state == Reservation.State.RELEASED:
        raise NotReserved(key)
    if reservation.state == Reservation.State.SOLD:
        return
    wants = reservation.wants()
    on_hand = _lock(wants)
    # Who holds pieces need not care what others hold; who comes late must leave them theirs.
    _refuse_unless_there(wants, on_hand if reservation.is_living else available(wants, but=key))
    for sku, quantity in wants.items():
        _move(sku, -quantity, Movement.Reason.SOLD, key)
    reservation.state = Reservation.State.SOLD
    reservation.save()
    follow_after_commit(wants)


@transaction.atomic
def release(key: str) -> None:
    """Let the pieces under the key go. Pieces that are sold stay sold: `restock` brings those back.

    Changes nothing where nothing is held.
    """
    reservation = _reservation(key)
    if reservation is None or reservation.state == Reservation.State.SOLD:
        return
    reservation.state = Reservation.State.RELEASED
    reservation.save()
    follow_after_commit(reservation.wants())


@transaction.atomic
def give_way(key: str) -> None:
    """End the time of what is held: others may have it, and it is sold if it is still there.

    Changes nothing where nothing is held.
    """
    reservation = _reservation(key)
    if reservation is None or not reservation.is_living:
        return
    reservation.expires = timezone.now()
    reservation.save()
    follow_after_commit(reservation.wants())


@transaction.atomic
def restock(sku: str, quantity: int, reason: str, *, key: str = "") -> None:
    """Sold pieces have come back, for one of Movement.Reason; a SKU that is not counted stays so.

    They come to the SKU by which they are sold now.

    Not idempotent: call it in the transaction that says why, in the order of the SKUs where there
    are several. Raises ValueError for no pieces.
    """
    if quantity < 1:
        raise ValueError(f"nobody can bring {quantity} pieces back")
    now = followed(sku)
    _move(now, quantity, Movement.Reason(reason), key)
    follow_after_commit([now])


def _as_sold_now(wants: Mapping[str, int]) -> dict[str, int]:
    """The same pieces by the SKUs that they have got since somebody wanted them."""
    moved = Movement.objects.filter(sku__in=wants, reason=Movement.Reason.MOVED)
    known = set(moved.values_list("sku", flat=True))
    found: Counter[str] = Counter()
    for sku, quantity in wants.items():
        found[followed(sku) if sku in known else sku] += quantity
    return dict(found)


def _reservation(key: str) -> Reservation | None:
    return Reservation.objects.select_for_update().filter(key=key).first()


def _lock(skus: Iterable[str]) -> dict[str, int]:
    """Lock the stock of these SKUs; the pieces on hand of those that are counted.

    What is held must be counted afterwards: before, others may be at it.
    """
    return dict(Stock.objects.filter(sku__in=skus).locked().values_list("sku", "on_hand"))


def _refuse_unless_there(wants: Mapping[str, int], there: Mapping[str, int]) -> None:
    wanted = {sku: there.get(sku, UNCOUNTED) for sku in wants}
    short = {sku: pieces for sku, pieces in wanted.items() if pieces < wants[sku]}
    if short:
        raise SoldOut(short)


def _replace_lines(reservation: Reservation, wants: Mapping[str, int]) -> None:
    reservation.lines.all().delete()
    ReservedLine.objects.bulk_create(
        ReservedLine(reservation=reservation, sku=sku, quantity=quantity)
        for sku, quantity in wants.items()
    )


def _move(sku: str, delta: int, reason: Movement.Reason, key: str) -> None:
    """Change the pieces on hand of a SKU that is counted, and write it down."""
    if Stock.objects.filter(sku=sku).update(on_hand=F("on_hand") + delta, shown_available=None):
        Movement.objects.create(sku=sku, delta=delta, reason=reason, key=key)

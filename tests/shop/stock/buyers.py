"""Buyers who buy at once: what tests.crowds calls in processes of their own."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection
from django.db.models import Sum

PIECES = {"COAT-M": 1, "SCARF": 1}


def count(pieces: int) -> None:
    """So many of each are there."""
    from shop.stock import counting

    counting.count("0" * 24, dict.fromkeys(PIECES, pieces))


def state() -> dict[str, Any]:
    from shop.stock.models import Movement, Reservation, Stock

    return {
        "on_hand": dict(Stock.objects.values_list("sku", "on_hand")),
        "moved": dict(Movement.objects.order_by().values_list("sku").annotate(Sum("delta"))),
        "sold": list(Reservation.objects.filter(state="sold").values_list("key", flat=True)),
    }


def buy(name: str, buyers: int, trouble: int) -> dict[str, str]:
    """What became of each buyer, by the key of their reservation.

    With `trouble` above 0 so many of a hundred dither, are refused by their bank or come late.
    """
    start = Barrier(buyers)
    with ThreadPoolExecutor(buyers) as pool:
        return dict(
            pool.map(lambda number: _outcome(f"{name}-{number}", start, trouble), range(buyers))
        )


def _outcome(key: str, start: Barrier, trouble: int) -> tuple[str, str]:
    chance = random.Random(key)
    try:
        connection.ensure_connection()
    except Exception:
        # Or the others would wait for it for ever.
        start.abort()
        raise
    start.wait()
    try:
        return key, _buy(key, chance, trouble)
    except Exception as error:
        return key, repr(error)
    finally:
        connection.close()


def _buy(key: str, chance: random.Random, trouble: int) -> str:
    from shop.stock import reserving

    # Everybody names the pieces in another order, as baskets do.
    wants = dict(chance.sample(sorted(PIECES.items()), len(PIECES)))
    mishap = (
        chance.choice(("dithers", "refused", "late")) if chance.random() * 100 < trouble else ""
    )
    try:
        reserving.reserve(key, wants, seconds=0 if mishap == "late" else 600)
        if mishap == "dithers":
            reserving.reserve(key, {"SCARF": 2}, seconds=600)
            reserving.reserve(key, wants, seconds=600)
        if mishap == "refused":
            reserving.release(key)
            return "refused"
        reserving.commit(key)
    except reserving.SoldOut:
        reserving.release(key)
        return "sold out"
    return "bought"

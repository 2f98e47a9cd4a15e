"""Learns anew from events and orders, beside what is known, and publishes it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import batched
from typing import Any

import numpy as np

from claims import locks
from recommender.behaviour.crowd import Crowd
from recommender.behaviour.pairs import Pairs
from shop.catalog.live.table import keys_of
from shop.events.models import RANDOM_BITS, Event, Kind
from shop.orders.models import Order, OrderLine
from shop.taste import crowd
from shop.taste.crowd import People

logger = logging.getLogger(__name__)

CHUNK = 20_000
# So few orders are there of most things that less is needed to believe what goes with what.
SHRINKAGE_OF_ORDERS = 2.0
# What is said of others must be true of so many visitors, or orders, that it tells of nobody.
EVIDENCE = 3


def build(*, always: bool = False) -> bool:
    """Publish what everybody does, if anything happened since or was forgotten, or `always`;
    whether it did.

    False too where another process of this machine is building. Raises what the database raises,
    and OSError where the disk is full.
    """
    crowd.folder().mkdir(parents=True, exist_ok=True)
    with locks.open_lock(crowd.folder() / "lock") as file:
        if not locks.try_exclusive(file):
            return False
        until = {"event": _last(Event), "line": _last(OrderLine), "events": Event.objects.count()}
        if not always and until == crowd.made_until():
            return False
        made = _people()
        name = crowd.publish(made, until)
        logger.info("The snapshot %s knows what goes with %d products.", name, len(made.keys))
        return True


def _last(model: Any) -> int:
    return int(model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0)


def _people() -> People:
    events = Event.objects.exclude(kind=Kind.SEARCH).exclude(product="").order_by("pk")
    visit, at, seen = _columns(events.values_list("visit", "pk", "product"))
    lines = OrderLine.objects.filter(order__in=Order.objects.sold()).order_by("pk")
    order, _, ordered = _columns(lines.values_list("order", "pk", "product"))
    keys, numbers = np.unique(np.concatenate([seen, ordered]), return_inverse=True)
    item, bought = numbers[: len(seen)], numbers[len(seen) :]
    seconds = (at >> RANDOM_BITS) // 1000
    return People(
        keys,
        Crowd.of(visit, item, seconds, len(keys)),
        Pairs.of(visit, item, len(keys), least=EVIDENCE),
        Pairs.of(order, bought, len(keys), SHRINKAGE_OF_ORDERS, EVIDENCE),
    )


def _columns(rows: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two columns of numbers, int64 (n,), and one of products' keys, S12 (n,)."""
    parts = [tuple(zip(*some, strict=True)) for some in _batches(rows)]
    numbers = [np.array([n for part in parts for n in part[place]], np.int64) for place in (0, 1)]
    return numbers[0], numbers[1], keys_of([id for part in parts for id in part[2]])


def _batches(rows: Any) -> Iterator[tuple[Any, ...]]:
    return batched(rows.iterator(chunk_size=CHUNK), CHUNK, strict=False)

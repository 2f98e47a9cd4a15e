"""Writing down what a visitor does, at the cost of one word with Redis.

An event goes onto a list in the broker's Redis, which keeps it over a crash, and a worker writes
many of them at once (`writing`). While Redis is away they are lost: no page waits for them.
"""

from __future__ import annotations

import json

from django.db import DatabaseError
from django.http import HttpRequest

from shop.events import visits
from shop.events.models import LONGEST_PANEL, LONGEST_WORDS, Kind, new_id
from shop.limits.counting import counts
from shop.limits.shared_redis import redis

WAITING = "events"
# Should no worker take them, Redis does not fill up.
MOST_WAITING = 200_000

# What is kept for the visitor anyway, so that a number may come with it.
KEPT = frozenset({Kind.WISH, Kind.BAG, Kind.BUY})


def record(
    request: HttpRequest,
    kind: Kind,
    product: str = "",
    *,
    words: str = "",
    panel: str = "",
    place: int | None = None,
) -> None:
    """Write down what a visitor did, if something is kept of them at all.

    `product` is an id of the catalogue, `panel` and `place` (from 1) say where the link stood.
    """
    try:
        begins = kind in KEPT or request.user.is_authenticated
        visit = visits.begin(request) if begins else visits.visit_of(request)
    except DatabaseError:
        # Nobody can tell whose it is.
        return
    if visit is None:
        return
    row = {
        "id": new_id(),
        "visit": visit,
        "kind": kind.value,
        "product": product,
        "panel": panel[:LONGEST_PANEL],
        "place": place,
        "words": " ".join(words.replace("\0", " ").split())[:LONGEST_WORDS],
    }
    counts().ask(lambda: _push(json.dumps(row)), lambda: None)


def _push(row: str) -> None:
    if redis().rpush(WAITING, row) > MOST_WAITING:
        redis().rpop(WAITING)

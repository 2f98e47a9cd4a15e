"""Wanted, not stocked: what people searched for by a photograph, and the shop has nothing near.

No picture is kept, only what the encoder made of it, rounded, with the day. Nothing is shown of
fewer than `GROUP` searches, and then only what the encoder takes the group for.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

import numpy as np
from django.conf import settings
from django.utils import timezone

from recommender import search
from recommender.behaviour.groups import groups
from recommender.search import Opinions, PhotoVector
from shop.catalog.alike import products_like
from shop.catalog.models import Product
from shop.insights.models import WantedLook
from shop.limits.counting import counts
from shop.limits.shared_redis import redis

# Fewer could be somebody.
GROUP = 5
# Whoever sends every picture there is must not fill the database; so many are grouped, the latest.
MOST_A_DAY, MOST = 1000, 4000
MOST_GROUPS, NEAREST = 12, 3
LOOKS = "wanted:looks"
# From this chance on a picture shows something that a shop of clothes may have.
SHOWS_A_THING = 0.8


@dataclass(frozen=True)
class Wanted:
    """So many searches for one thing, what it seems to be, and what is nearest in the shop."""

    searches: int
    seems: Opinions
    nearest: list[Product]


def note(key: str, query: PhotoVector) -> None:
    """Keep the look of a picture that was searched with in vain, once for its page's `key`.

    Not of one that shows no clothes. Raises recommender.search.SearchUnavailable.
    """
    if search.chance_of_a_thing(query) < SHOWS_A_THING:
        return
    # Whoever has the address of the results cannot be told by it from what is kept.
    nobodys = hashlib.sha256(key.encode()).hexdigest()[:32]
    told = f"{nobodys} {timezone.localdate().isoformat()} {query.encoder} ".encode()
    look = told + query.vector.astype(np.float16).tobytes()
    # As with what is counted by day, a worker brings it into the database.
    counts().ask(lambda: _push(look), lambda: None)


def _push(look: bytes) -> None:
    with redis().pipeline() as at_once:
        at_once.rpush(LOOKS, look)
        at_once.ltrim(LOOKS, 0, MOST_A_DAY - 1)
        at_once.execute()


def write_looks() -> None:
    """Bring what Redis holds into the database. Raises RedisError and what that raises."""
    client = redis()
    taken = cast("list[bytes]", client.lrange(LOOKS, 0, -1))
    for look in map(_look, taken):
        if WantedLook.objects.filter(day=look.day).count() < MOST_A_DAY:
            WantedLook.objects.bulk_create([look], ignore_conflicts=True)
    # Only now: what is written twice is there once.
    client.ltrim(LOOKS, len(taken), -1)


def _look(told: bytes) -> WantedLook:
    key, day, encoder, vector = told.split(b" ", 3)
    seen = date.fromisoformat(day.decode())
    return WantedLook(key=key.decode(), day=seen, encoder=encoder.decode(), vector=vector)


def wanted() -> list[Wanted]:
    """What was wanted and is not stocked, the most wanted first.

    Raises recommender.search.SearchUnavailable.
    """
    encoder = search.serving()
    kept = WantedLook.objects.filter(encoder=encoder).order_by("-pk")[:MOST]
    rows = [np.frombuffer(look.vector, np.float16) for look in kept]
    if len(rows) < GROUP:
        return []
    vectors = _unit(np.stack(rows).astype(np.float32))
    return [_wanted(encoder, vectors[group]) for group in groups(vectors, GROUP)[:MOST_GROUPS]]


def _wanted(encoder: str, vectors: np.ndarray) -> Wanted:
    middle = PhotoVector(encoder, _unit(vectors.mean(axis=0, keepdims=True))[0])
    nearest = [match.product for match in products_like(middle, NEAREST)]
    return Wanted(len(vectors), search.opinions_of(middle), nearest)


def _unit(rows: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), np.float32)


def forget_old() -> None:
    """Drop looks that were kept long enough."""
    end = timezone.localdate() - timedelta(days=settings.WANTED_DAYS)
    WantedLook.objects.filter(day__lt=end).delete()

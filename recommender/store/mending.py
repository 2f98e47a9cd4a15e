"""Finds and heals what should never be: a photograph without its vector, and the reverse."""

from collections.abc import Iterable
from itertools import batched

from recommender.store import tracking
from recommender.store.database import stored, work
from recommender.store.embeddings import EMBEDDED, VECTORS_PER_READ, State
from recommender.store.reading import listed


def lost(encoder: str) -> set[str]:
    """The `_id` of photographs that belong in the index but have no vector. Reads all ids."""
    wanted = set(listed(encoder))
    return wanted.difference(
        found["_id"] for found in stored().find({"encoder": encoder}, {"_id": 1})
    )


def requeue_without_vector(ids: Iterable[str]) -> None:
    """Heal what should never be: documents that speak of a vector that is not there."""
    for id in ids:
        work().update_one({"_id": id, **EMBEDDED}, tracking.requeued(bulk=True, again=False))


def drop_orphans() -> None:
    """Delete vectors whose photograph was removed while a worker, killed since, stored them."""
    tombs = (found["_id"] for found in work().find({"state": State.REMOVED}, {"_id": 1}))
    for some in batched(tombs, VECTORS_PER_READ, strict=False):
        stored().delete_many({"_id": {"$in": list(some)}})

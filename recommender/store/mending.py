"""Finds and heals what should never be: a photograph without its vector, and the reverse."""

from collections.abc import Iterable, Sequence
from itertools import batched

from recommender.store import tracking
from recommender.store.database import Document, stored, work
from recommender.store.embeddings import EMBEDDED, IDS_AT_ONCE, State


def heal(encoders: Sequence[str]) -> None:
    """Have embedded anew what has lost its vector. Costs two counts where nothing has.

    A vector is there before its document says so and goes after it, so there are never fewer. How
    many there are of all encoders the server knows without looking, if not to the last one after a
    crash.
    """
    expected = sum(work().count_documents(_embedded(encoder)) for encoder in encoders)
    if stored().estimated_document_count() < expected:
        for encoder in encoders:
            requeue_without_vector(lost(encoder))


def _embedded(encoder: str) -> Document:
    return {"encoder": encoder, **EMBEDDED}


def lost(encoder: str) -> set[str]:
    """The `_id` of photographs that should have a vector and have none. Reads all ids."""
    wanted = {found["_id"] for found in work().find(_embedded(encoder), {"_id": 1})}
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
    for some in batched(tombs, IDS_AT_ONCE, strict=False):
        stored().delete_many({"_id": {"$in": list(some)}})

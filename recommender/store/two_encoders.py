"""Two encoders side by side: what the one has listed is listed for the other, until one goes."""

from collections.abc import Container
from itertools import batched

from pymongo import UpdateOne

from recommender.store import tracking
from recommender.store.database import Document, stored, work
from recommender.store.embeddings import IDS_AT_ONCE, State, embedding_id


def copy_work(source: str, target: str) -> int:
    """List for the target encoder what the source has listed; returns how many were missing.

    Reading again after writing closes the gap to a removal in between: see switching.py.
    """
    found = work().find({"encoder": target}, {"state": 1})
    states = {document["_id"]: document["state"] for document in found}
    # What was removed while the target served may have come back while the source did.
    there = {id for id, state in states.items() if state != State.REMOVED}
    added = 0
    living = {"encoder": source, "state": {"$ne": State.REMOVED}}
    for some in batched(work().find(living), IDS_AT_ONCE, strict=False):
        missing = [
            found
            for found in some
            if embedding_id(found["item"], found["photo"], target) not in there
        ]
        if missing:
            added += len(missing)
            _copy(missing, target, states.keys())
    return added


def _copy(documents: list[Document], target: str, tombstones: Container[str]) -> None:
    tracking.write([_listed(document, target, tombstones) for document in documents])
    ids = [found["_id"] for found in documents]
    now = {found["_id"]: found for found in work().find({"_id": {"$in": ids}})}
    gone, relisted = [], {}
    for d in documents:
        id, source = embedding_id(d["item"], d["photo"], target), now.get(d["_id"])
        if source is None or source["state"] == State.REMOVED:
            gone.append(id)
        elif source["listed"] != d["listed"]:
            relisted[id] = source["listed"]
    corrections = [
        *map(tracking.tombstone, gone),
        *(tracking.listing(id, to) for id, to in relisted.items()),
    ]
    if corrections:
        tracking.write(corrections)
        tracking.copy_listing(relisted)


def _listed(document: Document, target: str, tombstones: Container[str]) -> UpdateOne:
    item, photo, listed = (document[field] for field in ("item", "photo", "listed"))
    id = embedding_id(item, photo, target)
    if id in tombstones:
        return tracking.return_of(id, listed=listed, bulk=True)
    return tracking.addition(item, photo, target, listed=listed, bulk=True)


def drop_encoder(encoder: str) -> None:
    """Delete everything of an encoder that no index uses any more."""
    work().delete_many({"encoder": encoder})
    stored().delete_many({"encoder": encoder})

"""What is on the work list, what changed on it, and the stored vectors."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from itertools import batched
from typing import NamedTuple

import numpy as np

from recommender.store.database import Document, stored, work
from recommender.store.embeddings import EMBEDDED, IDS_AT_ONCE, UNFINISHED, State

# Subtype 9 holds two bytes (element type, padding), then the numbers, little-endian.
VECTOR_HEADER_BYTES = 2

Progress = Callable[[int, int], None]


class Change(NamedTuple):
    id: str
    live: bool
    changed: dt.datetime


def statuses(items: Sequence[str], encoder: str) -> list[Document]:
    """The living documents of these items, in order of arrival."""
    found = work().find({"item": {"$in": list(items)}}).sort("created", 1)
    return [
        document
        for document in found
        if document["encoder"] == encoder and document["state"] != State.REMOVED
    ]


def counts() -> dict[str, dict[str, int]]:
    """How many photographs are in each state: {encoder: {state: count}}."""
    groups = work().aggregate(
        [{"$group": {"_id": {"encoder": "$encoder", "state": "$state"}, "count": {"$sum": 1}}}]
    )
    result: dict[str, dict[str, int]] = {}
    for group in groups:
        result.setdefault(group["_id"]["encoder"], {})[group["_id"]["state"]] = group["count"]
    return result


def failed_items(encoder: str, most: int) -> list[str]:
    """Items with a photograph that failed, at most so many, the longest failed first."""
    found = work().find({"encoder": encoder, "state": State.FAILED}, {"item": 1})
    # Several photographs of one item may have failed.
    return list(dict.fromkeys(document["item"] for document in found))[:most]


def unfinished(encoder: str) -> int:
    return work().count_documents({"encoder": encoder, "state": {"$in": UNFINISHED}})


def listed(encoder: str) -> dict[str, dt.datetime]:
    """Every photograph that belongs in the index: {_id: changed}."""
    found = work().find(_belonging(encoder), {"changed": 1})
    return {document["_id"]: document["changed"] for document in found}


def _belonging(encoder: str) -> Document:
    """The filter for what belongs in the index."""
    return {"encoder": encoder, "listed": True, **EMBEDDED}


def _is_live(document: Document) -> bool:
    """The same, told by a document of that encoder."""
    return bool(_is_embedded(document) and document["listed"])


def _is_embedded(document: Document) -> bool:
    return document["state"] == State.READY or bool(document.get("again"))


def listed_of(item: str, encoder: str) -> list[str]:
    """The `_id` of each of an item's photographs that belong in the index."""
    return [
        found["_id"]
        for found in work().find({"item": item})
        if found["encoder"] == encoder and _is_live(found)
    ]


def embedded_of(items: Sequence[str], encoder: str) -> list[str]:
    """The `_id` of each photograph of these items that has a vector, be it listed or not."""
    return [
        found["_id"]
        for found in work().find({"item": {"$in": list(items)}})
        if found["encoder"] == encoder and _is_embedded(found)
    ]


def count_listed(encoder: str) -> int:
    """How many photographs belong in the index."""
    return work().count_documents(_belonging(encoder))


def findable(encoder: str) -> set[str]:
    """The `_id` of every vector that MongoDB's own search may find. Reads all ids."""
    query = {"encoder": encoder, "listed": True}
    return {found["_id"] for found in stored().find(query, {"_id": 1})}


def dimension(encoder: str) -> int | None:
    """How many numbers an encoder's vectors have; None where there is no vector."""
    document = stored().find_one({"encoder": encoder})
    return len(_row(document)) if document else None


def changes(encoder: str, since: dt.datetime) -> list[Change]:
    """What was written at or after `since`; `live` says whether it belongs in the index."""
    query = {"encoder": encoder, "changed": {"$gte": since}}
    fields = {"state": 1, "again": 1, "listed": 1, "changed": 1}
    return [
        Change(found["_id"], _is_live(found), found["changed"])
        for found in work().find(query, fields)
    ]


def went_back(seen: Iterable[Change]) -> bool:
    """Whether one of these is older in the store than it was seen, or gone: the store is another.

    Only what was live then is asked about, since tombstones expire.
    """
    known = {change.id: change.changed for change in seen if change.live}
    found = work().find({"_id": {"$in": list(known)}}, {"changed": 1})
    now = {document["_id"]: document["changed"] for document in found}
    return any(id not in now or now[id] < changed for id, changed in known.items())


def count_changes(encoder: str, since: dt.datetime) -> int:
    """How many documents were written after `since`."""
    return work().count_documents({"encoder": encoder, "changed": {"$gt": since}})


def load(ids: Sequence[str], progress: Progress | None = None) -> tuple[list[str], np.ndarray]:
    """Read vectors: the ids that were found and their rows, float32 (n, d).

    A missing one is no error: it may have been removed since its id was read. `progress` is told
    how many are done, of how many.
    """
    found: list[str] = []
    rows: list[np.ndarray] = []
    for some in batched(ids, IDS_AT_ONCE, strict=False):
        for document in stored().find({"_id": {"$in": list(some)}}):
            found.append(document["_id"])
            rows.append(_row(document))
        if progress:
            progress(len(found), len(ids))
    return found, np.stack(rows) if rows else np.empty((0, 0), np.float32)


def _row(document: Document) -> np.ndarray:
    return np.frombuffer(document["vector"], "<f4", offset=VECTOR_HEADER_BYTES)

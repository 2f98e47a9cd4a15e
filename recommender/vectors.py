"""The stored embeddings: the work list and its results.

The work list is the truth about what is to be done; messages only wake workers. Every document
walks waiting -> working -> ready | failed. A vector is stored before its document turns ready, so
that "ready" always means that there is a vector. What a product loses stays as a tombstone
("removed") for a day, long enough for every index to see it.

Each vector carries what MongoDB's own search may be narrowed by: its encoder, its item, and whether
it is listed, which is copied from the work list.

All times are by the server's clock, as workers' clocks may disagree. `lease`, in seconds since
1970, is when a claim ends or, while waiting, when the next attempt may begin.

`again` marks what is embedded anew although it has a vector, which serves until the new one is
stored.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import batched, islice
from typing import Any, NamedTuple

import numpy as np
from bson.binary import Binary, BinaryVectorDtype
from django.utils.translation import gettext as _
from pymongo import ReplaceOne, UpdateOne
from pymongo.errors import BulkWriteError

from recommender import database
from recommender.database import Document, state, stored, work

ATTEMPTS = 3
NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
RETRY_AFTER_S = 5.0
# A store that had no room will not have any at once, and every attempt costs a forward pass.
GIVEN_BACK_FOR_S = 15.0
DUPLICATE_KEY = 11000
# The stand-in fails from 500 ids on: each makes an expression of its query two terms deeper.
VECTORS_PER_READ = 250
# Subtype 9 holds two bytes (element type, padding), then the numbers, little-endian.
VECTOR_HEADER_BYTES = 2

Progress = Callable[[int, int], None]


class State(StrEnum):
    WAITING = "waiting"
    WORKING = "working"
    READY = "ready"
    FAILED = "failed"
    REMOVED = "removed"


UNFINISHED = (State.WAITING, State.WORKING)
# What has a vector; of what is listed, this belongs in the index.
EMBEDDED: Document = {"$or": [{"state": State.READY}, {"again": True}]}


class Job(NamedTuple):
    """A photograph claimed for encoding; `attempts` counts this one."""

    id: str
    photo: str
    attempts: int
    listed: bool


class Batch(NamedTuple):
    """What one claim won; `owner` is its proof."""

    encoder: str
    owner: str
    jobs: list[Job]


class Change(NamedTuple):
    id: str
    live: bool
    changed: dt.datetime


def embedding_id(item: str, photo: str, encoder: str) -> str:
    """The `_id` in both collections. `item` must not contain "|", the others may."""
    return f"{item}|{photo}|{encoder}"


def parts_of(id: str) -> tuple[str, str]:
    """The item and the photograph of an embedding's `_id`."""
    item, _, rest = id.partition("|")
    return item, rest.rpartition("|")[0]


# Wanting and removing


def match_wanted(
    item: str, photos: Sequence[str], *, listed: bool, encoders: Sequence[str], bulk: bool = False
) -> bool:
    """Make the item's documents match the wanted photographs, in one pass.

    Returns whether anything had to be written. A caller repeats the pass until nothing is, which
    closes the gap to whoever wrote between its reading and its writing.
    """
    found = {document["_id"]: document for document in work().find({"item": item})}
    additions = list(_additions(item, photos, found, listed=listed, encoders=encoders, bulk=bulk))
    relisted = _relisted(photos, found, listed=listed)
    gone = [
        id
        for id, document in found.items()
        if document["photo"] not in photos and document["state"] != State.REMOVED
    ]
    if not (additions or relisted or gone):
        return False
    # The vectors first: whoever dies in between leaves a difference that the next pass sees. And
    # once more afterwards, for what a worker stored meanwhile.
    _copy_listing(relisted)
    listings = [_listing(id, value) for id, value in relisted.items()]
    _write([*additions, *listings, *map(_tombstone, gone)])
    _copy_listing(relisted)
    if gone:
        stored().delete_many({"_id": {"$in": gone}})
    if gone or relisted:
        bump()
    return True


def _additions(
    item: str,
    photos: Sequence[str],
    found: dict[str, Document],
    *,
    listed: bool,
    encoders: Sequence[str],
    bulk: bool,
) -> Iterator[UpdateOne]:
    for encoder in encoders:
        for photo in photos:
            id = embedding_id(item, photo, encoder)
            document = found.get(id)
            if document is None:
                yield _addition(item, photo, encoder, listed=listed, bulk=bulk)
            elif document["state"] == State.REMOVED:
                yield UpdateOne(
                    {"_id": id, "state": State.REMOVED}, _requeued(bulk=bulk, listed=listed)
                )


def _addition(item: str, photo: str, encoder: str, *, listed: bool, bulk: bool) -> UpdateOne:
    """An insertion that leaves alone what somebody else inserted meanwhile.

    An upsert, because only an update can ask for the server's clock.
    """
    fresh = {"item": item, "photo": photo, "encoder": encoder, "listed": listed, **_fresh(bulk)}
    return UpdateOne(
        {"_id": embedding_id(item, photo, encoder)},
        {"$setOnInsert": fresh, "$currentDate": {"created": True, "changed": True}},
        upsert=True,
    )


def _fresh(bulk: bool) -> Document:
    return {
        "state": State.WAITING,
        "error": None,
        "attempts": 0,
        "lease": 0.0,
        "owner": None,
        "bulk": bulk,
    }


def _requeued(*, bulk: bool, **more: Any) -> Document:
    return {
        "$set": _fresh(bulk) | more,
        "$unset": {"removed": "", "finished": ""},
        "$currentDate": {"created": True, "changed": True},
    }


def _relisted(
    photos: Sequence[str], found: dict[str, Document], *, listed: bool
) -> dict[str, bool]:
    """Those whose listing changes, and to what."""
    return {
        id: listed
        for id, document in found.items()
        if document["photo"] in photos
        and document["state"] != State.REMOVED
        and document["listed"] != listed
    }


def _listing(id: str, listed: bool) -> UpdateOne:
    return UpdateOne({"_id": id}, {"$set": {"listed": listed}, "$currentDate": {"changed": True}})


def _copy_listing(listed: dict[str, bool]) -> None:
    """Write to the vectors, where they are, whether they are listed."""
    if listed:
        updates = [
            UpdateOne({"_id": id}, {"$set": {"listed": value}}) for id, value in listed.items()
        ]
        stored().bulk_write(updates, ordered=False)


def _tombstone(id: str) -> UpdateOne:
    return UpdateOne(
        {"_id": id},
        {
            "$set": {"state": State.REMOVED, "owner": None, "error": None, "again": False},
            "$currentDate": {"changed": True, "removed": True},
        },
    )


def _write(writes: list[UpdateOne]) -> None:
    """Send the updates; two inserting the same document at once is no error."""
    try:
        work().bulk_write(writes, ordered=False)
    except BulkWriteError as error:
        if any(fault["code"] != DUPLICATE_KEY for fault in error.details["writeErrors"]):
            raise


def requeue(id: str) -> bool:
    """Put a failed photograph back on the list; False where it has not failed."""
    failed = {"_id": id, "state": State.FAILED}
    return work().update_one(failed, _requeued(bulk=False)).modified_count == 1


def requeue_item(item: str, encoders: Sequence[str]) -> int:
    """Have an item's photographs embedded anew, as their files changed; returns how many there are.

    The vectors that there are serve until the new ones are stored.
    """
    mine = {"item": item, "encoder": {"$in": list(encoders)}}
    work().update_many(mine | {"state": State.READY}, _requeued(bulk=False, again=True))
    # What a worker is at, it may have read before its file changed.
    unready = mine | {"state": {"$in": [*UNFINISHED, State.FAILED]}}
    return work().update_many(unready, _requeued(bulk=False)).matched_count


def requeue_without_vector(ids: Iterable[str]) -> None:
    """Heal what should never be: documents that speak of a vector that is not there."""
    for id in ids:
        work().update_one({"_id": id, **EMBEDDED}, _requeued(bulk=True, again=False))


# Claiming and finishing


def claim(encoder: str, *, limit: int, lease: float) -> Batch | None:
    """Claim up to `limit` photographs for `lease` seconds; None where there is nothing to do.

    First come people's uploads, then bulk imports, each in order of arrival. What was tried before
    is claimed alone: if it was one picture that brought its worker down, its fellows of that batch
    must not go down with it again.
    """
    while candidates := _candidates(encoder, limit):
        spent = [found["_id"] for found in candidates if found["attempts"] >= ATTEMPTS]
        if spent:
            _give_up(spent)
            continue
        untried = [found for found in candidates if found["attempts"] == 0]
        batch = _claimed(encoder, untried or candidates[:1], lease)
        if batch.jobs:
            return batch
    return None


def _free(**more: Any) -> Document:
    """The filter for what nobody works on: its lease, if any, has run out."""
    return {"state": {"$in": UNFINISHED}, "lease": {"$lt": lease_end(0.0)}, **more}


def lease_end(seconds: float) -> float:
    """When a lease ends that begins now, in seconds since 1970 by the store's clock."""
    return database.now().timestamp() + seconds


def _candidates(encoder: str, limit: int) -> list[Document]:
    order = [("bulk", 1), ("created", 1)]
    return list(work().find(_free(encoder=encoder)).sort(order).limit(limit))


def _claimed(encoder: str, candidates: Sequence[Document], lease: float) -> Batch:
    """Each document is claimed by a conditional update: those that carry our mark are ours."""
    owner = uuid.uuid4().hex
    ids = [found["_id"] for found in candidates]
    work().update_many(
        _free(_id={"$in": ids}),
        {
            "$set": {"state": State.WORKING, "owner": owner, "lease": lease_end(lease)},
            "$inc": {"attempts": 1},
            "$currentDate": {"changed": True},
        },
    )
    won = {found["_id"]: found for found in work().find({"_id": {"$in": ids}, "owner": owner})}
    jobs = [_job(won[id]) for id in ids if id in won]
    return Batch(encoder, owner, jobs)


def _job(document: Document) -> Job:
    return Job(document["_id"], document["photo"], document["attempts"], document["listed"])


def _give_up(ids: list[str]) -> None:
    reason = _("The worker stopped %(times)d times while it worked on this photograph.") % {
        "times": ATTEMPTS
    }
    work().update_many(
        _free(_id={"$in": ids}),
        {
            "$set": {"state": State.FAILED, "error": reason, "owner": None},
            "$currentDate": {"changed": True, "finished": True},
        },
    )


def store(batch: Batch, ids: Sequence[str], vectors: np.ndarray) -> None:
    """Store the vectors, float32 (n, d), of some of the batch's photographs and mark them ready.

    A photograph that was removed meanwhile, or whose lease ran out and went to another worker,
    stays as it is.
    """
    listed = {job.id: job.listed for job in batch.jobs}
    stored().bulk_write(
        [
            ReplaceOne(
                {"_id": id}, _vector_document(id, batch.encoder, listed[id], row), upsert=True
            )
            for id, row in zip(ids, vectors, strict=True)
        ],
        ordered=False,
    )
    work().update_many(
        {"_id": {"$in": list(ids)}, "owner": batch.owner},
        {
            "$set": {"state": State.READY, "error": None, "owner": None, "again": False},
            "$currentDate": {"changed": True, "finished": True},
        },
    )
    _follow_the_list({id: listed[id] for id in ids})
    bump()


def _vector_document(id: str, encoder: str, listed: bool, vector: np.ndarray) -> Document:
    item, _ = parts_of(id)
    return {
        "_id": id,
        "item": item,
        "encoder": encoder,
        "listed": listed,
        "vector": binary(vector),
    }


def binary(vector: np.ndarray) -> Binary:
    """A vector, float32 (d,), as MongoDB stores and searches it."""
    return Binary.from_vector(vector, BinaryVectorDtype.FLOAT32)


def _follow_the_list(listed: dict[str, bool]) -> None:
    """Bring just stored vectors up to what happened on the list since they were claimed."""
    now = {
        found["_id"]: found["listed"]
        for found in work().find({"_id": {"$in": list(listed)}}, {"state": 1, "listed": 1})
        if found["state"] != State.REMOVED
    }
    _copy_listing({id: value for id, value in now.items() if value != listed[id]})
    gone = [id for id in listed if id not in now]
    if gone:
        stored().delete_many({"_id": {"$in": gone}})


def fail(batch: Batch, id: str, reason: str) -> None:
    """End a claimed photograph for good: its picture cannot be used."""
    work().update_one(
        {"_id": id, "owner": batch.owner},
        {
            "$set": {"state": State.FAILED, "error": reason, "owner": None},
            "$currentDate": {"changed": True, "finished": True},
        },
    )


def put_back(batch: Batch, job: Job, reason: str) -> None:
    """Return a claimed photograph after a fault that may pass; the last attempt ends it."""
    if job.attempts >= ATTEMPTS:
        fail(batch, job.id, reason)
        return
    # The lease doubles as the time before which nobody tries again.
    later = lease_end(RETRY_AFTER_S * job.attempts)
    work().update_one(
        {"_id": job.id, "owner": batch.owner},
        {
            "$set": {"state": State.WAITING, "error": reason, "owner": None, "lease": later},
            "$currentDate": {"changed": True},
        },
    )


def give_back(batch: Batch) -> None:
    """Return what of a batch came to no end, as if it had never been claimed.

    For faults of the store or of the storage, which say nothing about a picture.
    """
    later = lease_end(GIVEN_BACK_FOR_S)
    work().update_many(
        {"_id": {"$in": [job.id for job in batch.jobs]}, "owner": batch.owner},
        {
            "$set": {"state": State.WAITING, "owner": None, "lease": later},
            "$inc": {"attempts": -1},
            "$currentDate": {"changed": True},
        },
    )


# Looking


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


def unfinished(encoder: str) -> int:
    return work().count_documents({"encoder": encoder, "state": {"$in": UNFINISHED}})


def is_work_free(encoder: str) -> bool:
    """Whether a worker would find something to claim now."""
    return work().find_one(_free(encoder=encoder), {"_id": 1}) is not None


def listed(encoder: str) -> dict[str, dt.datetime]:
    """Every photograph that belongs in the index: {_id: changed}."""
    found = work().find(_belonging(encoder), {"changed": 1})
    return {document["_id"]: document["changed"] for document in found}


def _belonging(encoder: str) -> Document:
    """The filter for what belongs in the index."""
    return {"encoder": encoder, "listed": True, **EMBEDDED}


def _is_live(document: Document) -> bool:
    """The same, told by a document of that encoder."""
    embedded = document["state"] == State.READY or document.get("again", False)
    return embedded and document["listed"]


def listed_of(item: str, encoder: str) -> list[str]:
    """The `_id` of each of an item's photographs that belong in the index."""
    return [
        found["_id"]
        for found in work().find({"item": item})
        if found["encoder"] == encoder and _is_live(found)
    ]


def count_listed(encoder: str) -> int:
    """How many photographs belong in the index."""
    return work().count_documents(_belonging(encoder))


def findable(encoder: str) -> set[str]:
    """The `_id` of every vector that MongoDB's own search may find. Reads all ids."""
    query = {"encoder": encoder, "listed": True}
    return {found["_id"] for found in stored().find(query, {"_id": 1})}


def lost(encoder: str) -> set[str]:
    """The `_id` of photographs that belong in the index but have no vector. Reads all ids."""
    wanted = set(listed(encoder))
    return wanted.difference(
        found["_id"] for found in stored().find({"encoder": encoder}, {"_id": 1})
    )


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
    known = {change.id: change.changed for change in islice(seen, VECTORS_PER_READ) if change.live}
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
    for some in batched(ids, VECTORS_PER_READ, strict=False):
        for document in stored().find({"_id": {"$in": list(some)}}):
            found.append(document["_id"])
            rows.append(_row(document))
        if progress:
            progress(len(found), len(ids))
    return found, np.stack(rows) if rows else np.empty((0, 0), np.float32)


def _row(document: Document) -> np.ndarray:
    return np.frombuffer(document["vector"], "<f4", offset=VECTOR_HEADER_BYTES)


def bump() -> None:
    """Tell every index that there is something to look at; cheap to write and to ask for."""
    state().update_one({"_id": "revision"}, {"$inc": {"value": 1}}, upsert=True)


# Two encoders side by side


def copy_work(source: str, target: str) -> int:
    """List for the target encoder what the source has listed; returns how many were missing.

    Reading again after writing closes the gap to a removal in between: see switching.py.
    """
    there = {found["_id"] for found in work().find({"encoder": target}, {"_id": 1})}
    added = 0
    living = {"encoder": source, "state": {"$ne": State.REMOVED}}
    for some in batched(work().find(living), VECTORS_PER_READ, strict=False):
        missing = [
            found
            for found in some
            if embedding_id(found["item"], found["photo"], target) not in there
        ]
        if missing:
            added += len(missing)
            _copy(missing, target)
    return added


def _copy(documents: list[Document], target: str) -> None:
    _write(
        [_addition(d["item"], d["photo"], target, listed=d["listed"], bulk=True) for d in documents]
    )
    ids = [found["_id"] for found in documents]
    now = {found["_id"]: found for found in work().find({"_id": {"$in": ids}})}
    gone, relisted = [], {}
    for d in documents:
        id, source = embedding_id(d["item"], d["photo"], target), now.get(d["_id"])
        if source is None or source["state"] == State.REMOVED:
            gone.append(id)
        elif source["listed"] != d["listed"]:
            relisted[id] = source["listed"]
    corrections = [*map(_tombstone, gone), *(_listing(id, to) for id, to in relisted.items())]
    if corrections:
        _write(corrections)
        _copy_listing(relisted)


def drop_encoder(encoder: str) -> None:
    """Delete everything of an encoder that no index uses any more."""
    work().delete_many({"encoder": encoder})
    stored().delete_many({"encoder": encoder})


def drop_orphans() -> None:
    """Delete vectors whose photograph was removed while a worker, killed since, stored them."""
    tombs = (found["_id"] for found in work().find({"state": State.REMOVED}, {"_id": 1}))
    for some in batched(tombs, VECTORS_PER_READ, strict=False):
        stored().delete_many({"_id": {"$in": list(some)}})

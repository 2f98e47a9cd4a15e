"""Makes the work list match the photographs that are wanted, and puts them on it anew."""

from collections.abc import Iterator, Sequence
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from recommender.store import database
from recommender.store.database import Document, stored, work
from recommender.store.embeddings import UNFINISHED, State, embedding_id

DUPLICATE_KEY = 11000


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
    copy_listing(relisted)
    listings = [listing(id, value) for id, value in relisted.items()]
    write([*additions, *listings, *map(tombstone, gone)])
    copy_listing(relisted)
    if gone:
        stored().delete_many({"_id": {"$in": gone}})
    if gone or relisted:
        database.bump()
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
                yield addition(item, photo, encoder, listed=listed, bulk=bulk)
            elif document["state"] == State.REMOVED:
                yield return_of(id, listed=listed, bulk=bulk)


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


def addition(item: str, photo: str, encoder: str, *, listed: bool, bulk: bool) -> UpdateOne:
    """An insertion that leaves alone what somebody else inserted meanwhile.

    An upsert, because only an update can ask for the server's clock.
    """
    fresh = {"item": item, "photo": photo, "encoder": encoder, "listed": listed, **_fresh(bulk)}
    return UpdateOne(
        {"_id": embedding_id(item, photo, encoder)},
        {"$setOnInsert": fresh, "$currentDate": {"created": True, "changed": True}},
        upsert=True,
    )


def return_of(id: str, *, listed: bool, bulk: bool) -> UpdateOne:
    """What makes a tombstone wait again, and leaves alone what somebody else made of it."""
    return UpdateOne({"_id": id, "state": State.REMOVED}, requeued(bulk=bulk, listed=listed))


def _fresh(bulk: bool) -> Document:
    return {
        "state": State.WAITING,
        "error": None,
        "attempts": 0,
        "lease": 0.0,
        "owner": None,
        "bulk": bulk,
    }


def requeued(*, bulk: bool, **more: Any) -> Document:
    return {
        "$set": _fresh(bulk) | more,
        "$unset": {"removed": "", "finished": ""},
        "$currentDate": {"created": True, "changed": True},
    }


def listing(id: str, listed: bool) -> UpdateOne:
    return UpdateOne({"_id": id}, {"$set": {"listed": listed}, "$currentDate": {"changed": True}})


def copy_listing(listed: dict[str, bool]) -> None:
    """Write to the vectors, where they are, whether they are listed."""
    if listed:
        updates = [
            UpdateOne({"_id": id}, {"$set": {"listed": value}}) for id, value in listed.items()
        ]
        stored().bulk_write(updates, ordered=False)


def tombstone(id: str) -> UpdateOne:
    return UpdateOne(
        {"_id": id},
        {
            "$set": {"state": State.REMOVED, "owner": None, "error": None, "again": False},
            "$currentDate": {"changed": True, "removed": True},
        },
    )


def write(writes: list[UpdateOne]) -> None:
    """Send the updates; two inserting the same document at once is no error."""
    try:
        work().bulk_write(writes, ordered=False)
    except BulkWriteError as error:
        if any(fault["code"] != DUPLICATE_KEY for fault in error.details["writeErrors"]):
            raise


def requeue(id: str) -> bool:
    """Put a failed photograph back on the list; False where it has not failed."""
    failed = {"_id": id, "state": State.FAILED}
    return work().update_one(failed, requeued(bulk=False)).modified_count == 1


def requeue_item(item: str, encoders: Sequence[str]) -> int:
    """Have an item's photographs embedded anew, as their files changed; returns how many there are.

    The vectors that there are serve until the new ones are stored.
    """
    mine = {"item": item, "encoder": {"$in": list(encoders)}}
    work().update_many(mine | {"state": State.READY}, requeued(bulk=False, again=True))
    # What a worker is at, it may have read before its file changed.
    unready = mine | {"state": {"$in": [*UNFINISHED, State.FAILED]}}
    return work().update_many(unready, requeued(bulk=False)).matched_count

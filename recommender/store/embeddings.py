"""What a document of the work list is: its states, its id, and what has a vector."""

import datetime as dt
from enum import StrEnum

from recommender.store.database import Document

NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# However many there are, so many go in one request: a command has room for 16 MB, and others have
# their turn in between.
IDS_AT_ONCE = 250


class State(StrEnum):
    WAITING = "waiting"
    WORKING = "working"
    READY = "ready"
    FAILED = "failed"
    REMOVED = "removed"


UNFINISHED = (State.WAITING, State.WORKING)
# What has a vector; of what is listed, this belongs in the index.
EMBEDDED: Document = {"$or": [{"state": State.READY}, {"again": True}]}


def embedding_id(item: str, photo: str, encoder: str) -> str:
    """The `_id` in both collections. `item` must not contain "|", the others may."""
    return f"{item}|{photo}|{encoder}"


def item_of(id: str) -> str:
    """The item of an embedding's `_id`."""
    return id.partition("|")[0]


def parts_of(id: str) -> tuple[str, str]:
    """The item and the photograph of an embedding's `_id`."""
    item, _, rest = id.partition("|")
    return item, rest.rpartition("|")[0]

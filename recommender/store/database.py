"""The recommender's MongoDB collections: one client per process, made at the first use."""

import atexit
import datetime as dt
import os
from functools import cache
from typing import Any

from pymongo import IndexModel, MongoClient
from pymongo.collection import Collection

from claims import leases
from recommender.conf import conf

Document = dict[str, Any]

TOMBSTONE_LIFE_S = 24 * 3600
REPORT_LIFE_S = 300


def work() -> Collection[Document]:
    """The work list: one small document per (item, photograph, encoder)."""
    return _collections(os.getpid(), conf.MONGODB_NAME)[0]


def stored() -> Collection[Document]:
    """The vectors, under the same `_id`; apart, because reading the list must not read them."""
    return _collections(os.getpid(), conf.MONGODB_NAME)[1]


def state() -> Collection[Document]:
    """A handful of documents: whose store this is, its revision, the encoder, the index's jobs."""
    return _collections(os.getpid(), conf.MONGODB_NAME)[2]


def reports() -> Collection[Document]:
    """One small document per process; it expires with its process."""
    return _collections(os.getpid(), conf.MONGODB_NAME)[3]


def now() -> dt.datetime:
    """What the store's clock says: leases and ages go by it, as machines may disagree."""
    return leases.now(_client(os.getpid()))


def bump() -> None:
    """Tell every index that there is something to look at; cheap to write and to ask for."""
    state().update_one({"_id": "revision"}, {"$inc": {"value": 1}}, upsert=True)


def make_indexes_anew() -> None:
    """Have the next access make the indexes, which a database that was dropped has lost."""
    _collections.cache_clear()


# The process id is part of the key because a client must not be used across a fork.
@cache
def _collections(pid: int, name: str) -> tuple[Collection[Document], ...]:
    database = _client(pid)[name]
    listed, vectors = database["embedding_work"], database["embedding_vectors"]
    reports = database["index_reports"]
    _ensure(
        listed,
        IndexModel("item"),
        IndexModel("changed"),
        IndexModel(["encoder", "state", "bulk", "created"]),
        IndexModel("removed", expireAfterSeconds=TOMBSTONE_LIFE_S),
    )
    _ensure(vectors, IndexModel("encoder"))
    _ensure(reports, IndexModel("reported", expireAfterSeconds=REPORT_LIFE_S))
    return listed, vectors, database["recommender_state"], reports


def _ensure(collection: Collection[Document], *indexes: IndexModel) -> None:
    """Make those indexes that are not there.

    Every process asks at its start, and the stand-in takes ten milliseconds to make again what it
    has.
    """
    there = collection.index_information()
    lacking = [index for index in indexes if index.document["name"] not in there]
    if lacking:
        collection.create_indexes(lacking)


@cache
def _client(pid: int) -> MongoClient[Document]:
    client: MongoClient[Document] = MongoClient(
        conf.MONGODB_URI,
        appname="vitrine-recommender",
        tz_aware=True,
        connectTimeoutMS=conf.MONGODB_CONNECT_MS,
        serverSelectionTimeoutMS=conf.MONGODB_PATIENCE_MS,
        socketTimeoutMS=30_000,
    )
    atexit.register(client.close)
    return client

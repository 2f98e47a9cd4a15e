"""What each process says of its index and its clock: one small document in MongoDB, renewed while
it lives.

So any of them can tell how all of them stand, on whatever machine. An idle process writes once in
ten seconds, from the thread that looks for changes; a worker, which has no index, at its sweeps.
"""

import contextlib
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import psutil
from pymongo.errors import PyMongoError

from recommender.store import database
from recommender.store.database import Document, reports

UNCHANGED_EVERY_S = 10.0
CHANGED_EVERY_S = 2.0
# Three reports missed, and a process is taken to have ended.
ALIVE_S = 30.0


class Contents(NamedTuple):
    """What a process answers from.

    `fresh` counts the vectors that came since the snapshot, `removed` those of the snapshot that
    were replaced or removed since. All three counts, and the store's `revision` that they are of,
    are None where MongoDB searches.
    """

    encoder: str
    fingerprint: str
    rows: int | None = None
    fresh: int | None = None
    removed: int | None = None
    snapshot: str | None = None
    revision: int | None = None


class Process(NamedTuple):
    """A process that has an index. `looked` is how many seconds ago it is known to have looked for
    changes, `silent` for how many it has said nothing, `memory` the resident bytes, which include
    what it shares with others.
    """

    host: str
    pid: int
    program: str
    contents: Contents
    looked: float
    silent: float
    memory: int


class Clock(NamedTuple):
    """How many seconds a process's clock is ahead of the store's; what is less than 0 is behind."""

    host: str
    pid: int
    program: str
    ahead: float


class Reporter:
    """Writes this process's report, seldom enough to cost nothing."""

    def __init__(self) -> None:
        self._told: Contents | None = None
        # Monotonic seconds.
        self._tried = float("-inf")

    def tell(self, contents: Contents, age: float) -> None:
        """Report, unless that was done just now. `age` is seconds since the last look.

        While the store is away nothing is reported.
        """
        now = time.monotonic()
        pause = UNCHANGED_EVERY_S if contents == self._told else CHANGED_EVERY_S
        if now - self._tried < pause:
            return
        self._tried = now
        with contextlib.suppress(PyMongoError):
            _write(
                contents=contents._asdict(),
                age=age,
                memory=psutil.Process().memory_info().rss,
            )
            self._told = contents


def tell_clock() -> None:
    """Report the clock of a process that has no index. Raises PyMongoError."""
    _write()


def _write(**more: Any) -> None:
    own = own_clock()
    change = {"$set": own._asdict() | more, "$currentDate": {"reported": True}}
    reports().update_one({"_id": f"{own.host}:{own.pid}"}, change, upsert=True)


def own_clock() -> Clock:
    """This process's clock. Raises PyMongoError."""
    before = time.time()
    stores = database.now().timestamp()
    # The store answered somewhere in between.
    ahead = (before + time.time()) / 2 - stores
    return Clock(socket.gethostname(), os.getpid(), _program(), ahead)


def _program() -> str:
    """What was started: "gunicorn", "celery", "manage.py doctor"."""
    path, *arguments = sys.argv
    name = Path(path).name
    if name == "__main__.py":
        return Path(path).parent.name
    return " ".join([name, *arguments[:1]]) if name == "manage.py" else name


def processes() -> list[Process]:
    """Those that live and have an index, by host and process id."""
    silence = {"$set": {"silence_ms": {"$subtract": ["$$NOW", "$reported"]}}}
    living = {"$match": {"silence_ms": {"$lt": 1000 * ALIVE_S}, "contents": {"$exists": True}}}
    found = reports().aggregate([silence, living, {"$sort": {"host": 1, "pid": 1}}])
    return [_process(document) for document in found]


def clocks() -> list[Clock]:
    """The clocks of all that lived within the last minutes, by host and process id."""
    found = reports().find({"ahead": {"$exists": True}}).sort([("host", 1), ("pid", 1)])
    return [Clock(*(document[name] for name in Clock._fields)) for document in found]


def _process(document: Document) -> Process:
    return Process(
        host=document["host"],
        pid=document["pid"],
        program=document["program"],
        contents=Contents(**document["contents"]),
        looked=document["age"] + document["silence_ms"] / 1000,
        silent=document["silence_ms"] / 1000,
        memory=document["memory"],
    )

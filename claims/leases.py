"""Leases: work that stands in a MongoDB collection, taken up by one worker at a time.

A document that can be claimed has `state`, `owner`, `lease`, `attempts` and `error`. It waits, is
worked on, and is done or has failed; `owner` is the mark of whoever claimed it. What a dead worker
held goes to the next once its lease has run out; what was tried ATTEMPTS times has failed.

All times are by the store's clock, as workers' clocks may disagree. `lease`, in seconds since
1970, is when a claim ends or, while waiting, when the next attempt may begin.
"""

import datetime as dt
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from bson.codec_options import CodecOptions
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

type Document = dict[str, Any]

ATTEMPTS = 3
RENEW_S = 1.0

WAITING, FAILED = "waiting", "failed"
AWARE: CodecOptions[Document] = CodecOptions(tz_aware=True)


class Claim(NamedTuple):
    """What a claim won; `owner` is its proof."""

    owner: str
    documents: list[Document]


def now(client: MongoClient[Document]) -> dt.datetime:
    """What the store's clock says."""
    moment: dt.datetime = client.admin.command("hello", codec_options=AWARE)["localTime"]
    return moment


@dataclass(frozen=True)
class Leases:
    """How the work of a collection is claimed, kept, and given back.

    `working` is the state of what somebody works on. `idle` is what else a document has while
    nobody does. The store dates every change in the fields `changed`, and an end in `finished`.
    """

    collection: Callable[[], Collection[Document]]
    working: str
    idle: Document = field(default_factory=dict)
    changed: Sequence[str] = ()
    finished: Sequence[str] = ()

    def end(self, seconds: float) -> float:
        """When a lease ends that begins now."""
        return _end(self.collection(), seconds)

    def free(self, **more: Any) -> Document:
        """The filter for what nobody works on: its lease, if any, has run out."""
        unfinished = {"$in": [WAITING, self.working]}
        return {"state": unfinished, "lease": {"$lt": self.end(0.0)}, **more}

    def is_any_free(self, **more: Any) -> bool:
        """Whether a worker would find something to claim now."""
        return self.collection().find_one(self.free(**more), {"_id": 1}) is not None

    def claim(self, ids: Sequence[Any], seconds: float) -> Claim:
        """Claim what is still free of these: a conditional update leaves our mark on what we won.

        What was tried too often is not claimed; `give_up` ends it.
        """
        owner = uuid.uuid4().hex
        mine = {"state": self.working, "owner": owner, "lease": self.end(seconds)}
        free = self.free(_id={"$in": list(ids)}, attempts={"$lt": ATTEMPTS})
        change = self._change(mine, self.changed) | {"$inc": {"attempts": 1}}
        if not self.collection().update_many(free, change).modified_count:
            return Claim(owner, [])
        return Claim(owner, list(self.collection().find(_held(owner, ids))))

    def give_up(self, ids: Sequence[Any], reason: str) -> None:
        """Fail what of these was tried too often, and nobody works on."""
        spent = self.free(_id={"$in": list(ids)}, attempts={"$gte": ATTEMPTS})
        self.collection().update_many(spent, self._failure(reason))

    def fail(self, owner: str, ids: Sequence[Any], reason: str) -> None:
        """End what the owner holds of these for good."""
        self.collection().update_many(_held(owner, ids), self._failure(reason))

    def put_back(self, owner: str, ids: Sequence[Any], reason: str, *, seconds: float) -> None:
        """Let others try what the owner holds of these, after so many seconds."""
        self._return(owner, ids, {"error": reason}, seconds)

    def give_back(self, owner: str, ids: Sequence[Any], *, seconds: float) -> None:
        """The same as if it had never been claimed, for faults that say nothing about the work."""
        self._return(owner, ids, {}, seconds, {"$inc": {"attempts": -1}})

    @contextmanager
    def kept(
        self,
        owner: str,
        id: Any,
        seconds: float,
        news: Callable[[], Document] = dict,
        gets_on: Callable[[], bool] = lambda: True,
    ) -> Iterator[None]:
        """Renew a claim, and write down the news of it, for as long as it is worked on.

        Not while it does not get on: what hangs goes to the next worker once its lease has run out.
        """
        collection, ended = self.collection(), threading.Event()

        def renew() -> None:
            while not ended.wait(RENEW_S):
                if not gets_on():
                    continue
                with suppress(PyMongoError):
                    news_now = {"lease": _end(collection, seconds), **news()}
                    collection.update_one(_held(owner, [id]), {"$set": news_now})

        thread = threading.Thread(target=renew, name=f"lease of {id}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _return(
        self,
        owner: str,
        ids: Sequence[Any],
        more: Document,
        seconds: float,
        count: Document | None = None,
    ) -> None:
        waiting = {"state": WAITING, "lease": self.end(seconds), "owner": None, **self.idle, **more}
        change = self._change(waiting, self.changed) | (count or {})
        self.collection().update_many(_held(owner, ids), change)

    def _failure(self, reason: str) -> Document:
        failed = {"state": FAILED, "error": reason, "owner": None, **self.idle}
        return self._change(failed, [*self.changed, *self.finished])

    def _change(self, values: Document, dates: Sequence[str]) -> Document:
        dated = {"$currentDate": dict.fromkeys(dates, True)} if dates else {}
        return {"$set": values, **dated}


def _end(collection: Collection[Document], seconds: float) -> float:
    return now(collection.database.client).timestamp() + seconds


def _held(owner: str, ids: Sequence[Any]) -> Document:
    return {"_id": {"$in": list(ids)}, "owner": owner}

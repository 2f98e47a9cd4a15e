"""What people ask of the index, to be built anew or to be checked, and how far workers are with it.

Each is one document of the state collection, which walks waiting -> running -> done | failed. As
on the work list, a message only wakes: a job is claimed by a conditional update, with a lease that
a thread renews while it is worked on, so what a dead worker held goes to the next.

`finished` and `lease` are by the server's clock. `lease`, in seconds since 1970, is when a claim
ends or, while waiting, when the next attempt may begin.
"""

import contextlib
import datetime as dt
import logging
import threading
import uuid
from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple, Self

from django.utils.translation import gettext as _
from pymongo.errors import DuplicateKeyError, PyMongoError

from recommender.store.claiming import ATTEMPTS, lease_end
from recommender.store.database import Document, state
from recommender.store.reading import Progress

log = logging.getLogger(__name__)

LEASE_S = 20.0
RENEW_S = 1.0
AGAIN_AFTER_S = 5.0


class Job(StrEnum):
    REBUILD = "rebuild"
    CHECK = "check"


class State(StrEnum):
    IDLE = "idle"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


UNFINISHED = (State.WAITING, State.RUNNING)
NOT_BEGUN = {"done": 0, "total": 0, "owner": None}


class Standing(NamedTuple):
    """How a job stands: `done` of `total` (0 while it is not known), `error` one sentence.

    `result` is that of the last one that was done, at `finished`.
    """

    state: State
    done: int
    total: int
    error: str | None
    result: Document | None
    finished: dt.datetime | None

    @property
    def unfinished(self) -> bool:
        return self.state in UNFINISHED


class Postponed(Exception):
    """The job cannot be done right now; somebody tries again in a while."""


def ask(job: Job) -> None:
    """Put a job on the list, unless it is there already."""
    change = {"state": State.WAITING, "lease": 0.0, "attempts": 0, "error": None, **NOT_BEGUN}
    # The insertion fails where the document exists: then the job is unfinished.
    with contextlib.suppress(DuplicateKeyError):
        state().update_one(
            {"_id": job, "state": {"$nin": UNFINISHED}}, {"$set": change}, upsert=True
        )


def standings() -> dict[Job, Standing]:
    """How every job stands."""
    found = {document["_id"]: document for document in state().find({"_id": {"$in": list(Job)}})}
    return {job: _standing(found.get(job, {})) for job in Job}


def _standing(document: Document) -> Standing:
    return Standing(
        state=State(document.get("state", State.IDLE)),
        done=document.get("done", 0),
        total=document.get("total", 0),
        error=document.get("error"),
        result=document.get("result"),
        finished=document.get("finished"),
    )


def is_any_free() -> bool:
    """Whether a worker would find a job now."""
    return state().find_one(_free()) is not None


def run(job: Job, work: Callable[[Progress], Document]) -> None:
    """Do a job, if it waits and nobody else has it. `work` returns the result to keep.

    Whatever `work` raises is written down as the job's error, except Postponed. Raises PyMongoError
    where the store is away: then the job is done again once its lease has run out.
    """
    owner = _claim(job)
    if owner is None:
        return
    with _Claim(job, owner) as claim:
        outcome = _outcome(job, work, claim.progress)
    # Unless the lease ran out and the job went to another worker.
    state().update_one({"_id": job, "owner": owner}, outcome)


def _outcome(job: Job, work: Callable[[Progress], Document], progress: Progress) -> Document:
    """The change that ends the claim."""
    try:
        return _done(work(progress))
    except Postponed:
        again = {"state": State.WAITING, "lease": lease_end(AGAIN_AFTER_S), **NOT_BEGUN}
        return {"$set": again, "$inc": {"attempts": -1}}
    except Exception as error:
        log.warning("The index's job %s failed.", job, exc_info=True)
        return {"$set": {"state": State.FAILED, "error": str(error) or repr(error), **NOT_BEGUN}}


def record(job: Job, result: Document) -> None:
    """Keep the result of a job that was done without being asked for here."""
    state().update_one({"_id": job}, _done(result), upsert=True)


def _done(result: Document) -> Document:
    return {
        "$set": {"state": State.DONE, "result": result, "error": None, **NOT_BEGUN},
        "$currentDate": {"finished": True},
    }


def _free(**more: Any) -> Document:
    return {"state": {"$in": UNFINISHED}, "lease": {"$lt": lease_end(0.0)}, **more}


def _claim(job: Job) -> str | None:
    """The proof of a claim; None where there is nothing to claim."""
    owner = uuid.uuid4().hex
    mine = {"state": State.RUNNING, "owner": owner, "lease": lease_end(LEASE_S)}
    won = state().update_one(
        _free(_id=job, attempts={"$lt": ATTEMPTS}), {"$set": mine, "$inc": {"attempts": 1}}
    )
    if won.modified_count:
        return owner
    reason = _("The worker stopped %(times)d times while it was at it.") % {"times": ATTEMPTS}
    state().update_one(
        _free(_id=job, attempts={"$gte": ATTEMPTS}),
        {"$set": {"state": State.FAILED, "error": reason, **NOT_BEGUN}},
    )
    return None


class _Claim:
    """Keeps a claim alive, and writes down how far its job is, while it is worked on."""

    def __init__(self, job: Job, owner: str) -> None:
        self._mine = {"_id": job, "owner": owner}
        self._far: tuple[int, int] = (0, 0)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._renew, name=f"claim of {job}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ended.set()
        self._thread.join()

    def progress(self, done: int, total: int) -> None:
        self._far = done, total

    def _renew(self) -> None:
        while not self._ended.wait(RENEW_S):
            done, total = self._far
            with contextlib.suppress(PyMongoError):
                news = {"done": done, "total": total, "lease": lease_end(LEASE_S)}
                state().update_one(self._mine, {"$set": news})

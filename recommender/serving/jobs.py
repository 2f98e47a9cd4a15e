"""What people ask of the index, to be built anew or to be checked, and how far workers are with it.

Each is one document of the state collection, which walks waiting -> running -> done | failed. As
on the work list, a message only wakes, and a job is claimed for a lease: see `claims.leases`.
`finished` is by the store's clock.
"""

import contextlib
import datetime as dt
import logging
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from django.utils.translation import gettext as _
from pymongo.errors import DuplicateKeyError

from claims.leases import ATTEMPTS, Leases
from recommender.store.database import Document, state
from recommender.store.reading import Progress

log = logging.getLogger(__name__)

LEASE_S = 20.0
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
NOT_BEGUN = {"done": 0, "total": 0}

LEASES = Leases(state, working=State.RUNNING, idle=NOT_BEGUN)


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
    fresh = {"lease": 0.0, "attempts": 0, "error": None, "owner": None, **NOT_BEGUN}
    change = {"state": State.WAITING, **fresh}
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
    return LEASES.is_any_free()


def run(job: Job, work: Callable[[Progress], Document]) -> None:
    """Do a job, if it waits and nobody else has it. `work` returns the result to keep.

    Whatever `work` raises is written down as the job's error, except Postponed. Raises PyMongoError
    where the store is away: then the job is done again once its lease has run out.
    """
    claim = LEASES.claim([job], LEASE_S)
    if not claim.documents:
        LEASES.give_up([job], _why_given_up())
        return
    far = dict(NOT_BEGUN)

    def progress(done: int, total: int) -> None:
        far.update(done=done, total=total)

    with LEASES.kept(claim.owner, job, LEASE_S, news=far.copy):
        _do(job, claim.owner, partial(work, progress))


def _do(job: Job, owner: str, work: Callable[[], Document]) -> None:
    """Work, and end the claim, unless its lease ran out and the job went to another worker."""
    try:
        result = work()
    except Postponed:
        LEASES.give_back(owner, [job], seconds=AGAIN_AFTER_S)
    except Exception as error:
        log.warning("The index's job %s failed.", job, exc_info=True)
        LEASES.fail(owner, [job], str(error) or repr(error))
    else:
        state().update_one({"_id": job, "owner": owner}, _done(result))


def _why_given_up() -> str:
    return _("The worker stopped %(times)d times while it was at it.") % {"times": ATTEMPTS}


def record(job: Job, result: Document) -> None:
    """Keep the result of a job that was done without being asked for here."""
    state().update_one({"_id": job}, _done(result), upsert=True)


def _done(result: Document) -> Document:
    return {
        "$set": {"state": State.DONE, "result": result, "error": None, "owner": None, **NOT_BEGUN},
        "$currentDate": {"finished": True},
    }

"""The workers' way through the work list: claim, then store, fail or give back."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from bson.binary import Binary, BinaryVectorDtype
from django.utils.translation import gettext as _
from pymongo import ReplaceOne

from claims.leases import ATTEMPTS, Leases
from recommender.store import database, tracking
from recommender.store.database import Document, stored, work
from recommender.store.embeddings import State, item_of

RETRY_AFTER_S = 5.0
# A store that had no room will not have any at once, and every attempt costs a forward pass.
GIVEN_BACK_FOR_S = 15.0

LEASES = Leases(work, working=State.WORKING, changed=["changed"], finished=["finished"])


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


def claim(encoder: str, *, limit: int, lease: float) -> Batch | None:
    """Claim up to `limit` photographs for `lease` seconds; None where there is nothing to do.

    First come people's uploads, then bulk imports, each in order of arrival. What was tried before
    is claimed alone: if it was one picture that brought its worker down, its fellows of that batch
    must not go down with it again.
    """
    while candidates := _candidates(encoder, limit):
        spent = [found["_id"] for found in candidates if found["attempts"] >= ATTEMPTS]
        if spent:
            LEASES.give_up(spent, _why_given_up())
            continue
        untried = [found for found in candidates if found["attempts"] == 0]
        batch = _claimed(encoder, untried or candidates[:1], lease)
        if batch.jobs:
            return batch
    return None


def is_work_free(encoder: str) -> bool:
    """Whether a worker would find something to claim now."""
    return LEASES.is_any_free(encoder=encoder)


def _candidates(encoder: str, limit: int) -> list[Document]:
    order = [("bulk", 1), ("created", 1)]
    return list(work().find(LEASES.free(encoder=encoder)).sort(order).limit(limit))


def _claimed(encoder: str, candidates: Sequence[Document], lease: float) -> Batch:
    ids = [found["_id"] for found in candidates]
    owner, documents = LEASES.claim(ids, lease)
    won = {found["_id"]: found for found in documents}
    return Batch(encoder, owner, [_job(won[id]) for id in ids if id in won])


def _job(document: Document) -> Job:
    return Job(document["_id"], document["photo"], document["attempts"], document["listed"])


def _why_given_up() -> str:
    return _("The worker stopped %(times)d times while it worked on this photograph.") % {
        "times": ATTEMPTS
    }


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
    database.bump()


def _vector_document(id: str, encoder: str, listed: bool, vector: np.ndarray) -> Document:
    return {
        "_id": id,
        "item": item_of(id),
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
    tracking.copy_listing({id: value for id, value in now.items() if value != listed[id]})
    gone = [id for id in listed if id not in now]
    if gone:
        stored().delete_many({"_id": {"$in": gone}})


def fail(batch: Batch, id: str, reason: str) -> None:
    """End a claimed photograph for good: its picture cannot be used."""
    LEASES.fail(batch.owner, [id], reason)


def put_back(batch: Batch, job: Job, reason: str) -> None:
    """Return a claimed photograph after a fault that may pass; the last attempt ends it."""
    if job.attempts >= ATTEMPTS:
        fail(batch, job.id, reason)
    else:
        LEASES.put_back(batch.owner, [job.id], reason, seconds=RETRY_AFTER_S * job.attempts)


def give_back(batch: Batch) -> None:
    """Return what of a batch came to no end, as if it had never been claimed.

    For faults of the store or of the storage, which say nothing about a picture.
    """
    LEASES.give_back(batch.owner, [job.id for job in batch.jobs], seconds=GIVEN_BACK_FOR_S)

"""What the tests of the store have done: photographs wanted, claimed and finished."""

import numpy as np

from recommender.store import claiming, tracking
from recommender.store.database import state, work

A, B = "a" * 16, "b" * 16
LONG = 60.0
OVER = -1.0


def want(item: str, *photos: str, listed: bool = True, encoders=(A,), bulk: bool = False) -> bool:
    return tracking.match_wanted(item, photos, listed=listed, encoders=encoders, bulk=bulk)


def claim(limit: int = 10, lease: float = LONG, encoder: str = A) -> claiming.Batch | None:
    return claiming.claim(encoder, limit=limit, lease=lease)


def claimed(limit: int = 10, lease: float = LONG) -> claiming.Batch:
    batch = claim(limit, lease)
    assert batch is not None
    return batch


def finish(batch: claiming.Batch) -> None:
    ids = [job.id for job in batch.jobs]
    claiming.store(batch, ids, np.eye(len(ids), 4, dtype=np.float32))


def states() -> dict[str, str]:
    return {found["photo"]: found["state"] for found in work().find()}


def photos(batch: claiming.Batch) -> list[str]:
    return [job.photo for job in batch.jobs]


def revision() -> int:
    return (state().find_one({"_id": "revision"}) or {"value": 0})["value"]


def make_free() -> None:
    """Lets all leases and waiting times run out."""
    work().update_many({}, {"$set": {"lease": 0.0}})

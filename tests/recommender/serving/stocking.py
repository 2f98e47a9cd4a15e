"""What tests put into the store, as merchants and workers do."""

import datetime as dt

import numpy as np

from recommender.store import claiming, tracking
from recommender.store.database import work

ENCODER = "0" * 16
D = 8
# A graph that keeps vectors whole, for answers that are compared number by number.
WHOLE = "HNSW16_SQ8,Refine(Flat)"


def unit(seed: int, count: int, dimension: int = D) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def add(*items: str, seed: int = 0) -> dict[str, np.ndarray]:
    """Store a vector for the one photograph of each; returns them by id."""
    for item in items:
        tracking.match_wanted(item, ["p"], listed=True, encoders=[ENCODER])
    rows = unit(seed, len(items))
    put: dict[str, np.ndarray] = {}
    while batch := claiming.claim(ENCODER, limit=len(items), lease=60.0):
        ids = [job.id for job in batch.jobs]
        claiming.store(batch, ids, rows[len(put) :][: len(ids)])
        put |= dict(zip(ids, rows[len(put) :], strict=False))
    return put


def remove(*items: str) -> None:
    for item in items:
        tracking.match_wanted(item, [], listed=False, encoders=[])


def age() -> None:
    """Let all that happened so far have happened an hour ago, too long for a look back."""
    past = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    work().update_many({}, {"$set": {"changed": past}})


def names(count: int, prefix: str = "item") -> list[str]:
    return [f"{prefix}{number}" for number in range(count)]

import datetime as dt

import numpy as np
import pytest

from recommender.store import claiming, embeddings, reading
from tests.recommender.store.listing import A, B, claimed, finish, want

pytestmark = pytest.mark.usefixtures("store")


def test_sees_what_changed_since():
    want("item", "1.jpg", "2.jpg")
    finish(claimed())
    want("item", "2.jpg")
    found = {change.id: change for change in reading.changes(A, embeddings.NEVER)}
    assert not found[f"item|1.jpg|{A}"].live
    last = found[f"item|2.jpg|{A}"]
    assert last.live
    assert reading.changes(A, last.changed + dt.timedelta(minutes=1)) == []
    assert reading.changes(B, embeddings.NEVER) == []


def test_counts_by_encoder_and_state():
    want("item", "1.jpg", "2.jpg", encoders=(A, B))
    finish(claimed(limit=1))
    assert reading.counts() == {A: {"ready": 1, "waiting": 1}, B: {"waiting": 2}}


@pytest.mark.slow
def test_any_number_of_vectors_can_be_read():
    photos = [f"{n}.jpg" for n in range(600)]
    want("item", *photos)
    for start in range(0, 600, 200):
        batch = claimed(200)
        ids = [job.id for job in batch.jobs]
        claiming.store(batch, ids, np.full((200, 4), start, np.float32))
    ids = [embeddings.embedding_id("item", photo, A) for photo in photos]
    found, rows = reading.load(ids)
    assert sorted(found) == sorted(ids)
    assert rows.shape == (600, 4)

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from claims.leases import ATTEMPTS
from recommender.store import claiming, reading
from recommender.store.database import stored, work
from recommender.store.embeddings import State
from tests.recommender.store.listing import (
    OVER,
    A,
    B,
    claim,
    claimed,
    finish,
    make_free,
    photos,
    states,
    want,
)

pytestmark = pytest.mark.usefixtures("store")


def test_people_come_before_bulk_imports_and_the_earlier_before_the_later():
    want("import", "bulk1.jpg", bulk=True)
    want("import2", "bulk2.jpg", bulk=True)
    want("person", "1.jpg")
    want("person2", "2.jpg")
    assert photos(claimed(limit=3)) == ["1.jpg", "2.jpg", "bulk1.jpg"]


def test_what_is_claimed_is_nobody_elses():
    want("item", "1.jpg", "2.jpg", "3.jpg")
    assert len(claimed(limit=2).jobs) == 2
    assert len(claimed(limit=2).jobs) == 1
    assert claim() is None
    assert claim(encoder=B) is None


def test_workers_that_claim_at_the_same_time_share_without_overlap():
    want("item", *(f"{n}.jpg" for n in range(60)))

    def claim_all(_: int) -> list[str]:
        found = []
        while batch := claim(limit=7):
            found += photos(batch)
        return found

    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(claim_all, range(4)))
    assert sorted(photo for share in shares for photo in share) == sorted(
        f"{n}.jpg" for n in range(60)
    )


def test_a_claim_whose_lease_ran_out_is_taken_up_one_by_one():
    want("item", "1.jpg", "2.jpg")
    assert len(claimed(lease=OVER).jobs) == 2
    assert [len(claimed().jobs), len(claimed().jobs)] == [1, 1]
    assert claim() is None


def test_what_brings_its_worker_down_every_time_fails_in_the_end():
    want("item", "1.jpg")
    for _ in range(ATTEMPTS):
        assert claim(lease=OVER) is not None
    assert claim() is None
    document = work().find_one({})
    assert document["state"] == State.FAILED
    assert "stopped 3 times" in document["error"]


def test_there_is_free_work_until_it_is_claimed():
    assert not claiming.is_work_free(A)
    want("item", "1.jpg")
    assert claiming.is_work_free(A)
    assert reading.unfinished(A) == 1
    claimed()
    assert not claiming.is_work_free(A)
    assert reading.unfinished(A) == 1


# Finishing


def test_stores_vectors_as_float32_and_reads_them_back():
    want("item", "1.jpg", "2.jpg")
    batch = claimed()
    rows = np.random.default_rng(1).standard_normal((2, 2048)).astype(np.float32)
    claiming.store(batch, [job.id for job in batch.jobs], rows)
    binary = stored().find_one({"_id": batch.jobs[0].id})["vector"]
    assert (binary.subtype, len(binary)) == (9, 2 + 4 * 2048)
    ids, again = reading.load([job.id for job in batch.jobs] + ["not there"])
    assert again.dtype == np.float32
    for job, row in zip(batch.jobs, rows, strict=True):
        np.testing.assert_array_equal(again[ids.index(job.id)], row)


def test_a_worker_that_lost_its_lease_changes_nothing():
    want("item", "1.jpg")
    slow = claimed(lease=OVER)
    quick = claimed()
    claiming.fail(slow, slow.jobs[0].id, "too late")
    claiming.put_back(slow, slow.jobs[0], "too late")
    assert states() == {"1.jpg": State.WORKING}
    finish(quick)
    finish(slow)
    assert states() == {"1.jpg": State.READY}
    assert work().find_one({})["error"] is None


def test_what_was_removed_while_it_was_encoded_stays_removed():
    want("item", "1.jpg")
    batch = claimed()
    want("item")
    finish(batch)
    assert states() == {"1.jpg": State.REMOVED}
    assert stored().count_documents({}) == 0


def test_a_passing_fault_is_tried_again_later_and_fails_at_last():
    want("item", "1.jpg")
    for _ in range(ATTEMPTS - 1):
        batch = claimed()
        claiming.put_back(batch, batch.jobs[0], "The storage is away.")
        assert states() == {"1.jpg": State.WAITING}
        assert claim() is None
        make_free()
    batch = claimed()
    claiming.put_back(batch, batch.jobs[0], "The storage is away.")
    assert states() == {"1.jpg": State.FAILED}
    assert work().find_one({})["error"] == "The storage is away."

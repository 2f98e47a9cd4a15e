import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.leases import ATTEMPTS
from recommender.store import claiming, embeddings, mending, reading, tracking, two_encoders
from recommender.store.database import state, stored, work
from recommender.store.embeddings import State

pytestmark = pytest.mark.usefixtures("store")

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


@pytest.mark.slow
@given(
    item=st.text(st.characters(exclude_characters="|")), photo=st.text(), encoder=st.just("ab" * 8)
)
def test_an_id_names_its_item_and_photograph(item: str, photo: str, encoder: str):
    assert embeddings.parts_of(embeddings.embedding_id(item, photo, encoder)) == (item, photo)


# Wanting and removing


def test_lists_what_is_wanted_once():
    assert want("item", "1.jpg", "2.jpg", encoders=(A, B))
    assert not want("item", "1.jpg", "2.jpg", encoders=(A, B))
    assert work().count_documents({}) == 4
    document = work().find_one({"item": "item"})
    assert document is not None
    assert document["state"] == State.WAITING
    assert document["changed"] == document["created"]


def test_the_server_sets_the_time_of_every_write():
    want("item", "1.jpg")
    first = work().find_one({})["changed"]
    finish(claimed())
    later = work().find_one({})
    assert later["changed"] > first
    assert later["finished"] == later["changed"]
    assert later["created"] == first


def test_what_is_not_wanted_any_more_leaves_a_tombstone_and_no_vector():
    want("item", "1.jpg", "2.jpg")
    finish(claimed())
    assert want("item", "2.jpg")
    assert states() == {"1.jpg": State.REMOVED, "2.jpg": State.READY}
    assert [found["_id"] for found in stored().find()] == [f"item|2.jpg|{A}"]
    assert not want("item", "2.jpg")


def test_tombstones_expire_after_a_day():
    indexes = work().index_information().values()
    expiring = [found for found in indexes if "expireAfterSeconds" in found]
    assert [found["expireAfterSeconds"] for found in expiring] == [24 * 3600]
    want("item", "1.jpg")
    want("item")
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(hours=25)
    work().update_one({}, {"$set": {"removed": yesterday}})
    want("other", "2.jpg")
    assert states() == {"2.jpg": State.WAITING}


def test_a_removed_photograph_can_come_back():
    want("item", "1.jpg")
    finish(claimed())
    want("item")
    assert want("item", "1.jpg")
    document = work().find_one({})
    assert (document["state"], document["attempts"]) == (State.WAITING, 0)
    assert "removed" not in document
    finish(claimed())
    assert states() == {"1.jpg": State.READY}


def test_being_unlisted_keeps_the_vector():
    want("item", "1.jpg")
    finish(claimed())
    before = revision()
    assert want("item", "1.jpg", listed=False)
    assert reading.listed(A) == {}
    assert stored().count_documents({}) == 1
    assert revision() > before
    want("item", "1.jpg")
    assert list(reading.listed(A)) == [f"item|1.jpg|{A}"]


# The vectors' copy of the listing


def copies() -> dict[str, bool]:
    return {found["item"]: found["listed"] for found in stored().find()}


def test_a_vector_knows_its_item_and_whether_it_is_listed():
    want("shown", "1.jpg")
    want("hidden", "2.jpg", listed=False)
    finish(claimed())
    assert copies() == {"shown": True, "hidden": False}
    want("shown", "1.jpg", listed=False)
    want("hidden", "2.jpg")
    assert copies() == {"shown": False, "hidden": True}


def test_a_vector_follows_what_happened_while_it_was_encoded():
    want("item", "1.jpg")
    batch = claimed()
    want("item", "1.jpg", listed=False)
    finish(batch)
    assert copies() == {"item": False}


def test_a_vector_follows_what_happens_while_it_is_stored(monkeypatch: pytest.MonkeyPatch):
    want("item", "1.jpg")
    batch = claimed()
    copy = tracking.copy_listing

    def interrupted(listed: dict[str, bool]) -> None:
        copy(listed)
        monkeypatch.setattr(tracking, "copy_listing", copy)
        finish(batch)

    monkeypatch.setattr(tracking, "copy_listing", interrupted)
    want("item", "1.jpg", listed=False)
    assert copies() == {"item": False}


def test_a_vector_that_was_relisted_by_halves_is_relisted_by_the_next_pass(
    monkeypatch: pytest.MonkeyPatch,
):
    want("item", "1.jpg")
    finish(claimed())

    def die(writes: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(tracking, "write", die)
        with pytest.raises(KeyboardInterrupt):
            want("item", "1.jpg", listed=False)
    assert want("item", "1.jpg", listed=False)
    assert copies() == {"item": False}


def test_many_at_once_list_a_photograph_once():
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: want("item", "1.jpg", "2.jpg"), range(16)))
    assert states() == {"1.jpg": State.WAITING, "2.jpg": State.WAITING}


# Claiming


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


def test_only_a_failed_photograph_is_requeued():
    want("item", "1.jpg")
    id = f"item|1.jpg|{A}"
    assert not tracking.requeue(id)
    claiming.fail(claimed(), id, "Broken.")
    assert tracking.requeue(id)
    assert (work().find_one({})["error"], states()) == (None, {"1.jpg": State.WAITING})


# Looking


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


def test_what_says_ready_without_a_vector_is_embedded_anew():
    want("item", "1.jpg")
    finish(claimed())
    stored().delete_many({})
    mending.requeue_without_vector([f"item|1.jpg|{A}", "not there"])
    assert states() == {"1.jpg": State.WAITING}


def test_a_lost_vector_is_embedded_anew_listed_or_not():
    want("item", "1.jpg", "2.jpg")
    want("hidden", "3.jpg", listed=False)
    finish(claimed())
    mending.heal([A])
    assert set(states().values()) == {State.READY}
    stored().delete_many({"_id": {"$in": [f"item|1.jpg|{A}", f"hidden|3.jpg|{A}"]}})
    mending.heal([A])
    assert states() == {"1.jpg": State.WAITING, "2.jpg": State.READY, "3.jpg": State.WAITING}


def test_what_is_embedded_anew_keeps_its_place_while_its_vector_is_there():
    want("item", "1.jpg")
    finish(claimed())
    tracking.requeue_item("item", [A])
    mending.heal([A])
    assert reading.count_listed(A) == 1
    stored().delete_many({})
    mending.heal([A])
    assert reading.count_listed(A) == 0


# Two encoders


def test_copies_the_list_to_another_encoder():
    want("item", "1.jpg", "2.jpg")
    want("hidden", "3.jpg", listed=False)
    want("gone", "4.jpg")
    want("gone")
    assert two_encoders.copy_work(A, B) == 3
    assert two_encoders.copy_work(A, B) == 0
    copied = {found["photo"]: found["listed"] for found in work().find({"encoder": B})}
    assert copied == {"1.jpg": True, "2.jpg": True, "3.jpg": False}


def test_drops_an_encoder_with_its_vectors():
    want("item", "1.jpg", encoders=(A, B))
    finish(claimed())
    two_encoders.drop_encoder(A)
    assert [found["encoder"] for found in work().find()] == [B]
    assert stored().count_documents({}) == 0


def test_drops_the_vector_that_a_killed_worker_left_under_a_tombstone():
    want("item", "1.jpg")
    finish(claimed())
    want("item")
    stored().insert_one({"_id": f"item|1.jpg|{A}", "encoder": A})
    mending.drop_orphans()
    assert stored().count_documents({}) == 0


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

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from recommender.store import claiming, reading, tracking
from recommender.store.database import stored, work
from recommender.store.embeddings import State
from tests.recommender.store.listing import A, B, claimed, finish, revision, states, want

pytestmark = pytest.mark.usefixtures("store")


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


def test_only_a_failed_photograph_is_requeued():
    want("item", "1.jpg")
    id = f"item|1.jpg|{A}"
    assert not tracking.requeue(id)
    claiming.fail(claimed(), id, "Broken.")
    assert tracking.requeue(id)
    assert (work().find_one({})["error"], states()) == (None, {"1.jpg": State.WAITING})


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

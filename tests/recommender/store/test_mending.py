import pytest

from recommender.store import mending, reading, tracking
from recommender.store.database import stored
from recommender.store.embeddings import State
from tests.recommender.store.listing import A, claimed, finish, states, want

pytestmark = pytest.mark.usefixtures("store")


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


def test_drops_the_vector_that_a_killed_worker_left_under_a_tombstone():
    want("item", "1.jpg")
    finish(claimed())
    want("item")
    stored().insert_one({"_id": f"item|1.jpg|{A}", "encoder": A})
    mending.drop_orphans()
    assert stored().count_documents({}) == 0

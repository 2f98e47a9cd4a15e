import pytest

from recommender.store import two_encoders
from recommender.store.database import stored, work
from tests.recommender.store.listing import A, B, claimed, finish, want

pytestmark = pytest.mark.usefixtures("store")


def test_copies_the_list_to_another_encoder():
    want("item", "1.jpg", "2.jpg")
    want("hidden", "3.jpg", listed=False)
    want("gone", "4.jpg")
    want("gone")
    assert two_encoders.copy_work(A, B) == 3
    assert two_encoders.copy_work(A, B) == 0
    copied = {found["photo"]: found["listed"] for found in work().find({"encoder": B})}
    assert copied == {"1.jpg": True, "2.jpg": True, "3.jpg": False}


def test_what_was_removed_and_came_back_is_listed_anew():
    """While the other encoder served, which is wanted again before its vectors went."""
    want("item", "1.jpg", encoders=(A, B))
    finish(claimed())
    want("item", encoders=(B,))
    want("item", "1.jpg", encoders=(B,))
    assert two_encoders.copy_work(B, A) == 1
    assert two_encoders.copy_work(B, A) == 0
    waiting = work().find_one({"encoder": A})
    assert waiting is not None
    assert (waiting["state"], waiting["listed"], "removed" in waiting) == ("waiting", True, False)


def test_drops_an_encoder_with_its_vectors():
    want("item", "1.jpg", encoders=(A, B))
    finish(claimed())
    two_encoders.drop_encoder(A)
    assert [found["encoder"] for found in work().find()] == [B]
    assert stored().count_documents({}) == 0

import errno
import io
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image
from pymongo.errors import AutoReconnect, OperationFailure

from claims import locks
from claims.leases import ATTEMPTS
from recommender import embedding, large_pictures, search, switching, tasks
from recommender.store import claiming
from recommender.store.database import stored, work

A = "0" * 16
Put = Callable[[int], str]

pytestmark = pytest.mark.usefixtures("index")


def states() -> dict[str, str]:
    return {found["photo"]: found["state"] for found in work().find()}


def errors() -> dict[str, str | None]:
    return {found["photo"]: found["error"] for found in work().find()}


def test_embeds_everything_that_waits_and_says_how_far_it_is(photograph: Put, encoders):
    names = [photograph(n) for n in range(20)]
    search.track("item", names)
    done: list[int] = []
    assert embedding.drain(encoders.waiting_for(), batch=8, done=done.append)
    assert done == [8, 8, 4]
    assert set(states().values()) == {"ready"}
    assert stored().count_documents({}) == 20


def test_bad_pictures_fail_at_once_with_a_reason_and_harm_no_other(photograph: Put, embed):
    good = photograph(1)
    text = default_storage.save("photographs/text.jpg", ContentFile(b"no picture at all"))
    search.track("item", [text, good, "photographs/lost.jpg"])
    embed()
    assert states() == {good: "ready", text: "failed", "photographs/lost.jpg": "failed"}
    assert "not a picture" in errors()[text]
    assert "not in the storage" in errors()["photographs/lost.jpg"]
    assert errors()[good] is None


def test_one_picture_that_the_encoder_cannot_take_harms_no_other(
    photograph: Put, encoders, embed, picture, monkeypatch: pytest.MonkeyPatch
):
    bad, encode = np.asarray(picture(3)), encoders["tiny"].encode

    def choking(pictures: Iterable[Image.Image]) -> np.ndarray:
        pictures = list(pictures)
        if any(np.array_equal(np.asarray(one), bad) for one in pictures):
            raise RuntimeError("out of memory")
        return encode(pictures)

    encoders["tiny"].encode = choking
    names = [photograph(n) for n in range(6)]
    search.track("item", names)
    monkeypatch.setattr(claiming, "RETRY_AFTER_S", -1.0)
    for _ in range(ATTEMPTS):
        embed()
    assert [states()[name] for name in names] == ["ready"] * 3 + ["failed"] + ["ready"] * 2
    assert errors()[names[3]] == "The encoder could not read it: out of memory"


def test_a_storage_that_is_away_for_a_moment_costs_a_second_attempt(
    photograph: Put, embed, monkeypatch: pytest.MonkeyPatch
):
    name = photograph(1)
    search.track("item", [name])
    with monkeypatch.context() as patch:

        def away(*args: object) -> None:
            raise ConnectionError("storage away")

        patch.setattr(default_storage, "open", away)
        embed()
    assert (states()[name], errors()[name]) == (
        "waiting",
        "The photograph could not be read: storage away",
    )
    work().update_many({}, {"$set": {"lease": 0.0}})
    embed()
    assert (states()[name], errors()[name]) == ("ready", None)


def test_stops_when_its_time_is_over_without_holding_a_claim(photograph: Put, encoders):
    search.track("item", [photograph(n) for n in range(9)])
    assert not embedding.drain(encoders.waiting_for(), batch=3, seconds=0)
    assert sorted(states().values()) == ["ready"] * 3 + ["waiting"] * 6


def test_what_was_claimed_when_the_store_went_away_is_finished_later(
    photograph: Put, encoders, embed, monkeypatch: pytest.MonkeyPatch
):
    search.track("item", [photograph(n) for n in range(6)])
    with monkeypatch.context() as patch:

        def away(*args: object) -> None:
            raise AutoReconnect("connection closed")

        patch.setattr(claiming, "store", away)
        with pytest.raises(AutoReconnect):
            embedding.drain(encoders.waiting_for(), batch=3)
    assert set(states().values()) == {"waiting"}
    assert {found["attempts"] for found in work().find()} == {0}
    work().update_many({}, {"$set": {"lease": 0.0}})
    embed()
    assert set(states().values()) == {"ready"}
    assert stored().count_documents({}) == 6


def test_a_store_that_takes_nothing_for_long_costs_no_attempt(
    photograph: Put, encoders, embed, monkeypatch: pytest.MonkeyPatch
):
    """Claims go through, as a small write may on a full disk, and nothing after them does."""
    search.track("item", [photograph(n) for n in range(6)])

    def full(*args: object) -> None:
        raise OperationFailure("database or disk is full", 14031)

    for _ in range(ATTEMPTS + 1):
        with monkeypatch.context() as patch:
            patch.setattr(claiming, "store", full)
            patch.setattr(claiming, "give_back", full)
            with pytest.raises(OperationFailure):
                embedding.drain(encoders.waiting_for(), batch=3)
        assert set(states().values()) == {"working"}
        assert embedding.drain(encoders.waiting_for())
        assert {found["attempts"] for found in work().find()} == {0}
        work().update_many({}, {"$set": {"lease": 0.0}})
    embed()
    assert set(states().values()) == {"ready"}


def test_a_disk_without_room_for_a_copy_to_read_costs_no_attempt(
    photograph: Put, embed, monkeypatch: pytest.MonkeyPatch
):
    name = photograph(1)
    search.track("item", [name])
    with monkeypatch.context() as patch:

        def full(*args: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        patch.setattr(default_storage, "open", full)
        embed()
    assert [(found["state"], found["attempts"]) for found in work().find()] == [("waiting", 0)]


def test_a_large_picture_that_found_no_turn_costs_no_attempt(
    embed, monkeypatch: pytest.MonkeyPatch
):
    content = io.BytesIO()
    Image.new("RGBA", (6000, 4500)).save(content, "PNG")
    name = default_storage.save("photographs/large.png", content)
    search.track("item", [name])
    monkeypatch.setattr(large_pictures, "PATIENCE_SECONDS", 0)
    with locks.locked(Path(settings.VAR_DIR, "large_pictures.lock")):
        embed()
    assert [(found["state"], found["attempts"]) for found in work().find()] == [("waiting", 0)]


def test_without_its_weights_an_encoders_photographs_wait(photograph: Put, encoders, embed):
    search.track("item", [photograph(1)])
    tiny = encoders.pop("tiny")
    embed()
    assert set(states().values()) == {"waiting"}
    encoders["tiny"] = tiny
    embed()
    assert set(states().values()) == {"ready"}


def test_a_target_that_cannot_be_loaded_is_reported_until_it_can(photograph: Put, encoders, embed):
    search.track("item", [photograph(1)])
    switching.want("other")
    switching.advance()
    other = encoders.pop("other")
    embed()
    assert switching.current().trouble == "other"
    assert search.switching_progress().trouble == "other"
    encoders["other"] = other
    embed()
    assert switching.current().trouble is None


# Tasks


def test_the_task_embeds_and_sends_for_another_when_its_slice_is_over(
    photograph: Put, encoders, wakes: list[None], monkeypatch: pytest.MonkeyPatch
):
    search.track("item", [photograph(n) for n in range(40)])
    del wakes[:]
    monkeypatch.setattr(tasks, "SLICE_S", 0.0)
    tasks.embed_waiting()
    assert len(wakes) == 1
    monkeypatch.setattr(tasks, "SLICE_S", 60.0)
    tasks.embed_waiting()
    assert len(wakes) == 1
    assert set(states().values()) == {"ready"}


def test_the_sweep_wakes_a_worker_only_for_what_nobody_works_on(
    photograph: Put, encoders, wakes: list[None]
):
    tasks.sweep()
    assert wakes == []
    search.track("item", [photograph(1)])
    del wakes[:]
    tasks.sweep()
    assert len(wakes) == 1
    claiming.claim(A, limit=1, lease=-1.0)
    tasks.sweep()
    assert len(wakes) == 2
    claiming.claim(A, limit=1, lease=60.0)
    tasks.sweep()
    assert len(wakes) == 2


@pytest.mark.parametrize("task", [tasks.embed_waiting, tasks.sweep, tasks.rebuild_snapshot])
def test_no_task_fails_while_the_store_is_away(task, monkeypatch: pytest.MonkeyPatch):
    def away() -> None:
        raise AutoReconnect("connection closed")

    monkeypatch.setattr("recommender.switching.current", away)
    task()

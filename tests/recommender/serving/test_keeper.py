import datetime as dt
import threading
from collections.abc import Callable, Hashable
from pathlib import Path

import numpy as np
import pytest
from pymongo.errors import ServerSelectionTimeoutError

from recommender import switching
from recommender.index import snapshot
from recommender.index.rows import Rows
from recommender.index.scan import ScanIndex
from recommender.index.snapshot import Origin
from recommender.serving import building, keeper
from recommender.serving.keeper import IndexKeeper, NotLoaded
from recommender.store import claiming, database, embeddings, reading, tracking
from recommender.store.database import stored, work

A, B = "0" * 16, "1" * 16
ORIGIN = Origin("another store", 0, embeddings.NEVER, embeddings.NEVER)

pytestmark = pytest.mark.usefixtures("encoders")


def add(*items: str, encoder: str = A) -> None:
    """Put a ready photograph into the store for each item."""
    for item in items:
        tracking.match_wanted(item, ["p"], listed=True, encoders=[encoder])
    while batch := claiming.claim(encoder, limit=100, lease=60.0):
        rows = np.random.default_rng(len(items)).standard_normal((len(batch.jobs), 4))
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        claiming.store(batch, [job.id for job in batch.jobs], rows.astype(np.float32))


def remove(*items: str) -> None:
    for item in items:
        tracking.match_wanted(item, [], listed=False, encoders=[])


def held(index: IndexKeeper) -> list[str]:
    index.look()
    return [embeddings.parts_of(id)[0] for id in index.view().index.ids()]


def looking_when_told() -> IndexKeeper:
    """A process's, without its thread."""
    own = IndexKeeper()
    own.start = lambda: None  # type: ignore[method-assign]
    own._tried.set()
    return own


@pytest.fixture
def index() -> IndexKeeper:
    return looking_when_told()


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of all vectors read from the store."""
    seen: list[str] = []
    load = reading.load

    def counting(ids, *args):
        seen.extend(ids)
        return load(ids, *args)

    monkeypatch.setattr(reading, "load", counting)
    return seen


def test_follows_the_store(index: IndexKeeper):
    assert held(index) == []
    add("a", "b")
    assert held(index) == ["a", "b"]
    remove("a")
    add("c")
    assert held(index) == ["b", "c"]


def test_what_was_found_has_one_version_in_every_process(index: IndexKeeper):
    def version(of: IndexKeeper) -> Hashable:
        return of.look().version

    add("a", "b")
    versions = [version(index)]
    assert version(index) == version(other := looking_when_told()) == versions[0]
    for change in (lambda: add("c"), lambda: remove("a"), lambda: building.build(always=True)):
        change()
        versions.append(version(index))
        assert version(other) == version(looking_when_told()) == versions[-1]
    remove("c")
    assert version(other) == version(index) not in versions
    add("c")
    assert version(other) == version(index) == version(looking_when_told()) == versions[-1]
    assert len(set(versions)) == len(versions)


def test_holds_nothing_that_is_not_ready(index: IndexKeeper):
    add("a")
    tracking.match_wanted("b", ["p"], listed=True, encoders=[A])
    assert held(index) == ["a"]


def test_asks_for_changes_only_when_the_revision_moved(
    index: IndexKeeper, monkeypatch: pytest.MonkeyPatch
):
    add("a")
    index.look()
    asked: list[object] = []
    monkeypatch.setattr(keeper, "_catch_up", lambda *seen: asked.append(seen))
    index.look()
    assert asked == []
    database.bump()
    index.look()
    assert len(asked) == 1


def test_a_lost_revision_is_made_up_for(index: IndexKeeper, monkeypatch: pytest.MonkeyPatch):
    index.look()
    monkeypatch.setattr(database, "bump", lambda: None)
    add("a")
    assert held(index) == []
    monkeypatch.setattr(keeper, "THOROUGH_EVERY_S", -1.0)
    assert held(index) == ["a"]


def late(item: str, *, than: str, seconds: float) -> None:
    """Add an item whose change bears an earlier date than another's that was seen already."""
    add(item)
    changed = work().find_one({"item": than})["changed"] - dt.timedelta(seconds=seconds)
    work().update_one({"item": item}, {"$set": {"changed": changed}})


def test_a_change_that_becomes_visible_late_is_not_missed(index: IndexKeeper):
    add("a", "b")
    index.look()
    late("c", than="b", seconds=1)
    assert held(index) == ["a", "b", "c"]


def test_a_change_that_becomes_visible_very_late_is_seen_in_a_while(
    index: IndexKeeper, monkeypatch: pytest.MonkeyPatch
):
    add("a", "b")
    index.look()
    late("c", than="b", seconds=8)
    monkeypatch.setattr(keeper, "THOROUGH_EVERY_S", -1.0)
    assert held(index) == ["a", "b", "c"]


def test_a_vector_is_read_once_however_often_its_change_is_seen(
    index: IndexKeeper, reads: list[str]
):
    index.look()
    add("a")
    for _ in range(3):
        database.bump()
        index.look()
    assert len(reads) == 1


def test_a_vector_that_is_not_there_yet_is_asked_for_again(index: IndexKeeper):
    index.look()
    add("a")
    kept = stored().find_one({})
    stored().delete_many({})
    assert held(index) == []
    stored().insert_one(kept)
    database.bump()
    assert held(index) == ["a"]


def test_starts_from_the_snapshot_and_reads_only_what_came_since(
    index: IndexKeeper, reads: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(keeper, "LONG_OVERLAP", dt.timedelta())
    for item in ("a", "b", "c"):
        add(item)
    assert building.build(always=True) == 3
    remove("b")
    add("d")
    del reads[:]
    assert held(index) == ["a", "c", "d"]
    assert {embeddings.parts_of(id)[0] for id in reads} <= {"c", "d"}


def test_moves_over_to_a_newer_snapshot(index: IndexKeeper):
    add("a")
    index.look()
    assert index.view().index.fresh == 1
    building.build(always=True)
    assert held(index) == ["a"]
    # What is younger than the overlap lies over itself once more.
    assert index.view().index.hidden == index.view().index.fresh == 1


def test_a_damaged_snapshot_is_rebuilt_from_the_store(index: IndexKeeper, settings):
    add("a", "b")
    building.build(always=True)
    for path in Path(settings.INDEX_DIR).glob("*/vectors.npy"):
        path.write_bytes(path.read_bytes()[:-5])
    assert held(index) == ["a", "b"]


def test_after_a_long_silence_it_compares_everything(
    index: IndexKeeper, monkeypatch: pytest.MonkeyPatch
):
    """The tombstones of what was removed meanwhile may have expired."""
    add("a", "b")
    index.look()
    work().delete_one({"item": "a"})
    assert held(index) == ["a", "b"]
    monkeypatch.setattr(keeper, "TOO_OLD", dt.timedelta(seconds=-1))
    assert held(index) == ["b"]


def test_changes_over_to_the_encoder_that_serves(index: IndexKeeper):
    add("a")
    index.look()
    old = index.view()
    switching.want("other")
    switching.advance()
    add(encoder=B)
    assert held(index) == ["a"]
    assert index.view() == old
    switching.advance()
    assert held(index) == ["a"]
    assert index.view().encoder.fingerprint == B
    assert index.view().index.ids() == [f"a|p|{B}"]
    assert old.index.ids() == [f"a|p|{A}"]


def test_its_thread_keeps_it_fresh_and_outlives_an_outage(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(keeper, "PAUSE_S", 0.01)
    own, current = IndexKeeper(), switching.current
    add("a")
    assert len(own.view().index) == 1
    failed = threading.Event()

    def away() -> None:
        failed.set()
        raise ServerSelectionTimeoutError("no server")

    monkeypatch.setattr(switching, "current", away)
    assert failed.wait(10)
    add("b")
    assert len(own.view().index) == 1
    monkeypatch.setattr(switching, "current", current)
    until(lambda: len(own.view().index) == 2)
    own.stop()


def until(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(1000):
        if condition():
            return
        pause.wait(0.02)
    pytest.fail("It never came about.")


def test_says_that_nothing_is_loaded_when_the_store_is_away(monkeypatch: pytest.MonkeyPatch):
    def away() -> None:
        raise ServerSelectionTimeoutError("no server")

    monkeypatch.setattr(switching, "current", away)
    own = IndexKeeper()
    with pytest.raises(NotLoaded):
        own.view()
    assert own.age is None
    own.stop()


# Building


def test_a_snapshot_is_built_only_when_that_is_worth_it(monkeypatch: pytest.MonkeyPatch):
    assert building.build(always=False) == 0
    add("a", "b")
    assert building.build(always=False) == 2
    add("c")
    assert building.build(always=False) == 0
    assert building.build(always=True) == 3
    monkeypatch.setattr(building, "LEAST_DRIFT", 0)
    remove("a")
    assert building.build(always=False) == 2


def test_building_sends_back_what_is_ready_without_a_vector():
    add("a", "b")
    stored().delete_many({"_id": f"a|p|{A}"})
    assert building.build(always=True) == 1
    assert work().find_one({"item": "a"})["state"] == "waiting"
    assert work().find_one({"item": "b"})["state"] == "ready"


def test_only_one_builds_at_a_time():
    with building._alone(), pytest.raises(building.Busy):
        building.build(always=True)


def test_building_reports_its_progress():
    add("a", "b")
    told: list[tuple[int, int]] = []
    building.build(always=True, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (2, 2)


def test_building_deletes_the_snapshots_of_retired_encoders(settings):
    add("a")
    snapshot.publish(settings.INDEX_DIR, "dd" * 8, ScanIndex(Rows.of(["x"], np.eye(1))), ORIGIN)
    building.build(always=True)
    assert snapshot.latest(settings.INDEX_DIR, "dd" * 8) is None
    assert snapshot.latest(settings.INDEX_DIR, A) is not None


def test_a_sweep_of_the_builder_heals_lost_vectors_though_it_builds_nothing():
    add("a", "b")
    building.build(always=True)
    stored().delete_one({"item": "b"})
    assert building.build(always=False) == 0
    assert work().find_one({"item": "b"})["state"] == "waiting"

"""A backup of MongoDB is restored under running processes: all of them find what is there now."""

import datetime as dt
from collections.abc import Callable, Iterable

import numpy as np
import pytest

from recommender import switching
from recommender.index import snapshot
from recommender.serving import building, keeper
from recommender.serving.keeper import IndexKeeper
from recommender.store import claiming, database, reading, tracking
from recommender.store.database import Document, state, stored, work
from tests.recommender.serving.stocking import ENCODER, add, remove, unit

pytestmark = pytest.mark.usefixtures("fingerprint")

Contents = dict[str, list[float]]
COLLECTIONS = (work, stored, state)


class Backup:
    """What the collections held when it was made."""

    def __init__(self) -> None:
        self._held = {collection: list(collection().find()) for collection in COLLECTIONS}

    def restore(self, *, but: Iterable[Callable] = ()) -> None:
        for collection, documents in self._held.items():
            if collection not in but:
                _replace(collection, documents)


def _replace(collection: Callable, documents: list[Document]) -> None:
    collection().delete_many({})
    if documents:
        collection().insert_many(documents)


def held(own: IndexKeeper) -> Contents:
    """What a process answers from after a look: the vectors by id."""
    index = own.look().index
    ids = index.ids_under("")
    return dict(zip(ids, index.vectors_of(ids).tolist(), strict=True)) if ids else {}


def belonging() -> Contents:
    ids, rows = reading.load(sorted(reading.listed(ENCODER)))
    return dict(sorted(zip(ids, rows.tolist(), strict=True)))


def photograph_anew(item: str, seed: int) -> None:
    """Another vector under the same id."""
    assert tracking.requeue_item(item, [ENCODER])
    batch = claiming.claim(ENCODER, limit=1, lease=60.0)
    assert batch
    claiming.store(batch, [job.id for job in batch.jobs], unit(seed, 1))


def go_on() -> None:
    """Everything that can happen after a backup."""
    remove("a")
    add("new", seed=8)
    photograph_anew("b", seed=9)


@pytest.fixture
def backup() -> Backup:
    add("a", "b", "c")
    return Backup()


@pytest.fixture
def running(backup: Backup) -> IndexKeeper:
    """A process that saw what happened after the backup was made."""
    own = IndexKeeper()
    own.look()
    go_on()
    assert held(own) == belonging()
    return own


@pytest.fixture
def looks_far(monkeypatch: pytest.MonkeyPatch) -> None:
    """The look that is made every fifteen seconds is the next one."""
    monkeypatch.setattr(keeper, "THOROUGH_EVERY_S", -1.0)


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The count that is made every minute is made at the next look."""
    monkeypatch.setattr(keeper, "COUNTED_EVERY_S", -1.0)


def identity() -> str:
    return switching.current().store


def test_a_running_process_goes_back_with_its_store(backup: Backup, running: IndexKeeper):
    before = identity()
    backup.restore()
    assert held(running) == belonging()
    assert len(belonging()) == 3
    # So that what others took from it does not belong to it either.
    assert identity() != before
    add("later", seed=10)
    assert held(running) == belonging()


def test_of_several_processes_each_goes_back(backup: Backup, running: IndexKeeper):
    other = IndexKeeper()
    other.look()
    backup.restore()
    assert held(running) == belonging()
    renewed = identity()
    assert held(other) == belonging()
    assert identity() == renewed


def test_a_revision_that_is_higher_by_chance_hides_nothing(backup: Backup, running: IndexKeeper):
    backup.restore()
    for _ in range(10):
        database.bump()
    add("later", seed=10)
    assert held(running) == belonging()


@pytest.mark.usefixtures("looks_far")
def test_a_state_that_was_not_restored_hides_nothing(backup: Backup, running: IndexKeeper):
    backup.restore(but=[state])
    assert held(running) == belonging()


def test_a_state_that_is_missing_afterwards(backup: Backup, running: IndexKeeper):
    backup.restore(but=[state])
    state().delete_many({})
    assert held(running) == belonging()


def test_a_database_that_was_dropped_under_a_running_process(running: IndexKeeper):
    work().database.client.drop_database(work().database)
    assert held(running) == {}
    add("a", "d", seed=3)
    assert held(running) == belonging()
    lives = [found.get("expireAfterSeconds") for found in work().index_information().values()]
    assert database.TOMBSTONE_LIFE_S in lives


def test_what_nothing_tells_of_a_count_does(running: IndexKeeper, counts: None):
    """As if a part of a backup had been copied into the store."""
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=3)
    document = work().find_one({"item": "c"}) | {"_id": f"x|p|{ENCODER}", "item": "x"}
    work().insert_one(document | {"changed": long_ago})
    stored().insert_one(stored().find_one({"item": "c"}) | {"_id": f"x|p|{ENCODER}"})
    for _ in range(keeper.LOOKS_THAT_DIFFER):
        running.look()
    assert len(held(running)) == 4
    assert held(running) == belonging()


def test_what_lost_its_vector_is_embedded_anew_after_a_count(running: IndexKeeper, counts: None):
    """As after a backup of the list that is younger than that of the vectors."""
    document = work().find_one({"item": "c"}) | {"_id": f"y|p|{ENCODER}", "item": "y"}
    work().insert_one(document)
    for _ in range(keeper.LOOKS_THAT_DIFFER):
        running.look()
    assert work().find_one({"item": "y"})["state"] == "waiting"


@pytest.mark.usefixtures("looks_far")
def test_a_tombstone_that_expired_is_no_step_back(running: IndexKeeper):
    before = identity()
    remove("new")
    running.look()
    work().delete_many({"state": "removed"})
    assert held(running) == belonging()
    assert identity() == before


# Snapshots


def test_a_snapshot_that_is_newer_than_the_store_is_not_believed(backup: Backup):
    go_on()
    building.build(always=True)
    backup.restore()
    assert held(IndexKeeper()) == belonging()
    assert building.build(always=False) == len(belonging())
    assert held(IndexKeeper()) == belonging()


def test_nor_is_it_once_the_revision_is_as_high(backup: Backup):
    go_on()
    building.build(always=True)
    backup.restore()
    for _ in range(10):
        database.bump()
    assert held(IndexKeeper()) == belonging()


def test_nor_by_whoever_looks_after_another_one_noticed(
    settings, backup: Backup, running: IndexKeeper
):
    building.build(always=True)
    newer = snapshot.latest(settings.INDEX_DIR, ENCODER)
    backup.restore()
    running.look()
    for _ in range(10):
        database.bump()
    add("later", seed=10)
    assert snapshot.latest(settings.INDEX_DIR, ENCODER) == newer
    assert held(IndexKeeper()) == belonging()


def test_nor_by_a_builder(settings, backup: Backup):
    go_on()
    building.build(always=True)
    backup.restore()
    switching.begin_anew(switching.current())
    assert building.build(always=True) == len(belonging())
    found = snapshot.open_latest(settings.INDEX_DIR, ENCODER)
    assert found is not None
    np.testing.assert_array_equal(
        found.index.as_rows().vectors, np.array(list(belonging().values()), np.float32)
    )


def test_a_snapshot_that_is_older_than_the_backup_serves_on(backup: Backup):
    building.build(always=True)
    add("d", seed=3)
    later = Backup()
    remove("a")
    later.restore()
    own = IndexKeeper()
    assert held(own) == belonging()
    # All three of it lie under themselves, being younger than the overlap.
    assert own._contents().removed == 3

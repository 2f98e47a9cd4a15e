import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from recommender import search, tasks
from recommender.index import snapshot
from recommender.index.exact import ExactIndex
from recommender.index.rows import Rows
from recommender.index.scan import ScanIndex
from recommender.serving import building, checking, jobs, keeper, reports
from recommender.serving.checking import Check
from recommender.serving.jobs import Job, State
from recommender.serving.keeper import IndexKeeper
from recommender.store import claiming, database, reading, tracking
from recommender.store.database import stored, work
from tests.processes import wait_until

A = "0" * 16


def put(count: int, dimension: int = 8) -> None:
    """Put items with one ready photograph each into the store."""
    for number in range(count):
        tracking.match_wanted(f"{number:04}", ["p"], listed=True, encoders=[A])
    rows = unit(count, dimension)
    while batch := claiming.claim(A, limit=100, lease=60.0):
        ids = [job.id for job in batch.jobs]
        claiming.store(batch, ids, rows[: len(ids)])
        rows = rows[len(ids) :]


def unit(count: int, dimension: int) -> np.ndarray:
    rows = np.random.default_rng(0).standard_normal((count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(autouse=True)
def at_once(encoders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "PAUSE_S", 0.0)


# The comparison with the store


def test_a_sound_index():
    put(30)
    building.build(always=True)
    told: list[tuple[int, int]] = []
    found = checking.check(lambda done, total: told.append((done, total)))
    assert found._replace(seconds=0.0) == Check(A, 30, 30, 1.0, 0, 0, 0.0)
    assert told[-1] == (30, 30)
    assert checking.verdict(found).sound
    assert not checking.verdict(found).remedy


def test_an_empty_store():
    found = checking.check()
    assert (found.rows, found.recall, found.missing, found.surplus) == (0, None, 0, 0)
    assert checking.verdict(found).sound


def test_what_came_since_the_snapshot_is_no_fault():
    put(5)
    building.build(always=True)
    tracking.match_wanted("0001", [], listed=False, encoders=[])
    tracking.match_wanted("0002", ["p"], listed=False, encoders=[A])
    found = checking.check()
    assert (found.rows, found.missing, found.surplus) == (3, 0, 0)


def test_a_snapshot_that_lacks_something_and_holds_what_is_gone(settings):
    put(4)
    building.build(always=True)
    origin = snapshot.about_latest(settings.INDEX_DIR, A).origin
    ids = [f"{number:04}|p|{A}" for number in (0, 1, 7)]
    wrong = ScanIndex(Rows.of(ids, unit(3, 8)))
    # As if all else had changed longer ago than what a process looks back to.
    before = {"$set": {"changed": origin.until - dt.timedelta(hours=1)}}
    work().update_many({"item": {"$ne": "0001"}}, before)
    snapshot.publish(settings.INDEX_DIR, A, wrong, origin)
    found = checking.check()
    assert (found.rows, found.missing, found.surplus) == (3, 2, 1)
    verdict = checking.verdict(found)
    assert not verdict.sound
    assert "lacks: 2" in verdict.words
    assert "should not: 1" in verdict.words
    assert "Rebuild" in verdict.remedy


def test_a_vector_that_was_lost_is_missing():
    put(4)
    stored().delete_one({"_id": f"0002|p|{A}"})
    assert checking.check().missing == 1


def test_what_is_only_being_changed_is_no_fault(monkeypatch: pytest.MonkeyPatch):
    put(4)
    building.build(always=True)
    there = reading.listed(A)
    came, *rest = there
    earlier = [there | {"gone meanwhile": there[came]}, {id: there[id] for id in rest}]
    monkeypatch.setattr(reading, "listed", lambda _: earlier.pop() if earlier else there)
    found = checking.check()
    assert earlier == []
    assert (found.missing, found.surplus) == (0, 0)


def test_where_mongodb_searches_what_it_may_find_is_compared(
    search_node, keeper, monkeypatch: pytest.MonkeyPatch
):
    put(4)
    building.build(always=True)
    stored().update_one({"item": "0001"}, {"$set": {"listed": False}})
    stored().update_one({"item": "0002"}, {"$set": {"encoder": "f" * 16}})
    work().update_one({"item": "0003"}, {"$set": {"listed": False}})
    monkeypatch.setattr(checking, "recall", lambda *_: None)
    found = checking.check()
    assert (found.rows, found.missing, found.surplus) == (3, 2, 1)


# The comparison with what the processes say


@pytest.fixture
def talkative(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes report every moment, so that nobody need wait for them."""
    database.reports().delete_many({})
    monkeypatch.setattr(keeper, "PAUSE_S", 0.02)
    monkeypatch.setattr(checking, "PAUSE_S", 0.1)
    monkeypatch.setattr(checking, "REPORTS_WITHIN_S", 3.0)
    for often in ("UNCHANGED_EVERY_S", "CHANGED_EVERY_S"):
        monkeypatch.setattr(reports, often, 0.05)


@pytest.fixture
def running(talkative: None) -> Iterator[IndexKeeper]:
    """A process that serves four photographs, in a thread of this one."""
    put(4)
    own = IndexKeeper()
    own.view()
    wait_until(lambda: told_rows() == [4])
    yield own
    own.stop()


def told_rows() -> list[int | None]:
    """How many photographs each process says that it finds."""
    return [found.contents.rows for found in reports.processes()]


def lose_one(running: IndexKeeper) -> None:
    """Returns once the process has said that it finds one less."""
    running.view().index.remove([f"0002|p|{A}"])
    wait_until(lambda: told_rows() == [3])


def test_processes_that_answer_from_what_the_store_holds(running: IndexKeeper):
    found = checking.check()
    assert found.astray == ()
    assert checking.verdict(found).sound
    assert search.astray() == []


@pytest.mark.slow
def test_a_process_that_answers_from_something_else_is_named(running: IndexKeeper):
    lose_one(running)
    found = checking.check()
    assert (found.missing, found.surplus) == (0, 0)
    (astray,) = found.astray
    assert (astray["pid"], astray["rows"], astray["belong"]) == (os.getpid(), 3, 4)
    verdict = checking.verdict(found)
    assert not verdict.sound
    assert f"(process {os.getpid()}) finds 3 photographs, 4 belong" in verdict.words
    assert verdict.remedy
    assert search.astray() == [verdict.words]


def test_it_mends_itself_and_then_is_not_named(running: IndexKeeper, monkeypatch):
    lose_one(running)
    monkeypatch.setattr(keeper, "COUNTED_EVERY_S", 0.05)
    wait_until(lambda: told_rows() == [4])
    assert checking.check().astray == ()
    assert len(running.view().index) == 4


@pytest.mark.slow
def test_a_process_that_ended_is_not_named(running: IndexKeeper):
    running.stop()
    tracking.match_wanted("0001", [], listed=False, encoders=[])
    assert checking.check().astray == ()


@pytest.mark.slow
def test_a_check_is_kept_with_whom_it_named(running: IndexKeeper):
    lose_one(running)
    jobs.record(Job.CHECK, checking.check()._asdict())
    assert "process" in search.index_report().verdict.words


# The comparison with exact search


class Forgetful(ScanIndex):
    """Finds every second of the nearest."""

    def _nearest(self, rows: Rows, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        places, scores = super()._nearest(rows, queries, min(2 * k, len(rows.ids)))
        return places[:, ::2], scores[:, ::2]


@pytest.fixture
def rows() -> Rows:
    return Rows.of([f"{number:03}" for number in range(100)], unit(100, 16))


@pytest.mark.parametrize(("index", "share"), [(ExactIndex, 1.0), (Forgetful, 0.5)])
def test_recall_is_the_share_of_the_nearest(index: type[ScanIndex], share: float, rows: Rows):
    assert checking.recall(index(rows), rows.vectors[:25]) == share


def test_equal_pictures_stand_for_each_other():
    same = np.repeat(unit(1, 8), 40, axis=0)
    rows = Rows.of([f"{number:02}" for number in range(40)], same)
    assert checking.recall(Forgetful(rows), same[:5]) == 1.0


@pytest.mark.parametrize("count", [0, 1])
def test_there_is_no_recall_without_neighbours(count: int):
    rows = Rows.of([str(number) for number in range(count)], unit(count, 8))
    assert checking.recall(ScanIndex(rows), unit(count, 8)) is None


def test_a_poor_recall_is_said_with_what_to_do():
    verdict = checking.verdict(Check(A, 9, 9, 0.912, 0, 0, 0.1))
    assert not verdict.sound
    assert "91.2%" in verdict.words
    assert "VITRINE_INDEX_FACTORY" in verdict.remedy


@pytest.mark.slow
def test_a_graph_is_checked(settings):
    settings.INDEX_SCAN_BELOW = 50
    put(120)
    building.build(always=True)
    found = checking.check()
    assert found.queries == 120
    assert found.recall > 0.9


# As the shop asks for it


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Does what was asked; it is not called otherwise."""
    monkeypatch.setattr(tasks, "call_to_index", lambda: None)
    return tasks.tend_index


def test_a_report_before_anything_happened():
    report = search.index_report()
    assert (report.belonging, report.snapshot, report.found) == (0, None, None)
    assert report.check.state == report.rebuild.state == State.IDLE


@pytest.mark.slow
def test_the_shop_asks_and_is_told(worker: Callable[[], None]):
    put(12)
    search.rebuild_index()
    search.check_index()
    waiting = search.index_report()
    assert waiting.rebuild.unfinished
    assert waiting.check.unfinished
    worker()
    report = search.index_report()
    assert report.rebuild.result == {"rows": 12}
    assert report.belonging == report.snapshot.rows == report.found.rows == 12
    assert report.snapshot.size > 12 * 8 * 4
    assert report.snapshot.factory is None
    assert report.verdict.sound
    assert report.states["ready"] == 12


def test_a_broker_that_is_away_loses_no_request(monkeypatch: pytest.MonkeyPatch):
    def away(*_: object, **__: object) -> None:
        raise OSError("no broker")

    monkeypatch.setattr(tasks.tend_index, "apply_async", away)
    search.check_index()
    assert search.index_report().check.state == State.WAITING


def test_a_damaged_manifest_is_no_snapshot_to_tell_of(settings):
    put(2)
    building.build(always=True)
    for path in Path(settings.INDEX_DIR).glob("*/manifest.json"):
        path.write_text("{")
    assert search.index_report().snapshot is None


def test_the_index_of_this_process_is_left_alone(worker: Callable[[], None], index: IndexKeeper):
    put(3)
    search.check_index()
    worker()
    assert index.age is None
    assert search.index_report().found.rows == 3

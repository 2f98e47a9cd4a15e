import datetime as dt
import os
import sys
import time
from collections.abc import Iterator
from types import SimpleNamespace

import psutil
import pytest
from pymongo.errors import ServerSelectionTimeoutError

from recommender import search
from recommender.serving import reports
from recommender.serving.keeper import EncoderKeeper, IndexKeeper
from recommender.serving.reports import Contents, Reporter
from recommender.store import database, tracking
from tests.processes import wait_until

A = "0" * 16
SOME = Contents("tiny", A, rows=3, fresh=1, removed=0, snapshot=None)
MORE = SOME._replace(rows=4, fresh=2)


@pytest.fixture(autouse=True)
def no_reports(store: None) -> Iterator[None]:
    database.reports().delete_many({})
    yield
    database.reports().delete_many({})


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The monotonic seconds that reporters see."""
    now = [0.0]
    monkeypatch.setattr(reports, "time", SimpleNamespace(monotonic=lambda: now[0], time=time.time))
    return now


def rows_told() -> int | None:
    (process,) = reports.processes()
    return process.contents.rows


def test_a_process_tells_who_it_is_and_what_it_holds():
    Reporter().tell(SOME, age=0.25)
    (process,) = reports.processes()
    assert process.pid == os.getpid()
    assert process.contents == SOME
    assert process.looked >= 0.25
    assert 0 < process.memory < psutil.virtual_memory().total
    assert process.program


def test_what_changed_is_told_soon_and_what_did_not_now_and_then(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
):
    written: list[int | None] = []
    monkeypatch.setattr(reports, "_write", lambda **told: written.append(told["contents"]["rows"]))
    reporter = Reporter()
    for seconds, contents in [(0, SOME), (0.5, MORE), (2, MORE), (4, MORE), (11, MORE), (12, MORE)]:
        clock[0] = seconds
        reporter.tell(contents, age=0.0)
    assert written == [3, 4, 4]


def test_a_later_report_takes_the_place_of_the_one_before(clock: list[float]):
    reporter = Reporter()
    reporter.tell(SOME, age=0.0)
    clock[0] = reports.CHANGED_EVERY_S
    reporter.tell(MORE, age=0.0)
    assert rows_told() == 4


def test_a_process_that_fell_silent_is_taken_to_have_ended():
    Reporter().tell(SOME, age=0.0)
    silent = dt.timedelta(seconds=reports.ALIVE_S + 1)
    (report,) = database.reports().find()
    database.reports().update_one({}, {"$set": {"reported": report["reported"] - silent}})
    assert reports.processes() == []


def test_reports_expire(no_reports: None):
    indexes = database.reports().index_information().values()
    lives = [found.get("expireAfterSeconds") for found in indexes if found["key"][0][0] != "_id"]
    assert lives == [database.REPORT_LIFE_S]


def test_a_store_that_is_away_stops_nothing(clock: list[float], monkeypatch: pytest.MonkeyPatch):
    def away(**_: object) -> None:
        raise ServerSelectionTimeoutError("no server")

    reporter = Reporter()
    with monkeypatch.context() as outage:
        outage.setattr(reports, "_write", away)
        reporter.tell(SOME, age=0.0)
    clock[0] = reports.CHANGED_EVERY_S
    reporter.tell(SOME, age=0.0)
    assert rows_told() == 3


def test_the_thread_of_an_index_reports_it(encoders):
    tracking.match_wanted("a", ["p"], listed=True, encoders=[A])
    own = IndexKeeper()
    own.start()
    wait_until(lambda: len(reports.processes()) == 1)
    own.stop()
    assert reports.processes()[0].contents == Contents("tiny", A, 0, 0, 0, None, 0)
    assert search.index_report().processes[0].contents.encoder == "tiny"


def test_where_mongodb_searches_there_are_no_counts(keeper: EncoderKeeper, encoders):
    assert keeper._contents() is None
    keeper.look()
    assert keeper._contents() == Contents("tiny", A)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["/bin/gunicorn", "--bind=:1"], "gunicorn"),
        (["/lib/celery/__main__.py", "worker"], "celery"),
        (["manage.py", "embed", "--watch"], "manage.py embed"),
    ],
)
def test_names_the_program(monkeypatch: pytest.MonkeyPatch, arguments: list[str], name: str):
    monkeypatch.setattr(sys, "argv", arguments)
    assert reports._program() == name

from __future__ import annotations

from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from celery_app import app as celery
from recommender import search
from recommender.search import Clock
from recommender.store import claiming, tracking
from recommender.store.database import stored
from shop.demo.terms import prepare_terms
from shop.operations import doctor, health
from shop.operations.doctor import State
from shop.operations.health import Answer


def answer(name: str, *, ok: bool) -> Answer:
    return Answer(name, ok, "some version" if ok else "no server at shop.example", 0.0)


def test_embedded_server_that_is_away_names_its_log(settings: Settings) -> None:
    settings.EMBEDDED_SERVERS = ["mongo", "broker"]
    for look, name in ((doctor.mongodb, "mongo.log"), (doctor.broker, "broker.log")):
        finding = look(answer("any", ok=False))
        assert finding.state is State.FAULT
        assert name in finding.remedy


def test_database_that_is_away_is_a_fault_with_a_remedy(settings: Settings) -> None:
    settings.EMBEDDED_SERVERS = []
    for look, name in ((doctor.sql, "DATABASE_URL"), (doctor.mongodb, "MONGODB_URI")):
        finding = look(answer("any", ok=False))
        assert finding.state is State.FAULT
        assert finding.detail == "no server at shop.example"
        assert name in finding.remedy


def test_stand_in_is_named_as_such(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    settings.EMBEDDED_SERVERS = ["mongo"]
    assert doctor.mongodb(answer("mongodb", ok=True)).state is State.NOTE
    settings.EMBEDDED_SERVERS = []
    assert doctor.mongodb(answer("mongodb", ok=True)).state is State.OK


def test_embedded_broker_is_named(settings: Settings) -> None:
    settings.EMBEDDED_SERVERS = ["broker"]
    assert doctor.broker(answer("broker", ok=True)).detail.endswith("/redis-server")
    settings.EMBEDDED_SERVERS = []
    assert doctor.broker(answer("broker", ok=True)).detail == "some version"


def test_failed_embeddings_are_worth_a_note() -> None:
    assert doctor.embeddings({"waiting": 0, "ready": 3, "failed": 0}).detail == "3 ready"
    assert doctor.embeddings({"ready": 3, "failed": 1}).state is State.NOTE


@pytest.mark.django_db
def test_empty_catalogue_is_told_how_to_be_filled() -> None:
    finding = doctor.catalogue()
    assert finding.state is State.NOTE
    assert "seed_demo" in finding.remedy


@pytest.mark.django_db
def test_migrated_databases_are_up_to_date() -> None:
    assert doctor.tables().state is State.OK


def test_clocks_that_differ_are_named_with_what_to_do() -> None:
    told = [
        Clock("shop1", 11, "gunicorn", 0.4),
        Clock("shop2", 12, "celery", 15.2),
        Clock("shop3", 13, "celery", -120.0),
    ]
    ahead, behind = doctor.clocks(told)
    assert ahead.state is State.NOTE
    assert ahead.detail == "celery on shop2 (process 12) is 15.2 s ahead of MongoDB's clock"
    assert behind.detail == "celery on shop3 (process 13) is 120.0 s behind MongoDB's clock"
    assert "NTP" in ahead.remedy


@pytest.fixture
def eight_lost(db: None, settings: Settings, tmp_path: Path) -> None:
    """Ten photographs are said to be ready, of which eight have no vector."""
    settings.INDEX_DIR = tmp_path / "index"
    encoder = search.index_report().fingerprint
    for number in range(10):
        tracking.match_wanted(f"item{number}", ["p"], listed=True, encoders=[encoder])
    batch = claiming.claim(encoder, limit=10, lease=60.0)
    assert batch
    claiming.store(batch, [job.id for job in batch.jobs], np.eye(10, dtype=np.float32))
    stored().delete_many({"_id": {"$in": [job.id for job in batch.jobs[2:]]}})


def test_an_index_that_is_too_small_is_a_fault(
    eight_lost: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "INDEX_PAUSE_SECONDS", 0.0)
    finding = doctor.index()
    assert finding.state is State.FAULT
    assert finding.detail == "2 photographs, but 10 belong in it"
    assert "build_index" in finding.remedy


@pytest.mark.parametrize(
    ("pongs", "state"), [([], State.NOTE), ([{"celery@shop": {"ok": "pong"}}], State.OK)]
)
def test_workers_are_counted(
    embedded_servers: None,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    pongs: list[dict[str, object]],
    state: State,
) -> None:
    settings.CELERY_TASK_ROUTES = {"doctor-test": {}}
    monkeypatch.setattr(celery.control, "ping", lambda timeout: pongs)
    assert doctor.workers().state is state


def test_wake_that_no_worker_takes_is_worth_a_note(
    embedded_servers: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CELERY_TASK_ROUTES = {"doctor-test": {}}
    monkeypatch.setattr(doctor, "WAKE_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(celery.control, "ping", lambda timeout: [{"celery@shop": {"ok": "pong"}}])
    with celery.connection_or_acquire() as connection:
        queue = connection.SimpleQueue("doctor-test")
        queue.put("a wake")
        try:
            finding = doctor.workers()
        finally:
            queue.clear()
            queue.close()
    assert finding.state is State.NOTE
    assert finding.detail == "1 answering, but none takes from doctor-test"


@pytest.mark.slow
@pytest.mark.django_db
def test_fault_makes_the_command_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [answer("sql", ok=False), answer("mongodb", ok=True), answer("broker", ok=True)]
    monkeypatch.setattr(health, "answers", lambda: answers)
    told = StringIO()
    with pytest.raises(CommandError, match="fault"):
        call_command("doctor", stdout=told)
    assert "SQL database: no server at shop.example" in told.getvalue()


def test_a_shop_without_delivery_is_told(db: None) -> None:
    finding = doctor.delivery()
    assert (finding.state, finding.detail) == (State.FAULT, "none is offered, so nobody can order")
    prepare_terms()
    assert doctor.delivery().state == State.OK


def test_a_shop_for_trying_out_may_keep_its_mails(settings: Settings) -> None:
    assert [finding.state for finding in doctor.mails()] == [State.OK]


def test_a_shop_for_the_public_is_told_what_its_mails_lack(settings: Settings) -> None:
    settings.HTTPS = True
    told = {finding.remedy.split()[1].rstrip(";") for finding in doctor.mails()}
    names = {"VITRINE_SELLER", "VITRINE_ORIGIN", "VITRINE_EMAIL_FROM"}
    assert told == {"EMAIL_URL"} | names
    settings.MAIL = {"host": "mail.example"}
    settings.SELLER = ["Ada & Co"]
    settings.ORIGIN = "https://shop.example"
    settings.DEFAULT_FROM_EMAIL = "Ada & Co <shop@shop.example>"
    (finding,) = doctor.mails()
    assert (finding.state, finding.detail) == (State.OK, "from Ada & Co <shop@shop.example>")

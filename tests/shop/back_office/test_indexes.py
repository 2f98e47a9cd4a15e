"""The merchant's page about the index."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.test import Client
from kombu.exceptions import OperationalError

from recommender import search, tasks
from recommender.serving import jobs
from recommender.serving.jobs import Job
from recommender.serving.reports import Contents, Reporter
from recommender.store import claiming, tracking
from recommender.store.database import state, stored

pytestmark = pytest.mark.django_db

PAGE, NOW = "/admin/index/", "/admin/index/now/"
REBUILD, CHECK = "/admin/index/rebuild/", "/admin/index/check/"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def away_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker hears of anything; `worker` is the one that there is."""

    def refuse(*_: object, **__: object) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.tend_index, "apply_async", refuse)


@pytest.fixture
def worker(settings, tmp_path) -> Callable[[], None]:
    """Does what was asked of the index, which holds twelve photographs."""
    settings.INDEX_DIR = tmp_path / "index"
    encoder = search.index_report().fingerprint
    for number in range(12):
        tracking.match_wanted(f"item {number}", ["p"], listed=True, encoders=[encoder])
    batch = claiming.claim(encoder, limit=12, lease=60.0)
    assert batch
    claiming.store(batch, [job.id for job in batch.jobs], np.eye(12, 16, dtype=np.float32))
    return tasks.tend_index


def text_of(client: Client, path: str = PAGE) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_page_before_anything_happened(admin_client: Client) -> None:
    html = text_of(admin_client)
    assert "<h1" in html
    assert "There is none yet, so every process reads all vectors" in html
    assert "There was none yet." in html
    assert "No process has the index loaded" in html
    assert 'hx-trigger="load delay:5s"' in html


def test_what_was_asked_is_seen_to_wait_and_to_be_done(
    admin_client: Client, worker: Callable[[], None]
) -> None:
    assert "Waiting for a worker" in admin_client.post(REBUILD, follow=True).content.decode()
    html = admin_client.post(CHECK, headers=HTMX).content.decode()
    assert html.lstrip().startswith('<div class="desk" id="search-index"')
    assert html.count("Waiting for a worker") == 2
    assert 'hx-trigger="load delay:1s"' in html
    worker()
    html = text_of(admin_client, NOW)
    assert "with 12 photographs." in html
    assert "finds 100.0% of the nearest" in html
    assert "<dd>1.0000 <small>of 12 queries</small></dd>" in html
    assert "Waiting for a worker" not in html


def test_how_far_a_worker_is(admin_client: Client) -> None:
    search.check_index()
    state().update_one({"_id": Job.CHECK}, {"$set": {"state": "running", "done": 50, "total": 200}})
    html = text_of(admin_client)
    assert '<progress max="200" value="50"' in html
    assert "A worker checks the index: 50 of 200 queries are compared." in html
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in html


def test_a_job_that_failed_says_why(admin_client: Client) -> None:
    def full(progress: object) -> dict[str, object]:
        raise OSError("No space left on the device.")

    search.rebuild_index()
    jobs.run(Job.REBUILD, full)
    assert "It failed: No space left on the device." in text_of(admin_client)


def test_a_check_that_found_something_says_what_to_do(
    admin_client: Client, worker: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommender.serving.checking.PAUSE_S", 0.0)
    stored().delete_one({"item": "item 3"})
    search.check_index()
    worker()
    html = text_of(admin_client)
    assert "lacks: 1;" in html
    assert "Rebuild it, then check again." in html


def test_a_check_of_another_encoder_is_marked(
    admin_client: Client, worker: Callable[[], None]
) -> None:
    search.check_index()
    worker()
    assert "Another encoder serves" not in text_of(admin_client)
    state().update_one({"_id": Job.CHECK}, {"$set": {"result.fingerprint": "f" * 16}})
    assert "Another encoder serves since then" in text_of(admin_client)


def test_every_process_has_its_line(admin_client: Client, worker: Callable[[], None]) -> None:
    search.rebuild_index()
    worker()
    report = search.index_report()
    assert report.snapshot
    Reporter().tell(Contents("fashion", "f", 1012, 31, 7, report.snapshot.name), age=0.1)
    html = text_of(admin_client)
    assert "<td>1,012</td> <td>31</td> <td>7</td> <td>newest</td>" in html
    assert "s ago</td>" in html
    # A test's own process may have grown as large.
    assert re.search(r"\d [MG]B</td>", html)


def test_where_mongodb_searches_there_is_no_snapshot(admin_client: Client, settings) -> None:
    settings.INDEX = "mongodb"
    Reporter().tell(Contents("fashion", "f"), age=0.1)
    html = text_of(admin_client)
    assert "MongoDB Vector Search" in html
    assert "Snapshot" not in html
    assert "Fresh" not in html


def test_the_overview_and_the_navigation_lead_there(admin_client: Client) -> None:
    assert text_of(admin_client, "/admin/").count(f'href="{PAGE}"') >= 2


@pytest.mark.parametrize("path", [REBUILD, CHECK])
def test_only_superusers_may_ask(client: Client, path: str) -> None:
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    assert client.post(path).status_code == 403
    html = text_of(client)
    assert "Rebuild now" not in html
    assert "Check now" not in html


@pytest.mark.parametrize("path", [PAGE, NOW])
def test_strangers_are_sent_to_log_in(client: Client, path: str) -> None:
    assert client.get(path).headers["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("path", [REBUILD, CHECK])
def test_asking_takes_a_form_with_its_token(admin_client: Client, path: str) -> None:
    assert admin_client.get(path).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(is_superuser=True))
    assert strict.post(path).status_code == 403


def test_the_recommender_away_stops_neither_page_nor_buttons(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise search.SearchUnavailable("The store of the embeddings is away.")

    with monkeypatch.context() as away:
        away.setattr(search, "index_report", refuse)
        away.setattr(search, "check_index", refuse)
        assert "does not answer just now" in text_of(admin_client)
        html = admin_client.post(CHECK, follow=True).content.decode()
    assert "The store of the embeddings is away." in html

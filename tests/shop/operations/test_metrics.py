from __future__ import annotations

import numpy as np
import pytest
from django.test import Client
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as open_metrics,
)
from prometheus_client.parser import text_string_to_metric_families

from recommender import search
from recommender.serving import building, checking, jobs
from recommender.serving.jobs import Job
from recommender.serving.reports import Contents, Reporter
from recommender.store import claiming, tracking
from shop.withdrawals import withdrawing
from shop.withdrawals.models import Withdrawal
from shop.withdrawals.withdrawing import Statement

TOKEN = "a long walk by the sea"
BEARER = {"Authorization": f"Bearer {TOKEN}"}

Figures = dict[str, list[tuple[dict[str, str], float]]]


@pytest.fixture
def token(settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def figures(client: Client) -> Figures:
    response = client.get("/metrics", headers=BEARER)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    found: Figures = {}
    for family in text_string_to_metric_families(response.content.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


@pytest.fixture
def three_vectors(db: None, settings, tmp_path) -> str:
    """Three photographs are ready and one waits; the value is the encoder's fingerprint."""
    settings.INDEX_DIR = tmp_path / "index"
    encoder = search.index_report().fingerprint
    for item in ("a", "b", "c"):
        tracking.match_wanted(item, ["p"], listed=True, encoders=[encoder])
    batch = claiming.claim(encoder, limit=3, lease=60.0)
    assert batch
    claiming.store(batch, [job.id for job in batch.jobs], np.eye(3, 8, dtype=np.float32))
    tracking.match_wanted("d", ["p"], listed=True, encoders=[encoder])
    return encoder


def test_closed_where_no_token_is_set(client: Client, db: None) -> None:
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("said", ["", "Bearer ", "Bearer something else", TOKEN, "Bearer é"])
def test_closed_to_whoever_does_not_know_the_token(client: Client, token: None, said: str) -> None:
    response = client.get("/metrics", headers={"Authorization": said})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_tells_how_an_empty_index_stands(client: Client, db: None, token: None) -> None:
    found = figures(client)
    assert found["vitrine_index_expected_rows"] == [({}, 0.0)]
    assert "vitrine_index_snapshot_rows" not in found
    assert "vitrine_index_check_recall" not in found


def test_tells_of_store_snapshot_and_check(client: Client, token: None, three_vectors: str) -> None:
    building.build(always=True)
    jobs.record(Job.CHECK, checking.check()._asdict())
    found = figures(client)
    ((encoder, one),) = found["vitrine_encoder_info"]
    assert (encoder["fingerprint"], one) == (three_vectors, 1.0)
    states = {labels["state"]: value for labels, value in found["vitrine_photographs"]}
    assert states == {"waiting": 1.0, "working": 0.0, "ready": 3.0, "failed": 0.0}
    for name in ("vitrine_index_expected_rows", "vitrine_index_snapshot_rows"):
        assert found[name] == [({}, 3.0)]
    assert found["vitrine_index_check_recall"] == [({}, 1.0)]
    assert found["vitrine_index_check_missing_rows"] == [({}, 0.0)]
    ((_, age),) = found["vitrine_index_snapshot_age_seconds"]
    ((_, size),) = found["vitrine_index_snapshot_size_bytes"]
    assert age > 0
    assert size > 3 * 8 * 4


def test_tells_of_every_process(client: Client, db: None, token: None) -> None:
    Reporter().tell(Contents("fashion", "f", 1000, 30, 7, None), age=0.25)
    found = figures(client)
    ((process, rows),) = found["vitrine_index_rows"]
    assert rows == 1000
    assert set(process) == {"host", "pid", "program"}
    assert found["vitrine_index_fresh_rows"] == [(process, 30.0)]
    assert found["vitrine_index_removed_rows"] == [(process, 7.0)]
    ((_, looked),) = found["vitrine_index_last_look_seconds"]
    ((_, memory),) = found["vitrine_process_resident_memory_bytes"]
    ((_, ahead),) = found["vitrine_process_clock_ahead_seconds"]
    assert looked >= 0.25
    assert abs(ahead) < 1.0
    assert memory > 1e6


def test_a_process_without_counts_has_none(client: Client, db: None, token: None) -> None:
    Reporter().tell(Contents("fashion", "f"), age=0.25)
    found = figures(client)
    assert "vitrine_index_rows" not in found
    assert len(found["vitrine_index_last_look_seconds"]) == 1


def test_speaks_open_metrics_to_whoever_asks(client: Client, db: None, token: None) -> None:
    accept = {"Accept": "application/openmetrics-text; version=1.0.0"}
    response = client.get("/metrics", headers=BEARER | accept)
    names = {family.name for family in open_metrics(response.content.decode())}
    assert "vitrine_index_expected_rows" in names


def test_says_that_the_store_is_away(
    client: Client, db: None, token: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise search.SearchUnavailable("The store of the embeddings is away.")

    monkeypatch.setattr(search, "index_report", refuse)
    assert client.get("/metrics", headers=BEARER).status_code == 503


def test_counts_the_withdrawals_that_wait(client: Client, db: None, token: None) -> None:
    stated = Statement("Ada", "ABCD2345", "ada@example.com")
    withdrawing.receive(stated, key="a key", origin="")
    assert figures(client)["vitrine_withdrawals_waiting"] == [({}, 1.0)]
    withdrawing.settle(Withdrawal.objects.all(), by="mia")
    assert figures(client)["vitrine_withdrawals_waiting"] == [({}, 0.0)]

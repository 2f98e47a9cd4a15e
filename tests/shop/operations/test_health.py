from __future__ import annotations

import pytest
from django.db.utils import OperationalError
from django.test import Client

from shop.operations import health


def fail() -> str:
    raise OperationalError("no server")


@pytest.mark.django_db
def test_healthy_while_every_server_answers(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"sql": "ok", "mongodb": "ok", "broker": "ok"}


@pytest.mark.django_db
@pytest.mark.parametrize("question", ["ask_sql", "ask_mongodb"])
def test_unhealthy_without_a_database(
    client: Client, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    monkeypatch.setattr(health, question, fail)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert "away" in response.json().values()


@pytest.mark.django_db
def test_healthy_without_a_broker(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "ask_broker", fail)
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json()["broker"] == "away"


def test_failure_tells_the_reason_on_one_line() -> None:
    answer = health.ask("sql", fail)
    assert (answer.ok, answer.detail) == (False, "no server")

"""The worker and the web server as processes, against the real broker."""

from __future__ import annotations

import json
import urllib.request

import pytest

from tests.processes import Process


@pytest.mark.django_db(transaction=True)
def test_worker_answers(worker: Process) -> None:
    assert worker.answers()


@pytest.mark.django_db(transaction=True)
def test_health_check_names_each_server(shop_server: str) -> None:
    with urllib.request.urlopen(f"{shop_server}/healthz") as response:  # noqa: S310
        assert json.load(response) == {"sql": "ok", "mongodb": "ok", "broker": "ok"}
        assert "script-src" not in response.headers["Content-Security-Policy"]

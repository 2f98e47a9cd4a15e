"""The worker and the web server as processes, against the real broker."""

from __future__ import annotations

import json

from tests.running_shop import RunningShop


def test_worker_answers(running_shop: RunningShop) -> None:
    assert running_shop.worker.answers()


def test_health_check_names_each_server(running_shop: RunningShop) -> None:
    answer = running_shop.visitor().get("/healthz")
    assert json.loads(answer.text) == {"sql": "ok", "mongodb": "ok", "broker": "ok"}

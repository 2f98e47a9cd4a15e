"""The worker and the web server as processes, against the real broker."""

from __future__ import annotations

import json
import urllib.request

from tests.running_shop import RunningShop


def test_worker_answers(running_shop: RunningShop) -> None:
    assert running_shop.worker.answers()


def test_health_check_names_each_server(running_shop: RunningShop) -> None:
    with urllib.request.urlopen(f"{running_shop.address}/healthz") as response:  # noqa: S310
        assert json.load(response) == {"sql": "ok", "mongodb": "ok", "broker": "ok"}
        assert "script-src" not in response.headers["Content-Security-Policy"]

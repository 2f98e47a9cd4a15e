"""A stand-in for MongoDB of its own, so that a test may kill it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from tests.conftest import PROJECT, free_port, stop, wait_until


class StandIn:
    """The stand-in on a free port over a folder; `kill` ends it as a power cut would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.client: MongoClient[Any] = MongoClient("127.0.0.1", self.port, timeoutMS=30_000)
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "shop.embedded.stand_in", str(self.port), str(self.folder)]
        self.process = subprocess.Popen(command, cwd=PROJECT)
        wait_until(self._answers)

    def _answers(self) -> bool:
        assert self.process.poll() is None
        return self.client.admin.command("ping")["ok"] == 1.0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.client.close()
        stop(self.process)


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    stand_in = StandIn(tmp_path_factory.mktemp("stand-in"))
    yield stand_in
    stand_in.stop()


@pytest.fixture
def mongo(stand_in: StandIn) -> Iterator[Database[Any]]:
    """An empty database of the stand-in."""
    yield stand_in.client["trial"]
    stand_in.client.drop_database("trial")

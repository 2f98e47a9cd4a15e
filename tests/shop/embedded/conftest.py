"""A stand-in for MongoDB beside the one that the shop's tests use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from tests.processes import Process, free_port, python


class StandIn(Process):
    """The stand-in on a free port over a folder, and a client of it.

    `program` is what Python runs with both, if it is another.
    """

    def __init__(self, folder: Path, *program: str) -> None:
        self.folder = folder
        port = free_port()
        self.client: MongoClient[Any] = MongoClient("127.0.0.1", port, timeoutMS=30_000)
        command = python(*program or ("-m", "shop.embedded.stand_in"), str(port), str(folder))
        super().__init__(command, folder / "log", self._responds)
        self.start()

    def _responds(self) -> bool:
        return bool(self.client.admin.command("ping")["ok"] == 1.0)

    def stop(self) -> None:
        self.client.close()
        super().stop()


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    stand_in = StandIn(tmp_path_factory.mktemp("stand-in"))
    yield stand_in
    stand_in.stop()


@pytest.fixture
def mongo(stand_in: StandIn) -> Iterator[Database[Any]]:
    """An empty database of the stand-in."""
    yield stand_in.client["trial"]
    stand_in.client.drop_database("trial")

"""No acknowledged write is lost when the stand-in is killed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pymongo.errors import PyMongoError

from tests.shop.embedded.conftest import StandIn


def write_until_it_fails(stand_in: StandIn, writer: str, acknowledged: list[str]) -> None:
    try:
        for number in range(100_000):
            stand_in.client.trial.writes.insert_one({"_id": f"{writer}-{number}"})
            acknowledged.append(f"{writer}-{number}")
    except PyMongoError:
        return


@pytest.mark.slow
def test_acknowledged_writes_survive_sigkill(tmp_path: Path) -> None:
    stand_in = StandIn(tmp_path)
    acknowledged: list[str] = []
    for kill in range(3):
        writers = [
            threading.Thread(target=write_until_it_fails, args=(stand_in, name, acknowledged))
            for name in (f"{kill}a", f"{kill}b")
        ]
        for writer in writers:
            writer.start()
        threading.Event().wait(0.5)
        stand_in.kill()
        for writer in writers:
            writer.join()
        stand_in.start()
    stored = {document["_id"] for document in stand_in.client.trial.writes.find()}
    stand_in.stop()
    assert len(acknowledged) > 30
    assert set(acknowledged) <= stored

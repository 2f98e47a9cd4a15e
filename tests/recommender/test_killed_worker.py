"""A worker that is killed in the middle of its work leaves nothing undone and nothing doubled."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable

import pytest
from django.conf import settings

from recommender import embedding, search
from recommender.store.database import stored, work

PHOTOGRAPHS = 200
# Drains the list with an encoder that takes its time.
WORKER = """
import sys, time
import django
django.setup()
import numpy as np
from django.conf import settings
from recommender import embedding

settings.MEDIA_ROOT = sys.argv[1]

class Slow:
    decode_side = 8
    def encode(self, pictures):
        time.sleep(0.2)
        return np.eye(len(pictures), 12, dtype=np.float32)

embedding.drain({"0" * 16: Slow()})
"""


def states() -> Counter[str]:
    return Counter(found["state"] for found in work().find())


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, states()
        time.sleep(0.02)


@pytest.mark.slow
def test_after_a_kill_everything_ends_ready_and_nothing_twice(
    photograph: Callable[[int], str], encoders, index: object
):
    search.track("item", [photograph(seed) for seed in range(PHOTOGRAPHS)])
    command = [sys.executable, "-c", WORKER, str(settings.MEDIA_ROOT)]
    with subprocess.Popen(command) as worker:
        until(lambda: states()["ready"] > 0 and states()["working"] > 0)
        worker.kill()
    # The server may still be serving the dead worker's last request: what it left is counted
    # once the rest is done.
    assert embedding.drain(encoders.waiting_for())
    held, encoded = states()["working"], encoders["tiny"].encoded
    assert held > 0
    assert states() == {"ready": PHOTOGRAPHS - held, "working": held}
    assert encoded < PHOTOGRAPHS - held
    # What the killed worker held comes free when its lease runs out.
    work().update_many({}, {"$set": {"lease": 0.0}})
    assert embedding.drain(encoders.waiting_for())
    assert states() == {"ready": PHOTOGRAPHS}
    assert stored().count_documents({}) == PHOTOGRAPHS
    assert encoders["tiny"].encoded == encoded + held

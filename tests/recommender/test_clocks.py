"""Machines whose clocks are wrong: work gets done, and everybody can see whose clock it is."""

import subprocess
import time
from collections.abc import Callable

import pytest
from django.conf import settings

from recommender import search
from recommender.serving import jobs
from recommender.serving.jobs import Job
from recommender.store.database import reports as told
from recommender.store.database import work
from tests.processes import PROJECT, python

PHOTOGRAPHS = 48
# Drains the list in small batches, as a task does, with an encoder that takes its time.
WORKER = """
import tests.recommender.shifted_clock
import sys, time
import django
django.setup()
import numpy as np
from django.conf import settings
from recommender import embedding
from recommender.serving import reports

settings.MEDIA_ROOT = sys.argv[2]

class Slow:
    decode_side = 8
    def encode(self, pictures):
        time.sleep(0.1)
        return np.eye(len(pictures), 12, dtype=np.float32)

reports.tell_clock()
embedding.drain({"0" * 16: Slow()}, batch=4)
"""

CLOCKS = pytest.mark.parametrize("seconds", [15, 120, -120, 100_000])


def start_worker(seconds: float) -> subprocess.Popen:
    return subprocess.Popen(
        python("-c", WORKER, str(seconds), str(settings.MEDIA_ROOT)), cwd=PROJECT
    )


@pytest.mark.slow
@CLOCKS
def test_a_worker_whose_clock_is_wrong_does_its_part(
    seconds: float, photograph: Callable[[int], str], index: object
):
    search.track("item", [photograph(seed) for seed in range(PHOTOGRAPHS)])
    told().delete_many({})
    with start_worker(seconds) as wrong, start_worker(0) as right:
        assert (wrong.wait(), right.wait()) == (0, 0)
    # None was taken from the other's hands, which three times over would have made it fail.
    assert {(found["state"], found["attempts"]) for found in work().find()} == {("ready", 1)}
    ahead = sorted(clock.ahead for clock in search.index_report().clocks)
    assert ahead == pytest.approx(sorted([seconds, 0]), abs=1.0)


@pytest.fixture
def another_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Shifts this process's own clock."""
    true = time.time

    def shift(seconds: float) -> None:
        monkeypatch.setattr(time, "time", lambda: true() + seconds)

    return shift


@pytest.mark.slow
@CLOCKS
def test_nobody_takes_a_job_from_whose_clock_is_right(
    seconds: float, store: None, another_time: Callable[[float], None]
):
    jobs.ask(Job.CHECK)

    def meanwhile(progress: object) -> dict:
        another_time(seconds)
        assert not jobs.is_any_free()
        return {}

    jobs.run(Job.CHECK, meanwhile)
    jobs.ask(Job.CHECK)
    assert jobs.is_any_free()

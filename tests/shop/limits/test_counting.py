"""Limits: what they let through, in one process and in several."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from shop.limits import Attempts, TooOften, take
from shop.limits.counting import counts
from tests.processes import PROJECT, python, wait_until

MANY_TAKES = """
import django
django.setup()
from shop.limits import TooOften, take
for _ in range(10):
    try:
        take("of many", "ada", most=12)
        print("taken")
    except TooOften:
        print("refused")
"""


@pytest.fixture(autouse=True)
def afresh(embedded_servers: None) -> None:
    counts().forget_all()


def refused(limited: object) -> int:
    """For how many seconds; 0 where it is not."""
    try:
        limited()  # type: ignore[operator]
    except TooOften as too_often:
        return too_often.seconds
    return 0


def test_so_many_and_no_more() -> None:
    waits = [refused(lambda: take("kind", "ada", most=3)) for _ in range(4)]
    assert waits[:3] == [0, 0, 0]
    assert 1 <= waits[3] <= 60


def test_others_and_other_kinds_are_counted_apart() -> None:
    take("kind", "ada", most=1)
    take("kind", "bob", most=1)
    take("other", "ada", most=1)
    assert refused(lambda: take("kind", "ada", most=1))


@pytest.mark.slow
def test_after_the_time_that_was_told_it_goes_on() -> None:
    take("kind", "ada", most=1, seconds=1)
    assert refused(lambda: take("kind", "ada", most=1, seconds=1)) == 1
    wait_until(lambda: not refused(lambda: take("kind", "ada", most=1, seconds=1)), 10)


@pytest.mark.slow
def test_processes_count_together() -> None:
    command = python("-c", MANY_TAKES)
    processes = [
        subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    said = [process.communicate()[0].split() for process in processes]
    assert all(process.returncode == 0 for process in processes)
    assert sum(words.count("taken") for words in said) == 12
    assert sum(words.count("refused") for words in said) == 18


def test_many_attempts_at_once_are_no_more_than_one_by_one() -> None:
    attempts = Attempts("password", "ada", 5, 300)
    with ThreadPoolExecutor(20) as people:
        waits = list(people.map(lambda _: refused(attempts.begin), range(20)))
    assert waits.count(0) == 5
    assert all(1 <= wait <= 300 for wait in waits if wait)


def test_a_right_attempt_does_not_count_and_frees_no_other() -> None:
    attempts = Attempts("password", "ada", 2, 300)
    attempts.begin()
    for _ in range(5):
        attempts.begin()
        attempts.give_back()
    attempts.begin()
    assert refused(attempts.begin)


def test_a_name_of_any_length_is_counted() -> None:
    attempts = Attempts("password", "ada" * 1_000_000, 1, 300)
    attempts.begin()
    assert refused(attempts.begin)


def test_while_redis_is_away_a_process_counts_for_itself(redis_away: None) -> None:
    assert [bool(refused(lambda: take("kind", "ada", most=2))) for _ in range(3)] == [
        False,
        False,
        True,
    ]
    attempts = Attempts("password", "ada", 1, 300)
    attempts.begin()
    assert refused(attempts.begin)

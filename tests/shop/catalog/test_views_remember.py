"""What pages keep in memory for a moment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pymongo.errors import ServerSelectionTimeoutError

from shop.catalog.remember import Recent, forget_all, remembered
from tests.processes import wait_until


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """A clock that stands until a test moves it."""
    now = [100.0]
    monkeypatch.setattr("shop.catalog.remember.time.monotonic", lambda: now[0])
    yield now
    forget_all()


def test_an_answer_is_kept_for_its_time(clock: list[float]) -> None:
    asked: list[str] = []

    @remembered(seconds=10)
    def answer(word: str) -> int:
        asked.append(word)
        return len(asked)

    assert [answer("a"), answer("b"), answer("a")] == [1, 2, 1]
    clock[0] += 11
    assert answer("a") == 3


def test_an_old_answer_serves_on_while_the_database_is_away(clock: list[float]) -> None:
    away = False

    @remembered(seconds=10)
    def answer() -> str:
        if away:
            raise ServerSelectionTimeoutError("nobody there")
        return "known"

    assert answer() == "known"
    away = True
    clock[0] += 11
    assert answer() == "known"
    forget_all()
    with pytest.raises(ServerSelectionTimeoutError):
        answer()


def test_recent_values_never_pile_up() -> None:
    recent: Recent[int, str] = Recent(seconds=3600, most=3)
    for number in range(100):
        recent.put(number, str(number))
    assert [number for number in range(100) if recent.get(number)] == [97, 98, 99]


def test_recent_values_pass() -> None:
    recent: Recent[str, str] = Recent(seconds=0.05, most=3)
    assert recent.get_or_set("a", lambda: "found") == "found"
    wait_until(lambda: recent.get("a") is None)
    assert recent.get_or_set("a", lambda: "found again") == "found again"


def test_recent_values_are_forgotten_with_the_rest() -> None:
    recent: Recent[str, str] = Recent(seconds=3600, most=3)
    recent.put("a", "found")
    forget_all()
    assert recent.get("a") is None

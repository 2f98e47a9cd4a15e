"""Two hundred buyers at once, in four processes of their own, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.crowds import Crowds, crowds

BUYERS = 200
PIECES = 50


@pytest.fixture
def buyers(sql_environment: dict[str, str]) -> Iterator[Crowds]:
    with crowds(sql_environment, "tests.shop.stock.buyers") as buyers:
        buyers.call("count", PIECES)
        yield buyers


def buy_at_once(buyers: Crowds, number: int, *, processes: int, trouble: int) -> dict[str, str]:
    """What became of each buyer, by the key of their reservation."""
    each = number // processes
    calls = [("buy", f"crowd{crowd}", each, trouble) for crowd in range(processes)]
    outcomes: dict[str, str] = {}
    for said in buyers.at_once(*calls):
        outcomes |= said
    return outcomes


@pytest.mark.slow
def test_exactly_what_is_there_is_sold(buyers: Crowds) -> None:
    outcomes = buy_at_once(buyers, BUYERS, processes=4, trouble=0)
    assert Counter(outcomes.values()) == {"bought": PIECES, "sold out": BUYERS - PIECES}
    state = buyers.call("state")
    assert state["on_hand"] == state["moved"] == {"COAT-M": 0, "SCARF": 0}
    assert set(state["sold"]) == {key for key, said in outcomes.items() if said == "bought"}


@pytest.mark.slow
def test_nothing_is_lost_among_people_who_change_their_minds(buyers: Crowds) -> None:
    outcomes = buy_at_once(buyers, BUYERS // 2, processes=2, trouble=60)
    assert set(outcomes.values()) <= {"bought", "sold out", "refused"}
    bought = {key for key, said in outcomes.items() if said == "bought"}
    state = buyers.call("state")
    left = PIECES - len(bought)
    assert left >= 0
    assert state["on_hand"] == state["moved"] == {"COAT-M": left, "SCARF": left}
    assert set(state["sold"]) == bought

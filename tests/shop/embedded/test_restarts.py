from __future__ import annotations

import pytest

from shop.embedded import restarts
from shop.embedded.restarts import Restarts


def test_pauses_grow_up_to_a_longest() -> None:
    ending = Restarts()
    pauses = [ending.ended() for _ in range(12)]
    assert pauses[0] == restarts.FIRST_PAUSE_SECONDS
    assert pauses == sorted(pauses)
    assert pauses[1] == 2 * pauses[0]
    assert pauses[-1] == restarts.LONGEST_PAUSE_SECONDS
    assert ending.ends == 12


def test_what_lived_for_a_while_starts_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    ending = Restarts()
    first, *_ = (ending.ended() for _ in range(5))
    monkeypatch.setattr(restarts, "WELL_SECONDS", 0.0)
    ending.begun()
    assert ending.ended() == first
    assert ending.ends == 1

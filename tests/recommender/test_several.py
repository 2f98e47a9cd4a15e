"""What looks like several items at once."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.index.rows import Rows
from recommender.index.scan import ScanIndex
from recommender.matching import Wanted
from recommender.several import matches_of_several


def near(kind: int, angle: float) -> np.ndarray:
    """A vector at so many degrees from the direction of a kind."""
    row = np.zeros(6, np.float32)
    row[kind], row[kind + 3] = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return row


@pytest.fixture
def index() -> ScanIndex:
    """Four of each of three kinds: a0 is 0 degrees off its direction, a1 is 10 off, and so on."""
    rows = {
        f"{name}{n}|photo|x": near(kind, 10 * n)
        for kind, name in enumerate("abc")
        for n in range(4)
    }
    return ScanIndex(Rows.of(list(rows), np.stack(list(rows.values()))))


def found(index: ScanIndex, items: list[str], weights: list[float], k: int = 4) -> list[str]:
    wanted = Wanted(k)
    return [match.item for match in matches_of_several(index, items, weights, wanted)]


def test_every_taste_has_its_neighbours_and_the_weightier_more(index: ScanIndex) -> None:
    assert found(index, ["a0", "b0"], [2.0, 1.0], 6)[:3] == ["a1", "a2", "a3"]
    assert set(found(index, ["a0", "b0"], [2.0, 1.0], 6)) == {"a1", "a2", "a3", "b1", "b2", "b3"}


def test_what_shows_the_same_as_what_is_known_keeps_its_place(index: ScanIndex) -> None:
    index.add(["d0|photo|x"], near(0, 0)[np.newaxis])
    assert found(index, ["a0"], [1.0])[0] == "d0"


def test_an_item_without_a_vector_counts_for_nothing(index: ScanIndex) -> None:
    assert found(index, ["none", "c0"], [9.0, 1.0], 2) == ["c1", "c2"]
    assert found(index, ["none"], [1.0]) == []
    assert found(index, [], []) == []


def test_only_what_is_accepted_is_found(index: ScanIndex) -> None:
    wanted = Wanted(4, accept=lambda items: {item: item for item in items if item != "a1"})
    items = [match.item for match in matches_of_several(index, ["a0"], [1.0], wanted)]
    assert items == ["a2", "a3"]

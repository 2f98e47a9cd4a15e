"""What belongs together is found, and nothing twice."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.behaviour.groups import groups


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def around(directions: int, each: int, noise: float, seed: int = 0) -> np.ndarray:
    """So many rows around each of some directions at right angles."""
    random = np.random.default_rng(seed)
    middles = np.repeat(np.eye(directions, 32), each, axis=0)
    return unit(middles + noise * random.standard_normal(middles.shape))


def test_the_groups_that_there_are_are_found() -> None:
    rows = np.concatenate([around(3, 7, 0.03), around(6, 2, 0.03)[6:]])
    assert [group.tolist() for group in groups(rows, 5)] == [
        list(range(start, start + 7)) for start in (0, 7, 14)
    ]


def test_fewer_are_no_group() -> None:
    assert groups(around(4, 4, 0.03), 5) == []
    assert groups(np.empty((0, 8), np.float32), 5) == []


@given(st.integers(0, 60), st.integers(1, 6), st.integers(0, 999), st.floats(0, 0.95))
def test_groups_are_large_enough_near_and_apart(
    count: int, least: int, seed: int, together: float
) -> None:
    random = np.random.default_rng(seed)
    rows = unit(random.standard_normal((count, 4)) + 1e-3)
    found = groups(rows, least, together)
    taken = np.concatenate([np.empty(0, int), *found])
    assert len(taken) == len(set(taken.tolist()))
    sizes = [len(group) for group in found]
    assert all(size >= least for size in sizes)
    assert sizes == sorted(sizes, reverse=True)
    for group in found:
        near = rows[group] @ rows[group].T >= together - 1e-6
        # One of them is near all others.
        assert near.all(axis=1).any()
    left = np.setdiff1d(np.arange(count), taken)
    about = (rows[left] @ rows[left].T >= together + 1e-6).sum(axis=1)
    assert (about < least).all()

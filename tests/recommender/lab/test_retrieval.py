"""Precision, recall and their intervals, beside a sort of all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.lab.retrieval import (
    interval,
    mean_precision,
    nearest,
    neighbours,
    precision_at,
    recall_at,
)


def unit(count: int, seed: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, 6)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@given(st.integers(2, 40), st.integers(1, 45), st.integers(0, 1000))
def test_neighbours_are_the_nearest_others(count: int, k: int, seed: int):
    rows = unit(count, seed)
    found = neighbours(rows, k)
    similarity = rows @ rows.T
    np.fill_diagonal(similarity, -np.inf)
    expected = np.sort(similarity, axis=1)[:, ::-1][:, : min(k, count - 1)]
    assert found.shape == expected.shape
    assert not (found == np.arange(count)[:, None]).any()
    np.testing.assert_allclose(np.take_along_axis(similarity, found, 1), expected)


def test_more_rows_than_a_block_are_searched_alike():
    rows = unit(1500, 1)
    found = neighbours(rows, 3)
    assert (found[1400] == np.argsort(-(rows @ rows[1400]))[1:4]).all()


def test_nearest_looks_in_another_set():
    gallery = unit(50, 2)
    found = nearest(gallery[[7, 3]], gallery, 1)
    assert found[:, 0].tolist() == [7, 3]


LABELS = np.array([0, 0, 0, 1, 1, -1, 2])
FOUND = np.array([[1, 3], [0, 2], [3, 4], [4, 5], [0, 3], [0, 1], [0, 1]])


def test_precision_is_the_share_of_the_first_k_that_agree():
    """Of six queries with a label: one whose label is missing has no say."""
    assert precision_at(FOUND, LABELS, 2).tolist() == [0.5, 1, 0, 0.5, 0.5, 0]
    assert precision_at(FOUND, LABELS, 1).tolist() == [1, 1, 0, 1, 0, 0]


def test_recall_is_the_share_of_those_that_agree_among_the_first_k():
    """Who shares its label with nobody has no recall."""
    assert recall_at(FOUND, LABELS, 2).tolist() == [0.5, 1, 0, 1, 1]


def test_the_mean_is_taken_for_each_attribute():
    labels = {"a": LABELS, "b": np.zeros(7, int)}
    assert mean_precision(FOUND, labels, ("a", "b"), 1) == {"a": pytest.approx(0.5), "b": 1.0}


def test_the_interval_holds_the_mean_and_narrows_with_more_queries():
    values = np.random.default_rng(0).random(2000)
    wide, narrow = interval(values[:100]), interval(values)
    assert narrow[0] < values.mean() < narrow[1]
    assert narrow[1] - narrow[0] < wide[1] - wide[0]
    assert interval(np.ones(10)) == (1.0, 1.0)

"""Precision, recall and their intervals, beside a search that sorts and counts one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recommender.lab.datasets import MISSING
from recommender.lab.retrieval import (
    interval,
    mean_precision,
    nearest,
    neighbours,
    precision_at,
    recall_at,
)

SEEDS = st.integers(0, 1000)


def unit(count: int, seed: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, 6)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def with_twins(count: int, seed: int) -> np.ndarray:
    """Rows of which many are equal: ties everywhere."""
    rows = unit(max(1, count // 3), seed)
    return rows[np.random.default_rng(seed).integers(len(rows), size=count)]


@given(st.integers(2, 40), st.integers(1, 45), SEEDS, st.sampled_from([unit, with_twins]))
def test_neighbours_are_the_nearest_others(count: int, k: int, seed: int, make):
    rows = make(count, seed)
    found = neighbours(rows, k)
    similarity = rows @ rows.T
    np.fill_diagonal(similarity, -np.inf)
    expected = np.sort(similarity, axis=1)[:, ::-1][:, : min(k, count - 1)]
    assert found.shape == expected.shape
    assert not (found == np.arange(count)[:, None]).any()
    assert all(len(set(row)) == len(row) for row in found)
    np.testing.assert_allclose(np.take_along_axis(similarity, found, 1), expected, atol=1e-6)


def test_a_twin_is_found_and_not_the_item_itself():
    rows = unit(10, 0)
    rows[7] = rows[2]
    found = neighbours(rows, 1)[:, 0]
    assert (found[2], found[7]) == (7, 2)


def test_one_row_alone_has_no_neighbour():
    assert neighbours(unit(1, 0), 5).shape == (1, 0)


def test_more_rows_than_a_block_are_searched_alike():
    rows = unit(1500, 1)
    found = neighbours(rows, 3)
    for row in (0, 1023, 1024, 1400):
        similarity = rows @ rows[row]
        similarity[row] = -np.inf
        assert found[row].tolist() == np.argsort(-similarity)[:3].tolist()


@given(st.integers(1, 30), st.integers(1, 30), st.integers(1, 35), SEEDS)
def test_nearest_looks_in_the_whole_gallery(queries: int, size: int, k: int, seed: int):
    asked, gallery = unit(queries, seed), unit(size, seed + 1)
    found = nearest(asked, gallery, k)
    similarity = asked @ gallery.T
    expected = np.sort(similarity, axis=1)[:, ::-1][:, : min(k, size)]
    assert found.shape == expected.shape
    np.testing.assert_allclose(np.take_along_axis(similarity, found, 1), expected, atol=1e-6)


def test_a_query_finds_itself_in_another_set():
    gallery = unit(50, 2)
    assert nearest(gallery[[7, 3]], gallery, 1)[:, 0].tolist() == [7, 3]


LABELS = np.array([0, 0, 0, 1, 1, MISSING, 2])
FOUND = np.array([[1, 3], [0, 2], [3, 4], [4, 5], [0, 3], [0, 1], [0, 1]])


def test_precision_is_the_share_of_the_first_k_that_agree():
    """Of six queries with a label: one whose label is missing has no say."""
    assert precision_at(FOUND, LABELS, 2).tolist() == [0.5, 1, 0, 0.5, 0.5, 0]
    assert precision_at(FOUND, LABELS, 1).tolist() == [1, 1, 0, 1, 0, 0]


def test_recall_is_the_share_of_those_that_agree_among_the_first_k():
    """Who shares its label with nobody has no recall."""
    assert recall_at(FOUND, LABELS, 2).tolist() == [0.5, 1, 0, 1, 1]


def counted(rows: np.ndarray, labels: np.ndarray, k: int) -> tuple[list[float], list[float]]:
    """Precision and recall, one query at a time."""
    precision, recall = [], []
    for query, label in enumerate(labels):
        others = [other for other in range(len(labels)) if other != query]
        others.sort(key=lambda other: -float(rows[query] @ rows[other]))
        hits = sum(labels[other] == label for other in others[:k])
        alike = sum(labels[other] == label for other in others)
        if label != MISSING:
            precision.append(hits / min(k, len(others)))
            if alike:
                recall.append(hits / alike)
    return precision, recall


@given(
    arrays(np.int64, st.integers(2, 25), elements=st.integers(MISSING, 3)),
    st.integers(1, 30),
    SEEDS,
)
def test_precision_and_recall_are_what_counting_gives(labels: np.ndarray, k: int, seed: int):
    rows = unit(len(labels), seed)
    found = neighbours(rows, k)
    precision, recall = counted(rows, labels, k)
    np.testing.assert_allclose(precision_at(found, labels, k), precision)
    np.testing.assert_allclose(recall_at(found, labels, k), recall)


def test_missing_labels_do_not_agree_with_each_other():
    labels = np.array([MISSING, MISSING, 0, 0])
    found = np.array([[1], [0], [1], [3 - 1]])
    assert precision_at(found, labels, 1).tolist() == [0, 1]
    assert recall_at(found, labels, 1).tolist() == [0, 1]


def test_the_mean_is_taken_for_each_attribute():
    labels = {"a": LABELS, "b": np.zeros(7, int)}
    assert mean_precision(FOUND, labels, ("a", "b"), 1) == {"a": pytest.approx(0.5), "b": 1.0}


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_the_interval_holds_the_mean(hits: list[bool]):
    values = np.array(hits, float)
    low, high = interval(values, rounds=200)
    assert 0 <= low <= values.mean() <= high <= 1


def test_the_interval_narrows_with_more_queries():
    values = np.random.default_rng(0).random(2000)
    wide, narrow = interval(values[:100]), interval(values)
    assert 3 < (wide[1] - wide[0]) / (narrow[1] - narrow[0]) < 6
    # 1.96 standard errors each way.
    assert narrow[1] - narrow[0] == pytest.approx(2 * 1.96 * values.std() / 2000**0.5, rel=0.1)


@pytest.mark.slow
def test_nineteen_of_twenty_intervals_hold_the_truth():
    random = np.random.default_rng(4)
    samples = (random.random((300, 100)) < 0.3).astype(float)
    bounds = [interval(sample, rounds=300) for sample in samples]
    assert np.mean([low <= 0.3 <= high for low, high in bounds]) == pytest.approx(0.95, abs=0.03)


def test_equal_values_and_one_seed_leave_no_doubt():
    assert interval(np.ones(10)) == (1.0, 1.0)
    values = np.random.default_rng(1).random(50)
    assert interval(values, seed=3) == interval(values, seed=3) != interval(values, seed=4)

"""Drawn vectors follow what was measured, and measuring them tells the same."""

import numpy as np
import pytest

from bench.drawn_vectors import ENCODER, blocks, drawn, measured


def vectors(count: int, dimension: int) -> np.ndarray:
    return np.concatenate(list(drawn(ENCODER.stretched(dimension), count, seed=1)))


@pytest.mark.parametrize("dimension", [48, 80])
def test_they_have_the_length_that_is_asked_for_and_are_of_length_one(dimension: int):
    found = np.concatenate(list(blocks(100, dimension, seed=1)))
    assert found.shape == (100, dimension)
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def test_what_is_measured_of_drawn_vectors_is_what_they_were_drawn_by():
    found = measured(vectors(8000, 64))
    assert found.dimension == 64
    assert found.mean == pytest.approx(ENCODER.mean, abs=0.1)
    assert found.variance == pytest.approx(ENCODER.variance, abs=0.1)
    assert found.components[-1] == 64
    assert list(found.variances) == sorted(found.variances, reverse=True)
    again = np.concatenate(list(drawn(found, 8000, seed=1)))
    assert measured(again).variance == pytest.approx(found.variance, abs=0.1)


def test_every_number_holds_a_little_of_all_components():
    spread = vectors(4000, 64).std(axis=0)
    assert spread.max() < 4 * spread.min()

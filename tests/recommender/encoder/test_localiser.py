"""What tells where in a picture its thing is, beside the weights that it was fitted with."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.encoder import localiser
from recommender.encoder.localiser import Localiser, directions
from recommender.encoder.weights import DAMAGE

CELLS = (2, 3, 4)
OFFSET = np.array([0.1, 0.2, 0.8, 0.9], np.float32)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    file = tmp_path / "some.npz"
    file.write_bytes(b"weights")
    return file


@pytest.fixture
def fitted() -> Localiser:
    matrix = np.random.default_rng(1).normal(size=(np.prod(CELLS), 4))
    halves = matrix.astype(np.float16).astype(np.float32)
    return Localiser(halves, OFFSET)


def test_what_is_written_is_read_for_those_weights_alone(weights: Path, fitted: Localiser):
    assert localiser.read(weights, "this") is None
    localiser.write(fitted, weights, "this")
    assert localiser.read(weights, "another") is None
    read = localiser.read(weights, "this")
    assert read is not None
    assert np.array_equal(read.matrix, fitted.matrix)
    assert np.array_equal(read.offset, fitted.offset)
    assert read.wearer is None
    taught = replace(fitted, wearer=np.array([1, 2, 3, -0.5], np.float32))
    localiser.write(taught, weights, "this")
    read = localiser.read(weights, "this")
    assert read is not None
    assert np.array_equal(read.wearer, taught.wearer)
    weights.write_bytes(b"other weights")
    assert localiser.read(weights, "this") is None


@given(st.integers(0, 10_000), st.integers(0, 7), st.booleans())
def test_a_damaged_file_is_told_or_says_the_same(place: int, bit: int, cut: bool):
    with TemporaryDirectory() as folder:
        weights = Path(folder) / "some.npz"
        weights.write_bytes(b"weights")
        localiser.write(Localiser(np.ones((24, 4), np.float32), OFFSET), weights, "this")
        file = weights.with_name("this.localiser.npz")
        content = bytearray(file.read_bytes())
        place %= len(content)
        if cut:
            del content[place:]
        else:
            content[place] ^= 1 << bit
        file.write_bytes(content)
        try:
            read = localiser.read(weights, "this")
        except DAMAGE:
            return
        assert read is None or (read.matrix.shape, read.offset.shape) == ((24, 4), (4,))


def test_who_wears_it_is_told_by_cells(fitted: Localiser):
    cells = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    assert not fitted.is_wearer(cells).any()
    taught = replace(fitted, wearer=np.array([1, 0.2, -1, -0.5], np.float32))
    assert taught.is_wearer(cells).tolist() == [True, False, False]


def test_how_strongly_a_cell_responds_says_nothing(fitted: Localiser):
    feature_map = np.random.default_rng(2).normal(size=CELLS).astype(np.float32)
    assert np.linalg.norm(directions(feature_map), axis=-1) == pytest.approx(1)
    assert fitted.edges(feature_map * 7) == pytest.approx(fitted.edges(feature_map), abs=1e-5)
    assert fitted.edges(np.zeros(CELLS, np.float32)) == pytest.approx(fitted.offset)

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.encoder import weights
from recommender.encoder.architecture import Attribute, Projection
from recommender.encoder.weights import Spec

SPEC = Spec("a", (96, 72), pooling="gem", gem_power=2.5, fit="pad", resample="bicubic")


@dataclass
class Variable:
    """As much of a Keras variable as saving needs."""

    name: str
    array: np.ndarray

    def assign(self, array: np.ndarray) -> None:
        self.array = array

    def __array__(self, dtype: type | None = None, copy: bool | None = None) -> np.ndarray:
        return self.array.astype(dtype)


@dataclass
class Layer:
    name: str
    weights: list[Variable]


@dataclass
class Backbone:
    layers: list[Layer] = field(default_factory=list)


def backbone(seed: int) -> Backbone:
    draw = np.random.default_rng(seed)
    kernel = draw.normal(size=(3, 3, 4, 8)).astype(np.float32)
    bias = draw.normal(size=8).astype(np.float32)
    return Backbone([Layer("conv1", [Variable("kernel", kernel), Variable("bias", bias)])])


@given(st.integers(0, 2**32 - 1), st.floats(1e-6, 1e6))
def test_quantising_moves_a_weight_by_half_a_step_at_most(seed: int, size: float):
    kernel = np.random.default_rng(seed).normal(0, size, (3, 3, 4, 5)).astype(np.float32)
    step = np.abs(kernel).max(axis=(0, 1, 2)) / 127

    restored = weights.dequantise(weights.quantise({"kernel": kernel}))["kernel"]

    assert restored.dtype == np.float32
    assert (np.abs(restored - kernel) <= step * 0.5001).all()


def test_a_silent_channel_stays_silent():
    kernel = np.zeros((1, 1, 4, 2), np.float32)
    assert not weights.dequantise(weights.quantise({"kernel": kernel}))["kernel"].any()


def test_vectors_are_not_quantised():
    bias = np.array([1e-9, 1e9], np.float32)
    np.testing.assert_array_equal(weights.quantise({"bias": bias})["bias"], bias)


def test_what_is_saved_can_be_loaded(tmp_path: Path):
    draw = np.random.default_rng(1)
    classifiers = tuple(
        Attribute(draw.normal(size=(16, classes)).astype(np.float32), weight)
        for classes, weight in ((5, 1.0), (3, 0.25))
    )
    projection = Projection(
        draw.normal(size=(2048, 16)).astype(np.float32),
        draw.normal(size=16).astype(np.float32),
        classifiers,
    )
    weights.save(tmp_path / "a.npz", backbone(0), SPEC, projection)
    loaded = weights.load(tmp_path / "a.npz")
    target = backbone(5)
    weights.assign(target, loaded.arrays)

    assert loaded.spec == weights.read_spec(tmp_path / "a.npz") == SPEC
    kernel, bias = (variable.array for variable in target.layers[0].weights)
    original_kernel, original_bias = (variable.array for variable in backbone(0).layers[0].weights)
    np.testing.assert_allclose(kernel, original_kernel, atol=0.02)
    np.testing.assert_array_equal(bias, original_bias)
    assert loaded.projection is not None
    np.testing.assert_allclose(loaded.projection.matrix, projection.matrix, atol=0.02)
    np.testing.assert_array_equal(loaded.projection.bias, projection.bias)
    assert [attribute.weight for attribute in loaded.projection.attributes] == [1.0, 0.25]
    for found, saved in zip(loaded.projection.attributes, classifiers, strict=True):
        np.testing.assert_allclose(found.matrix, saved.matrix, atol=0.02)


def test_saving_twice_writes_the_same_bytes_and_leaves_nothing_else(tmp_path: Path):
    file = tmp_path / "a.npz"
    weights.save(file, backbone(0), SPEC)
    first = file.read_bytes()
    weights.save(file, backbone(0), SPEC)

    assert file.read_bytes() == first
    assert list(tmp_path.iterdir()) == [file]
    assert weights.load(file).projection is None


def test_missing_weights_are_an_error(tmp_path: Path):
    weights.save(tmp_path / "a.npz", backbone(0), SPEC)
    other = Backbone([Layer("conv2", [Variable("kernel", np.zeros((1, 1)))])])
    with pytest.raises(KeyError, match="conv2/kernel"):
        weights.assign(other, weights.load(tmp_path / "a.npz").arrays)


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9])
def test_a_truncated_file_is_damaged(tmp_path: Path, part: float):
    file = tmp_path / "a.npz"
    weights.save(file, backbone(0), SPEC)
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * part)])
    for read in (weights.load, weights.read_spec):
        with pytest.raises(weights.DAMAGE):
            read(file)


def test_nothing_is_unpickled(tmp_path: Path):
    file = tmp_path / "a.npz"
    np.savez(file, allow_pickle=True, spec=np.array([{"a": object}], dtype=object))
    for read in (weights.load, weights.read_spec):
        with pytest.raises(ValueError, match="allow_pickle=False"):
            read(file)


def test_an_unknown_field_of_a_spec_is_refused():
    with pytest.raises(TypeError, match="zoom"):
        Spec.from_json('{"name": "a", "size": [96, 72], "zoom": 2}')

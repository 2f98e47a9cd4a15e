from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.encoder import weights
from recommender.encoder.heads import Attribute, Beside, Dense, Head
from recommender.encoder.weights import Spec, Tower, Weights

TOWERS = (
    Tower("resnet50", (96, 72), pooling="gem", gem_power=2.5, fit="pad", resample="bicubic"),
    Tower("efficientnet-lite2", (64, 64), normalisation="centred"),
)
SPEC = Spec("a", TOWERS)


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


ONE = Weights((weights.collect(backbone(0)),), Spec("one", TOWERS[:1]))


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


def dense(draw: np.random.Generator, inputs: int, outputs: int) -> Dense:
    shapes = (inputs, outputs), outputs
    return Dense(*(draw.normal(size=shape).astype(np.float32) for shape in shapes))


def head(seed: int) -> Head:
    draw = np.random.default_rng(seed)
    classifiers = tuple(
        Attribute(draw.normal(size=(16, classes)).astype(np.float32), weight)
        for classes, weight in ((5, 1.0), (3, 0.25))
    )
    beside = Beside(dense(draw, 8, 4), dense(draw, 8, 1), white=0.125)
    return Head((dense(draw, 24, 32), dense(draw, 32, 16)), classifiers, beside)


def arrays(seed: int) -> weights.Arrays:
    return weights.collect(backbone(seed))


def assert_alike(one: Dense, other: Dense) -> None:
    np.testing.assert_allclose(one.matrix, other.matrix, atol=0.02)
    np.testing.assert_array_equal(one.bias, other.bias)


def test_what_is_saved_can_be_loaded(tmp_path: Path):
    saved = head(1)
    weights.save(tmp_path / "a.npz", Weights((arrays(0), arrays(3)), SPEC, saved))
    loaded = weights.load(tmp_path / "a.npz", "a")

    assert loaded.spec == SPEC
    assert weights.read_specs(tmp_path / "a.npz") == {"a": SPEC}
    for tower, seed in zip(loaded.towers, (0, 3), strict=True):
        np.testing.assert_allclose(tower["conv1/kernel"], arrays(seed)["conv1/kernel"], atol=0.02)
        np.testing.assert_array_equal(tower["conv1/bias"], arrays(seed)["conv1/bias"])
    found = loaded.head
    assert found is not None
    for one, other in zip(found.layers, saved.layers, strict=True):
        assert_alike(one, other)
    assert [attribute.weight for attribute in found.attributes] == [1.0, 0.25]
    for attribute, other in zip(found.attributes, saved.attributes, strict=True):
        np.testing.assert_allclose(attribute.matrix, other.matrix, atol=0.02)
    assert found.beside is not None
    assert saved.beside is not None
    assert_alike(found.beside.projection, saved.beside.projection)
    assert_alike(found.beside.everyday, saved.beside.everyday)
    assert found.beside.white == 0.125


def test_arrays_are_put_back_into_a_network():
    target = backbone(5)
    weights.assign(target, arrays(0))
    np.testing.assert_array_equal(target.layers[0].weights[0].array, arrays(0)["conv1/kernel"])


def test_encoders_of_one_file_share_their_towers(tmp_path: Path):
    alone = Weights((arrays(0),), Spec("alone", SPEC.towers[:1]))
    both = Weights((arrays(0), arrays(3)), SPEC, head(1))
    weights.save(tmp_path / "one.npz", alone)
    weights.save(tmp_path / "two.npz", alone, both)

    with np.load(tmp_path / "two.npz") as file:
        assert [name for name in file.files if name.endswith("conv1/kernel")] == [
            "resnet50/conv1/kernel",
            "efficientnet-lite2/conv1/kernel",
        ]
    for file in (tmp_path / "one.npz", tmp_path / "two.npz"):
        loaded = weights.load(file, "alone")
        assert (loaded.spec, loaded.head) == (alone.spec, None)
        assert loaded.towers[0].keys() == alone.towers[0].keys()
    with pytest.raises(KeyError, match="a"):
        weights.load(tmp_path / "one.npz", "a")


def test_a_depthwise_kernel_has_a_scale_per_channel():
    kernel = np.ones((3, 3, 4, 1), np.float32) * [[1], [10], [100], [1000]]
    restored = weights.dequantise(weights.quantise({"kernel": kernel}))["kernel"]
    np.testing.assert_allclose(restored, kernel, rtol=1e-6)


def test_saving_twice_writes_the_same_bytes_and_leaves_nothing_else(tmp_path: Path):
    file = tmp_path / "a.npz"
    weights.save(file, ONE)
    first = file.read_bytes()
    weights.save(file, ONE)

    assert file.read_bytes() == first
    assert list(tmp_path.iterdir()) == [file]


def test_missing_weights_are_an_error(tmp_path: Path):
    weights.save(tmp_path / "a.npz", ONE)
    other = Backbone([Layer("conv2", [Variable("kernel", np.zeros((1, 1)))])])
    with pytest.raises(KeyError, match="conv2/kernel"):
        weights.assign(other, weights.load(tmp_path / "a.npz", "one").towers[0])


def load_one(file: Path) -> Weights:
    return weights.load(file, "one")


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9])
def test_a_truncated_file_is_damaged(tmp_path: Path, part: float):
    file = tmp_path / "a.npz"
    weights.save(file, ONE)
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * part)])
    for read in (load_one, weights.read_specs):
        with pytest.raises(weights.DAMAGE):
            read(file)


def test_nothing_is_unpickled(tmp_path: Path):
    file = tmp_path / "a.npz"
    np.savez(file, allow_pickle=True, specs=np.array([{"a": object}], dtype=object))
    for read in (load_one, weights.read_specs):
        with pytest.raises(ValueError, match="allow_pickle=False"):
            read(file)


def test_an_unknown_field_of_a_tower_is_refused():
    with pytest.raises(TypeError, match="zoom"):
        Spec.from_json('{"name": "a", "towers": [{"network": "b", "size": [96, 72], "zoom": 2}]}')


def test_a_spec_is_told_as_json():
    assert Spec.from_json(SPEC.to_json()) == SPEC

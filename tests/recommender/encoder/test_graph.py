"""What is served equals what Keras computes from the same weights."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image

from recommender.encoder import architecture, convert, graph, load_encoder, source, untrained
from recommender.encoder.architecture import Attribute, Projection
from recommender.encoder.preprocessing import pixels
from recommender.encoder.runtime import FEATURE_MAP, Network
from recommender.encoder.weights import Arrays, Spec, Weights

WEIGHT = 0.5
SIZE = (64, 48)

InKeras = Callable[[Weights], Any]


@pytest.fixture(scope="module")
def batch() -> np.ndarray:
    """Six pictures of coarse noise, uint8 (6, 64, 48, 3)."""
    coarse = np.random.default_rng(3).integers(0, 256, (6, 8, 6, 3), np.uint8)
    return coarse.repeat(8, axis=1).repeat(8, axis=2)


@pytest.fixture(scope="module")
def arrays() -> Arrays:
    """No weight of which is 0 or 1 only because nobody has trained it."""
    draw = np.random.default_rng(5)
    return {
        name: array if array.ndim > 1 or "moving" in name
        else (array + draw.normal(0, 0.05, array.shape)).astype(np.float32)
        for name, array in untrained.arrays(SIZE).items()
    }  # fmt: skip


@pytest.fixture(scope="module")
def projection() -> Projection:
    """To 32 numbers, with a classifier of 5 classes behind them."""
    draw = np.random.default_rng(7)
    return Projection(
        draw.normal(size=(2048, 32)).astype(np.float32),
        draw.normal(size=32).astype(np.float32),
        (Attribute(draw.normal(0, 5, size=(32, 5)).astype(np.float32), WEIGHT),),
    )


@pytest.fixture(scope="module")
def projected(arrays: Arrays, projection: Projection) -> Weights:
    return Weights(arrays, Spec("a", SIZE, pooling="gem"), projection)


def _served(weights: Weights, batch: np.ndarray, precision: str = "f32") -> list[np.ndarray]:
    network = Network(graph.encoder(weights), threads=2, precision=precision)
    return [next(network.run([batch])), next(network.run([batch], FEATURE_MAP))]


def _cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    one, other = one.reshape(len(one), -1), other.reshape(len(other), -1)
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return np.sum(one * other, axis=1) / lengths


@pytest.mark.parametrize(
    ("normalisation", "pooling"), [("signed", "avg"), ("signed", "max"), ("caffe", "gem")]
)
def test_openvino_answers_as_keras_does(
    in_keras: InKeras, arrays, batch, normalisation: str, pooling: str
):
    spec = Spec("a", SIZE, pooling=pooling, normalisation=normalisation)
    weights = Weights(arrays, spec, None)
    vectors, feature_maps = (np.asarray(one) for one in in_keras(weights)(batch, training=False))
    served_vectors, served_maps = _served(weights, batch)

    assert served_vectors.shape == (6, 2048)
    assert served_maps.shape == (6, 2, 2, 2048)
    assert _cosines(served_vectors, vectors).min() > 0.9999
    assert _cosines(served_maps, feature_maps).min() > 0.9999


@pytest.mark.parametrize(("precision", "floor"), [("f32", 0.9999), ("bf16", 0.99)])
def test_a_projection_is_served_as_keras_computes_it(
    in_keras: InKeras, projected, batch, precision: str, floor: float
):
    vectors = np.asarray(in_keras(projected)(batch, training=False)[0])
    served, _ = _served(projected, batch, precision)

    assert served.shape == (6, 32 + 5)
    assert _cosines(served, vectors).min() > floor


@pytest.mark.skipif(not source.FASHION_FILE.exists(), reason="the fashion weights are not here")
def test_the_weights_in_the_box_are_served_as_keras_computes_them(
    in_keras: InKeras, pictures: list[Image.Image]
):
    """Stored as float16 on the way; the pictures come as a shop's do."""
    found = source.find("fashion")
    model = in_keras(convert.read(found.spec, found.file))
    frames = np.stack([pixels(picture, found.spec) for picture in pictures])
    vectors, feature_maps = (np.asarray(output) for output in model(frames, training=False))
    encoder = load_encoder("fashion", precision="f32")
    served = encoder.encode(pictures)
    served_maps = np.stack([encoder.feature_map(picture) for picture in pictures])

    assert (vectors @ vectors.T).min() < 0.9, "else any network would do"
    assert _cosines(served, vectors).min() > 0.9999
    assert _cosines(served_maps, feature_maps).min() > 0.9999


@pytest.mark.slow
def test_the_cosine_is_the_mean_of_the_parts_by_weight(projected, batch):
    """Of the projected vectors' cosine and the Bhattacharyya coefficient of the classifier's."""
    vectors, _ = _served(projected, batch)
    unit = vectors[:, :32] / np.linalg.norm(vectors[:, :32], axis=1, keepdims=True)
    roots = vectors[:, 32:] / np.linalg.norm(vectors[:, 32:], axis=1, keepdims=True)
    expected = (unit @ unit.T + WEIGHT * roots @ roots.T) / (1 + WEIGHT)

    assert (roots >= 0).all()
    np.testing.assert_allclose(vectors @ vectors.T, expected, atol=1e-4)


@pytest.mark.parametrize("power", [1.0, 3.0])
def test_gem_is_the_generalised_mean(arrays, batch, power: float):
    spec = Spec("a", SIZE, pooling="gem", gem_power=power)
    vectors, maps = _served(Weights(arrays, spec, None), batch)
    expected = (np.maximum(maps, 1e-6) ** power).mean(axis=(1, 2)) ** (1 / power)

    assert _cosines(vectors, expected).min() > 0.99999


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"normalisation": "torch"}, "Unknown normalisation"), ({"pooling": "sum"}, "pooling")],
)
def test_an_unknown_choice_is_refused(keras: ModuleType, in_keras, arrays, arguments, message):
    weights = Weights(arrays, Spec(**{"name": "a", "size": SIZE, **arguments}), None)
    for build in (graph.encoder, in_keras):
        with pytest.raises(ValueError, match=message):
            build(weights)


def test_missing_weights_are_an_error(arrays: Arrays):
    fewer = {name: array for name, array in arrays.items() if name != "conv3_block1_2_conv/kernel"}
    with pytest.raises(KeyError, match="conv3_block1_2_conv/kernel"):
        graph.encoder(Weights(fewer, Spec("a", SIZE), None))


def test_the_blocks_are_those_of_keras(keras: ModuleType, arrays: Arrays):
    backbone = architecture.backbone(SIZE)
    shapes = {
        f"{layer.name}/{variable.name}": tuple(variable.shape)
        for layer in backbone.layers
        for variable in layer.weights
    }
    assert {name: array.shape for name, array in arrays.items()} == shapes

"""What is served equals what Keras computes from the same weights."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image

from recommender.encoder import (
    architecture,
    convert,
    graph,
    load_encoder,
    source,
    untrained,
)
from recommender.encoder.heads import Attribute, Beside, Dense, Head
from recommender.encoder.preprocessing import pixels
from recommender.encoder.runtime import DETAIL_MAP, FEATURE_MAP, Network
from recommender.encoder.weights import Arrays, Spec, Tower, Weights, assign
from recommender.lab import imagenet

WEIGHT = 0.5
SIZE = (64, 48)
LITE = Tower("efficientnet-lite2", SIZE, normalisation="centred")

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
def head() -> Head:
    """To 32 numbers, with a classifier of 5 classes behind them."""
    draw = np.random.default_rng(7)
    matrix, bias = (draw.normal(size=shape).astype(np.float32) for shape in ((2048, 32), 32))
    return Head(
        (Dense(matrix, bias),),
        (Attribute(draw.normal(0, 5, size=(32, 5)).astype(np.float32), WEIGHT),),
    )


@pytest.fixture(scope="module")
def projected(arrays: Arrays, head: Head) -> Weights:
    return Weights((arrays,), spec(pooling="gem"), head)


def spec(**fields: Any) -> Spec:
    return Spec("a", (Tower(**{"network": "resnet50", "size": SIZE, **fields}),))


def _served(weights: Weights, batch: np.ndarray, precision: str = "f32") -> list[np.ndarray]:
    network = Network(graph.encoder(weights), threads=2, precision=precision)
    return [next(network.run([[batch]])), next(network.run([[batch]], FEATURE_MAP))]


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
    weights = Weights((arrays,), spec(pooling=pooling, normalisation=normalisation))
    vectors, feature_maps = (np.asarray(one) for one in in_keras(weights)(batch, training=False))
    served_vectors, served_maps = _served(weights, batch)

    assert served_vectors.shape == (6, 2048)
    assert served_maps.shape == (6, 2, 2, 2048)
    assert _cosines(served_vectors, vectors).min() > 0.9999
    assert _cosines(served_maps, feature_maps).min() > 0.9999


@pytest.fixture(scope="module")
def lite() -> Arrays:
    """ImageNet's: drawn ones give every picture the same answer."""
    return imagenet.efficientnet_lite2()


def test_efficientnet_lite_is_served_as_keras_computes_it(in_keras: InKeras, lite: Arrays, batch):
    loaded = Weights((lite,), Spec("a", (LITE,)))
    vectors, feature_maps = (np.asarray(one) for one in in_keras(loaded)(batch, training=False))
    served_vectors, served_maps = _served(loaded, batch)

    assert served_vectors.shape == (6, 1280)
    assert served_maps.shape == (6, 2, 2, 1280)
    assert (vectors @ vectors.T).min() < 0.999, "else any network would do"
    assert _cosines(served_vectors, vectors).min() > 0.9999
    assert _cosines(served_maps, feature_maps).min() > 0.9999


@pytest.mark.parametrize(
    ("network", "channels", "layer"),
    [("resnet50", 1024, "conv5_block1_1_conv"), ("efficientnet-lite2", 120, "block15_expand_conv")],
)
def test_the_detail_map_is_what_is_halved_last(
    request: pytest.FixtureRequest, batch, network: str, channels: int, layer: str
):
    tower, name = (LITE, "lite") if network == LITE.network else (spec().towers[0], "arrays")
    arrays = request.getfixturevalue(name)
    backbone = architecture.backbone(tower)
    assign(backbone, arrays)
    halved = type(backbone)(backbone.input, backbone.get_layer(layer).input)
    served = Network(
        graph.encoder(Weights((arrays,), Spec("a", (tower,)))), threads=2, precision="f32"
    )
    ((details, lasts),) = served.several([[batch]], DETAIL_MAP, FEATURE_MAP)

    assert details.shape == (6, 4, 3, channels)
    assert lasts.shape[1:3] == (2, 2)
    assert _cosines(details, np.asarray(halved(batch, training=False))).min() > 0.9999


@pytest.fixture(scope="module")
def fused(arrays: Arrays, lite: Arrays) -> Weights:
    """Two towers, two layers, a classifier, and four numbers beside."""
    draw = np.random.default_rng(13)

    def dense(inputs: int, outputs: int) -> Dense:
        shapes = (inputs, outputs), outputs
        return Dense(*(draw.normal(size=shape).astype(np.float32) for shape in shapes))

    classifier = Attribute(draw.normal(0, 5, size=(16, 5)).astype(np.float32), WEIGHT)
    head = Head(
        (dense(2048 + 1280, 32), dense(32, 16)),
        (classifier,),
        Beside(dense(1280, 4), dense(1280, 1), white=0.1),
    )
    return Weights((arrays, lite), Spec("a", (*spec().towers, LITE)), head)


@pytest.mark.slow
def test_two_towers_are_served_as_keras_computes_them(in_keras: InKeras, fused: Weights, batch):
    vectors, _ = (np.asarray(one) for one in in_keras(fused)([batch, batch], training=False))
    network = Network(graph.encoder(fused), threads=2, precision="f32")
    (served,) = network.run([[batch, batch]])

    assert served.shape == (6, 16 + 5 + 4)
    assert _cosines(served, vectors).min() > 0.9999


@pytest.mark.slow
def test_what_stands_beside_counts_less_on_white(fused: Weights, batch):
    """By the everyday picture's chance, from `white` to one."""
    assert fused.head is not None
    assert fused.head.beside is not None
    shares = []
    for chance in (-50.0, 50.0):
        everyday = Dense(np.zeros((1280, 1), np.float32), np.array([chance], np.float32))
        beside = fused.head.beside._replace(everyday=everyday)
        changed = fused._replace(head=fused.head._replace(beside=beside))
        network = Network(graph.encoder(changed), threads=2, precision="f32")
        (rows,) = network.run([[batch, batch]])
        own, rest = np.linalg.norm(rows[:, -4:], axis=1), np.linalg.norm(rows[:, :16], axis=1)
        shares.append(own / rest)
    np.testing.assert_allclose(shares, [[0.1] * 6, [1.0] * 6], rtol=1e-3)


@pytest.mark.slow
def test_a_head_takes_the_features_of_all_towers(fused: Weights, batch):
    network = Network(graph.features(fused), threads=2, precision="f32")
    (features,) = network.run([[batch, batch]])
    assert features.shape == (6, 2048 + 1280)
    for tower, arrays, part in zip(
        fused.spec.towers, fused.towers, (slice(2048), slice(2048, None)), strict=True
    ):
        alone, _ = _served(Weights((arrays,), Spec("a", (tower,))), batch)
        assert _cosines(features[:, part], alone).min() > 0.9999


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
    """Stored as float16 on the way, which the many thin layers of the second feel most."""
    found = source.find("fashion")
    model = in_keras(convert.read(found.spec, found.file))
    frames = [
        np.stack([pixels(picture, tower) for picture in pictures]) for tower in found.spec.towers
    ]
    vectors, feature_maps = (np.asarray(output) for output in model(frames, training=False))
    encoder = load_encoder("fashion", precision="f32")
    served = encoder.encode(pictures)
    served_maps = np.stack([encoder.feature_map(picture) for picture in pictures])

    assert (vectors @ vectors.T).min() < 0.9, "else any network would do"
    assert _cosines(served, vectors).min() > 0.9999
    assert _cosines(served_maps, feature_maps).min() > 0.999


@pytest.mark.slow
def test_the_cosine_is_the_mean_of_the_parts_by_weight(projected, batch):
    """Of the projected vectors' cosine and the Bhattacharyya coefficient of the classifier's."""
    vectors, _ = _served(projected, batch)
    unit = vectors[:, :32] / np.linalg.norm(vectors[:, :32], axis=1, keepdims=True)
    roots = vectors[:, 32:] / np.linalg.norm(vectors[:, 32:], axis=1, keepdims=True)
    expected = (unit @ unit.T + WEIGHT * roots @ roots.T) / (1 + WEIGHT)

    assert (roots >= 0).all()
    np.testing.assert_allclose(vectors @ vectors.T, expected, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("power", [1.0, 3.0])
def test_gem_is_the_generalised_mean(arrays, batch, power: float):
    vectors, maps = _served(Weights((arrays,), spec(pooling="gem", gem_power=power)), batch)
    expected = (np.maximum(maps, 1e-6) ** power).mean(axis=(1, 2)) ** (1 / power)

    assert _cosines(vectors, expected).min() > 0.9999


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"normalisation": "torch"}, "Unknown normalisation"),
        ({"pooling": "sum"}, "Unknown pooling"),
        ({"network": "vgg16"}, "Unknown network"),
    ],
)
def test_an_unknown_choice_is_refused(keras: ModuleType, in_keras, arrays, arguments, message):
    weights = Weights((arrays,), spec(**arguments))
    for build in (graph.encoder, in_keras):
        with pytest.raises(ValueError, match=message):
            build(weights)


@pytest.mark.slow
def test_missing_weights_are_an_error(arrays: Arrays):
    fewer = {name: array for name, array in arrays.items() if name != "conv3_block1_2_conv/kernel"}
    with pytest.raises(KeyError, match="conv3_block1_2_conv/kernel"):
        graph.encoder(Weights((fewer,), spec()))


def test_the_blocks_are_those_of_keras(keras: ModuleType, arrays: Arrays):
    backbone = architecture.backbone(spec().towers[0])
    shapes = {
        f"{layer.name}/{variable.name}": tuple(variable.shape)
        for layer in backbone.layers
        for variable in layer.weights
    }
    assert {name: array.shape for name, array in arrays.items()} == shapes

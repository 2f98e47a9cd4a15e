"""What is served equals what Keras computes."""

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from recommender.encoder import architecture, convert, untrained, weights
from recommender.encoder.architecture import Attribute, Projection
from recommender.encoder.runtime import Network
from recommender.encoder.source import Source
from recommender.encoder.weights import Spec

WEIGHT = 0.5
SIZE = (64, 48)


@pytest.fixture(scope="module")
def batch() -> np.ndarray:
    """Six pictures of coarse noise, uint8 (6, 64, 48, 3)."""
    coarse = np.random.default_rng(3).integers(0, 256, (6, 8, 6, 3), np.uint8)
    return coarse.repeat(8, axis=1).repeat(8, axis=2)


@pytest.fixture(scope="module")
def saved(keras: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A weights file as the lab writes it: projected to 32 numbers, a classifier of 5 classes."""
    draw = np.random.default_rng(5)
    backbone = architecture.backbone(SIZE)
    untrained.initialise(backbone)
    for layer in backbone.layers:
        if layer.name.endswith("_bn"):
            gamma, beta, mean, variance = layer.get_weights()
            shift = draw.normal(0, 0.05, gamma.shape)
            layer.set_weights([gamma * (1 + shift), beta + shift, mean, variance])
    projection = Projection(
        draw.normal(size=(2048, 32)).astype(np.float32),
        draw.normal(size=32).astype(np.float32),
        (Attribute(draw.normal(0, 5, size=(32, 5)).astype(np.float32), WEIGHT),),
    )
    file = tmp_path_factory.mktemp("weights") / "a.npz"
    weights.save(file, backbone, Spec("a", SIZE, pooling="gem"), projection)
    return file


@pytest.fixture(scope="module")
def model(saved: Path) -> Any:
    return convert.build(weights.read_spec(saved), saved)


@pytest.fixture(scope="module")
def converted(saved: Path) -> Path:
    description = Source("a", weights.read_spec(saved), "weights", saved).to_json()
    convert.main(description, str(saved.parent))
    return saved.with_name(convert.MODEL_FILE)


def _cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    one, other = one.reshape(len(one), -1), other.reshape(len(other), -1)
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return np.sum(one * other, axis=1) / lengths


@pytest.mark.parametrize(("precision", "floor"), [("f32", 0.999), ("bf16", 0.99)])
def test_openvino_answers_as_keras_does(model, converted, batch, precision, floor):
    vectors, feature_maps = (np.asarray(output) for output in model(batch, training=False))
    network = Network(converted, threads=2, precision=precision)
    (served_vectors,) = network.run([batch])
    (served_maps,) = network.run([batch], convert.FEATURE_MAP)

    assert served_vectors.shape == (6, 32 + 5)
    assert served_maps.shape == (6, 2, 2, 2048)
    assert _cosines(served_vectors, vectors).min() > floor
    assert _cosines(served_maps, feature_maps).min() > floor


def test_folding_the_normalisation_changes_no_answer(saved, batch):
    model = convert.build(weights.read_spec(saved), saved)
    before = np.asarray(model(batch, training=False)[0])
    convert.fold_normalisation(model)
    np.testing.assert_allclose(np.asarray(model(batch, training=False)[0]), before, atol=1e-4)


def test_the_cosine_is_the_mean_of_the_parts_by_weight(model, batch):
    """Of the projected vectors' cosine and the Bhattacharyya coefficient of the classifier's."""
    vectors = np.asarray(model(batch, training=False)[0])
    unit = vectors[:, :32] / np.linalg.norm(vectors[:, :32], axis=1, keepdims=True)
    roots = vectors[:, 32:] / np.linalg.norm(vectors[:, 32:], axis=1, keepdims=True)
    expected = (unit @ unit.T + WEIGHT * roots @ roots.T) / (1 + WEIGHT)

    assert (roots >= 0).all()
    np.testing.assert_allclose(vectors @ vectors.T, expected, atol=1e-4)


def test_another_pooling_leaves_the_projection_out(saved, batch):
    model = convert.build(Spec("a", SIZE, pooling="max"), saved)
    vectors, feature_maps = (np.asarray(output) for output in model(batch, training=False))
    pooled = feature_maps.max(axis=(1, 2))

    assert vectors.shape == (6, 2048)
    assert _cosines(vectors, pooled).min() > 0.99999


@pytest.mark.parametrize("power", [1.0, 3.0])
def test_gem_is_the_generalised_mean(keras, batch, power):
    backbone = architecture.backbone(SIZE)
    vectors, maps = architecture.encoder(backbone, "gem", power)(batch, training=False)
    expected = (np.maximum(np.asarray(maps), 1e-6) ** power).mean(axis=(1, 2)) ** (1 / power)

    assert _cosines(np.asarray(vectors), expected).min() > 0.99999


def test_the_untrained_weights_are_the_same_every_time(keras):
    one, other = architecture.backbone(SIZE), architecture.backbone(SIZE)
    untrained.initialise(one)
    untrained.initialise(other)
    others = weights.collect(other)

    for name, array in weights.collect(one).items():
        np.testing.assert_allclose(array, others[name], rtol=1e-3, atol=1e-5, err_msg=name)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"normalisation": "torch"}, "Unknown normalisation"), ({"pooling": "sum"}, "pooling")],
)
def test_an_unknown_choice_is_refused(keras, arguments, message):
    spec = Spec(**{"name": "a", "size": SIZE, **arguments})
    with pytest.raises(ValueError, match=message):
        convert.build(spec, None)

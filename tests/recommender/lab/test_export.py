"""From a trained ResNet50 to the weights file, and from there to what the shop serves."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from recommender.encoder import architecture, graph, load_encoder, weights
from recommender.encoder.heads import Head
from recommender.encoder.runtime import Network
from recommender.encoder.source import FASHION_RESNET50
from recommender.encoder.weights import Spec, Tower
from recommender.lab.datasets import Examples, Splits, subset
from tests.recommender.lab.labelled import SIZE

if TYPE_CHECKING:
    from tests.recommender.lab.conftest import Trained

# Keras's own, when it reads a variable under NumPy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


TOWER = Tower("resnet50", SIZE, fit="pad", resample="bicubic")
SPEC = Spec(FASHION_RESNET50, (TOWER,))


@pytest.fixture(scope="module")
def export(keras: ModuleType) -> ModuleType:
    from recommender.lab import export

    return export


@pytest.fixture(scope="module")
def photographs(splits: Splits) -> Examples:
    return subset(splits.validation, np.arange(len(splits.validation)) < 16)


@pytest.fixture(scope="module")
def pixels(keras: ModuleType, photographs: Examples) -> np.ndarray:
    from recommender.lab.batches import framed

    return framed(photographs.pictures, TOWER)


@pytest.fixture(scope="module")
def answers(
    training: ModuleType, trained: Trained, splits: Splits, pixels: np.ndarray
) -> dict[str, np.ndarray]:
    """What the trained network says, computed in float32 rather than bfloat16."""
    exact = training.trainable_encoder(architecture.backbone(TOWER), splits.train.classes)
    weights.assign(exact, weights.collect(trained.model))
    return {name: np.asarray(one) for name, one in exact(pixels, training=False).items()}


@pytest.fixture(scope="module")
def expected(export: ModuleType, answers: dict[str, np.ndarray]) -> np.ndarray:
    """The vector as `Attribute` describes it, from the network's own unit vectors and logits."""
    parts = [answers["embedding"]]
    for name, weight in export.SERVED.items():
        likely = np.exp(answers[name] - answers[name].max(axis=1, keepdims=True))
        parts.append(np.sqrt(weight * likely / likely.sum(axis=1, keepdims=True)))
    rows = np.concatenate(parts, axis=1)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return np.sum(one * other, axis=1) / lengths


def test_the_pictures_are_told_apart(expected: np.ndarray):
    """Else every comparison below would hold for any network."""
    off_diagonal = (expected @ expected.T)[~np.eye(len(expected), dtype=bool)]
    assert off_diagonal.min() < 0.95


def test_the_folded_neck_is_the_neck(
    export: ModuleType, trained: Trained, answers: dict[str, np.ndarray], pixels: np.ndarray
):
    backbone = architecture.backbone(TOWER)
    weights.assign(backbone, weights.collect(trained.model))
    folded = export.folded_neck(trained.model)
    model = architecture.encoder([backbone], SPEC, Head((folded,)))
    found, _ = model(pixels, training=False)
    np.testing.assert_allclose(np.asarray(found), answers["embedding"], atol=1e-4)


def test_before_rounding_the_exported_vector_is_the_trained_one(
    export: ModuleType, trained: Trained, expected: np.ndarray, pixels: np.ndarray
):
    backbone = architecture.backbone(TOWER)
    weights.assign(backbone, weights.collect(trained.model))
    head = Head(
        (export.folded_neck(trained.model),), export.classifiers(trained.model, export.SERVED)
    )
    found, _ = architecture.encoder([backbone], SPEC, head)(pixels, training=False)
    np.testing.assert_allclose(np.asarray(found), expected, atol=1e-4)


def test_eight_bits_hardly_move_a_vector(
    weights_file: Path, expected: np.ndarray, pixels: np.ndarray
):
    network = Network(
        graph.encoder(weights.load(weights_file, FASHION_RESNET50)), threads=2, precision="f32"
    )
    (found,) = network.run([[pixels]])
    assert cosines(found, expected).min() > 0.999


def test_the_shop_serves_the_vectors_that_were_trained(
    served: None, photographs: Examples, expected: np.ndarray
):
    encoder = load_encoder(FASHION_RESNET50, precision="f32")
    assert (encoder.name, encoder.trained, encoder.size) == (FASHION_RESNET50, True, SIZE)
    assert encoder.dimension == expected.shape[1]
    found = encoder.encode([Image.fromarray(picture) for picture in photographs.pictures])
    assert cosines(found, expected).min() > 0.999


def test_training_sees_nearly_what_is_served(
    training: ModuleType, trained: Trained, photographs: Examples, answers: dict[str, np.ndarray]
):
    """Training computes in bfloat16."""
    found = training.embed(trained.model, photographs, SIZE)
    assert cosines(found, answers["embedding"]).min() > 0.99


def test_an_attribute_without_a_head_is_left_out(
    keras: ModuleType, training: ModuleType, export: ModuleType
):
    pictures = keras.Input((None, None, 3))
    backbone: Any = keras.Model(pictures, keras.layers.Conv2D(4, 3)(pictures))
    classes = {"gender": ["Men", "Women"], "look": ["a", "b"], "articleType": ["c", "d", "e"]}
    found = export.classifiers(training.trainable_encoder(backbone, classes), export.SERVED)
    assert [(one.matrix.shape[1], one.weight) for one in found] == [
        (3, export.SERVED["articleType"]),
        (2, export.SERVED["gender"]),
    ]

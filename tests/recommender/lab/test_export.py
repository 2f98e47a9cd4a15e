"""The real network after a short training, and the weights file that comes of it."""

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image

from recommender.lab.datasets import Splits, subset
from tests.recommender.lab.conftest import SIZE, plan

# Keras's own, when it reads a variable under NumPy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def exported(
    keras: ModuleType, splits: Splits, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Any, Path]:
    """A ResNet50 after a short training, and the weights file that its run left."""
    from recommender.lab import training

    folder = tmp_path_factory.mktemp("real")
    weights = training.run(splits, plan(1), folder, lambda line: None)
    model = training.compiled(splits.train.classes, plan(1))
    training.resume(model, folder, splits.train.classes)
    return model, weights


def test_what_is_exported_is_what_was_trained(exported: tuple[Any, Path], splits: Splits):
    """The weights file as the conversion builds it, against the network in training."""
    from recommender.encoder import convert, weights
    from recommender.lab import training
    from recommender.lab.batches import framed
    from recommender.lab.export import SERVED

    model, file = exported
    photographs = subset(splits.validation, splits.validation.studio)
    served = convert.build(weights.read_spec(file), file)
    vectors = np.asarray(served(framed(photographs.pictures, SIZE), training=False)[0])
    embedding = training.embed(model, photographs, SIZE)
    length = embedding.shape[1]
    unit = vectors[:, :length] / np.linalg.norm(vectors[:, :length], axis=1, keepdims=True)
    # Kernels of eight bits, and bfloat16 in training.
    assert np.sum(unit * embedding, axis=1).min() > 0.99
    classes = [len(splits.train.classes[name]) for name in SERVED]
    assert vectors.shape[1] == length + sum(classes)
    total = sum(SERVED.values())
    shares = np.square(vectors[:, length:]).sum(axis=1)
    np.testing.assert_allclose(shares, total / (1 + total), atol=1e-3)


def test_a_run_leaves_plots_to_look_at(exported: tuple[Any, Path]):
    for name in ("curves.png", "confusion.png"):
        with Image.open(exported[1].with_name(name)) as plot:
            assert min(plot.size) > 300

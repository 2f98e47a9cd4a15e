from pathlib import Path

import numpy as np
import pytest

from recommender.encoder import architecture, convert, untrained, weights
from recommender.encoder.architecture import Projection
from recommender.encoder.runtime import VECTORS, Network
from recommender.encoder.source import Source
from recommender.encoder.weights import Spec

SIZE = (64, 48)
SPEC = Spec("a", SIZE, pooling="gem")


@pytest.fixture(scope="module")
def saved(keras, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A weights file as the lab writes it, projected to 32 numbers."""
    draw = np.random.default_rng(5)
    backbone = architecture.backbone(SIZE)
    weights.assign(backbone, untrained.arrays(SIZE))
    matrix, bias = (draw.normal(size=shape).astype(np.float32) for shape in ((2048, 32), 32))
    file = tmp_path_factory.mktemp("weights") / "a.npz"
    weights.save(file, backbone, SPEC, Projection(matrix, bias))
    return file


def test_a_file_becomes_a_model_that_takes_bytes(saved: Path, tmp_path: Path):
    convert.main(Source("a", SPEC, "weights", saved).to_json(), str(tmp_path))
    network = Network(tmp_path / convert.MODEL_FILE, threads=2, precision="f32")
    (vectors,) = network.run([np.zeros((2, *SIZE, 3), np.uint8)], VECTORS)

    assert vectors.shape == (2, network.dimension) == (2, 32)


def test_another_pooling_leaves_the_projection_out(saved: Path):
    assert convert.read(SPEC, saved).projection is not None
    assert convert.read(Spec("a", SIZE, pooling="max"), saved).projection is None

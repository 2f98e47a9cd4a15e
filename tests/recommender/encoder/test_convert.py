from pathlib import Path

import numpy as np
import pytest

from recommender.encoder import convert, untrained, weights
from recommender.encoder.heads import Dense, Head
from recommender.encoder.runtime import VECTORS, Network
from recommender.encoder.source import Source
from recommender.encoder.weights import Spec, Tower, Weights

SIZE = (64, 48)
SPEC = Spec("a", (Tower("resnet50", SIZE, pooling="gem"),))


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A weights file as the lab writes it, projected to 32 numbers."""
    draw = np.random.default_rng(5)
    matrix, bias = (draw.normal(size=shape).astype(np.float32) for shape in ((2048, 32), 32))
    file = tmp_path_factory.mktemp("weights") / "a.npz"
    weights.save(file, Weights((untrained.arrays(SIZE),), SPEC, Head((Dense(matrix, bias),))))
    return file


@pytest.mark.slow
def test_a_file_becomes_a_model_that_takes_bytes(saved: Path, tmp_path: Path):
    convert.main(Source("a", SPEC, "weights", saved).to_json(), str(tmp_path))
    network = Network(tmp_path / convert.MODEL_FILE, threads=2, precision="f32")
    (vectors,) = network.run([[np.zeros((2, *SIZE, 3), np.uint8)]], VECTORS)

    assert vectors.shape == (2, network.dimension) == (2, 32)


@pytest.mark.slow
def test_another_pooling_leaves_the_head_out(saved: Path):
    assert convert.read(SPEC, saved).head is not None
    assert convert.read(SPEC.pooled("max"), saved).head is None

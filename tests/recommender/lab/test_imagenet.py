"""EfficientNet-Lite2's weights out of PyTorch's file, without PyTorch."""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from recommender.encoder import architecture, weights
from recommender.encoder.weights import Arrays, Tower
from recommender.lab import imagenet

LITE = Tower("efficientnet-lite2", (64, 48), normalisation="centred")


@pytest.fixture(scope="module")
def arrays() -> Arrays:
    return imagenet.efficientnet_lite2()


def test_every_weight_of_the_network_is_there_and_no_other(keras: ModuleType, arrays: Arrays):
    drawn = weights.collect(architecture.backbone(LITE))
    assert {name: array.shape for name, array in arrays.items()} == {
        name: array.shape for name, array in drawn.items()
    }


def test_they_are_what_was_trained(arrays: Arrays):
    """Where the file is misread, variances come out negative and kernels not numbers."""
    assert all(array.dtype == np.float32 for array in arrays.values())
    variances = [array for name, array in arrays.items() if name.endswith("moving_variance")]
    assert min(array.min() for array in variances) >= 0
    assert all(np.isfinite(array).all() for array in arrays.values())


def test_what_is_no_tensor_is_not_unpickled(tmp_path: Path):
    file = tmp_path / "state.pth"
    content = io.BytesIO()
    for harmless in (1, 2, 3, Path("a")):
        pickle.dump(harmless, content)
    file.write_bytes(content.getvalue())
    with pytest.raises(pickle.UnpicklingError, match="is no part of a tensor"):
        imagenet.read_state(file)

from typing import Any

import numpy as np
import pytest

from recommender.encoder import architecture, untrained, weights
from recommender.encoder.weights import Tower

SIZE = (64, 48)


@pytest.mark.slow
def test_the_weights_are_the_same_every_time():
    others = untrained.arrays(SIZE)
    for name, array in untrained.arrays(SIZE).items():
        np.testing.assert_allclose(array, others[name], rtol=1e-3, atol=1e-5, err_msg=name)


def test_the_statistics_are_those_that_training_would_take(keras: Any):
    """Keras moves them towards the batch's; with no momentum it takes the batch's own."""
    arrays = untrained.arrays(SIZE)
    backbone = architecture.backbone(Tower("resnet50", SIZE))
    weights.assign(backbone, arrays)
    for layer in backbone.layers:
        if hasattr(layer, "moving_mean"):
            layer.momentum = 0.0
            layer.moving_mean.assign(np.ones(layer.moving_mean.shape))
    backbone(_calibrating_pictures(), training=True)

    for name, array in weights.collect(backbone).items():
        np.testing.assert_allclose(array, arrays[name], rtol=1e-2, atol=1e-3, err_msg=name)


def _calibrating_pictures() -> np.ndarray:
    """As they are drawn after the kernels, by the same generator."""
    draw = np.random.default_rng(untrained.SEED)
    for _, shape in untrained._kernels():
        untrained._he_normal(draw, shape)
    return untrained._drawn_pictures(draw, SIZE)

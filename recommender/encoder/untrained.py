"""Weights for an encoder that was never trained, the same on every machine.

Random convolutions still tell colours and outlines apart if every layer sees values of a sane
size. So the kernels are drawn from a fixed seed, and batch normalisation takes its statistics
from a fixed batch of drawn pictures.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

SEED = 20_150_512
PICTURES = 32

# How much a residual block adds to what passes it by. At 1, as in training, rounding to bfloat16
# moves the vectors (cosine 0.97); at a quarter it does not (0.9997), and like things come closer:
# precision@5 on the 300 reference products rises from .53 to .64 (kind), .28 to .40 (colour).
BRANCH_GAIN = 0.25
LAST_IN_BRANCH = "_3_bn"


def initialise(backbone: Any) -> None:
    """Set every weight of a ResNet50 backbone (a `keras.Model`), from SEED alone."""
    draw = np.random.default_rng(SEED)
    for layer in backbone.layers:
        for variable in layer.weights:
            if variable.name == "kernel":
                variable.assign(_he_normal(draw, variable.shape))
            elif variable.name == "gamma" and layer.name.endswith(LAST_IN_BRANCH):
                variable.assign(BRANCH_GAIN * np.ones(variable.shape, np.float32))
    _calibrate(backbone, _drawn_pictures(draw, backbone.input.shape[1:3]))


def _he_normal(draw: np.random.Generator, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """He et al. 2015 (arXiv:1502.01852): a variance that layers of ReLU neither grow nor shrink."""
    inputs = int(np.prod(shape[:-1]))
    return draw.normal(0.0, np.sqrt(2 / inputs), shape).astype(np.float32)


def _calibrate(backbone: Any, pictures: npt.NDArray[np.float32]) -> None:
    """Make the batch's mean and variance the moving ones of every batch normalisation."""
    normalisations = [layer for layer in backbone.layers if hasattr(layer, "moving_mean")]
    usual = [layer.momentum for layer in normalisations]
    for layer in normalisations:
        layer.momentum = 0.0
    backbone(pictures, training=True)
    for layer, momentum in zip(normalisations, usual, strict=True):
        layer.momentum = momentum


def _drawn_pictures(draw: np.random.Generator, size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """A batch (n, height, width, 3) in [0, 255]: a patterned rectangle each, on a light ground."""
    height, width = size
    pictures = np.empty((PICTURES, height, width, 3), np.float32)
    for picture in pictures:
        picture[:] = draw.uniform(200, 255, 3)
        top, left = draw.integers(height // 3), draw.integers(width // 3)
        part = picture[top : height - top, left : width - left]
        coarse = draw.uniform(0, 255, (part.shape[0] // 8 + 1, part.shape[1] // 8 + 1, 3))
        pattern = coarse.repeat(8, axis=0).repeat(8, axis=1)[: part.shape[0], : part.shape[1]]
        part[:] = (pattern + draw.uniform(0, 255, 3)) / 2
    return pictures

"""Weights for an encoder that was never trained, the same on every machine.

Random convolutions still tell colours and outlines apart if every layer sees values of a sane
size. So the kernels are drawn from a fixed seed, and batch normalisation takes its statistics
from a fixed batch of drawn pictures.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from recommender.encoder.resnet50 import BLOCKS, EPSILON
from recommender.encoder.weights import Arrays

if TYPE_CHECKING:
    from openvino import Node

SEED = 20_150_512
PICTURES = 32

# How much a residual block adds to what passes it by. At 1, as in training, rounding to bfloat16
# moves the vectors (cosine 0.97); at a quarter it does not (0.9997), and like things come closer:
# precision@5 on the 300 reference products rises from .53 to .64 (kind), .28 to .40 (colour).
BRANCH_GAIN = 0.25
LAST_IN_BRANCH = "_3"


def arrays(size: tuple[int, int]) -> Arrays:
    """Every weight of a ResNet50 for pictures of that (height, width), from SEED alone."""
    draw = np.random.default_rng(SEED)
    drawn: Arrays = {}
    for name, shape in _kernels():
        drawn[f"{name}_conv/kernel"] = _he_normal(draw, shape)
        gain = BRANCH_GAIN if name.endswith(LAST_IN_BRANCH) else 1.0
        drawn[f"{name}_bn/gamma"] = np.full(shape[-1], gain, np.float32)
        for silent in ("conv/bias", "bn/beta"):
            drawn[f"{name}_{silent}"] = np.zeros(shape[-1], np.float32)
    return drawn | _statistics(drawn, _drawn_pictures(draw, size))


def _kernels() -> Iterator[tuple[str, tuple[int, int, int, int]]]:
    """Each convolution with the shape of its kernel, in the order in which Keras lists them."""
    yield "conv1", (7, 7, 3, 64)
    channels = 64
    for name, width, _, opens_stage in BLOCKS:
        yield f"{name}_1", (1, 1, channels, width)
        yield f"{name}_2", (3, 3, width, width)
        if opens_stage:
            yield f"{name}_0", (1, 1, channels, 4 * width)
        channels = 4 * width
        yield f"{name}_3", (1, 1, width, channels)


def _he_normal(draw: np.random.Generator, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """He et al. 2015 (arXiv:1502.01852): a variance that layers of ReLU neither grow nor shrink."""
    inputs = int(np.prod(shape[:-1]))
    return draw.normal(0.0, np.sqrt(2 / inputs), shape).astype(np.float32)


def _statistics(drawn: Arrays, pictures: npt.NDArray[np.float32]) -> Arrays:
    """What each batch normalisation sees of these pictures: its moving mean and variance.

    One pass through the network as it is in training, where a batch is normalised by itself.
    """
    import openvino
    from openvino import opset15 as op

    from recommender.encoder import graph, resnet50

    seen: dict[str, Node] = {}

    def convolve(node: Node, name: str, stride: int, padding: int) -> Node:
        convolved = graph.convolution(node, drawn[f"{name}_conv/kernel"], stride, padding)
        over = op.constant(np.array([0, 2, 3], np.int64))
        mean = op.reduce_mean(convolved, over, True)
        centred = op.subtract(convolved, mean)
        variance = op.reduce_mean(op.multiply(centred, centred), over, True)
        seen[f"{name}_bn/moving_mean"], seen[f"{name}_bn/moving_variance"] = mean, variance
        gamma = op.constant(drawn[f"{name}_bn/gamma"].reshape(1, -1, 1, 1))
        deviation = op.sqrt(op.add(variance, op.constant(np.float32(EPSILON))))
        return op.multiply(op.divide(centred, deviation), gamma)

    entry = op.parameter(pictures.shape, np.float32)
    resnet50.feature_maps(graph.normalised(entry, "signed"), convolve)
    model = openvino.Model(list(seen.values()), [entry])
    exact = {"INFERENCE_PRECISION_HINT": "f32"}
    found = openvino.Core().compile_model(model, "CPU", exact)([pictures])
    return {name: found[place].ravel() for place, name in enumerate(seen)}


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

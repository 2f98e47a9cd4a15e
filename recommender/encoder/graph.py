"""An encoder as an OpenVINO graph, built from its weights alone: ResNet50, pooling, projection.

`architecture` describes the same network to Keras, which trains it; a test holds one against the
other. Arrays have Keras's names and layouts. Importing this module imports OpenVINO, which takes
most of a second.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import openvino
from openvino import Node
from openvino import opset15 as op

from recommender.encoder.architecture import (
    BLOCKS,
    EPSILON,
    IMAGENET_BGR_MEANS,
    TINY,
    Projection,
)
from recommender.encoder.runtime import FEATURE_MAP, VECTORS
from recommender.encoder.weights import Arrays, Weights

Convolve = Callable[[Node, str, int, int], Node]
"""A node, a layer's name, stride and padding -> the convolution, normalised over the batch."""


def encoder(weights: Weights) -> openvino.Model:
    """A model from pictures, uint8 (n, height, width, 3), to what `runtime` asks for.

    Raises ValueError for an unknown pooling or normalisation, KeyError for missing weights.
    """
    spec = weights.spec
    pictures = op.parameter([-1, *spec.size, 3], np.uint8, "pictures")
    maps = feature_maps(normalised(pictures, spec.normalisation), _folded(weights.arrays))
    vectors = _pooled(maps, spec.pooling, spec.gem_power)
    if weights.projection is not None:
        vectors = _projected(vectors, weights.projection)
    outputs = {VECTORS: _unit_length(vectors), FEATURE_MAP: op.transpose(maps, _axes(0, 2, 3, 1))}
    for name, node in outputs.items():
        node.output(0).set_names({name})
    return openvino.Model(list(outputs.values()), [pictures], "encoder")


def normalised(pictures: Node, normalisation: str) -> Node:
    """Pictures (n, height, width, 3) in [0, 255] as ResNet50 takes them, channels first."""
    planes = op.transpose(op.convert(pictures, np.float32), _axes(0, 3, 1, 2))
    if normalisation == "signed":
        return op.subtract(op.multiply(planes, _floats(1 / 127.5)), _floats(1.0))
    if normalisation == "caffe":
        reversed_planes = op.gather(planes, _axes(2, 1, 0), _axes(1))
        return op.subtract(reversed_planes, _per_channel(np.array(IMAGENET_BGR_MEANS)))
    raise ValueError(f"Unknown normalisation {normalisation!r}: use 'signed' or 'caffe'.")


def feature_maps(planes: Node, convolve: Convolve) -> Node:
    """ResNet50 up to its last feature map (n, 2048, h, w)."""
    node = op.relu(convolve(planes, "conv1", 2, 3))
    node = op.max_pool(node, [2, 2], [1, 1], [1, 1], [1, 1], [3, 3]).output(0)
    for block in BLOCKS:
        branch = op.relu(convolve(node, f"{block.name}_1", block.stride, 0))
        branch = op.relu(convolve(branch, f"{block.name}_2", 1, 1))
        branch = convolve(branch, f"{block.name}_3", 1, 0)
        passing = convolve(node, f"{block.name}_0", block.stride, 0) if block.opens_stage else node
        node = op.relu(op.add(passing, branch))
    return node


def convolution(node: Node, kernel: npt.NDArray[np.floating], stride: int, padding: int) -> Node:
    """A convolution by a kernel in Keras's layout (height, width, channels in, channels out)."""
    filters = _floats(kernel.transpose(3, 2, 0, 1))
    strides, pads = [stride, stride], [padding, padding]
    return op.convolution(node, filters, strides, pads, pads, [1, 1])


def _folded(arrays: Arrays) -> Convolve:
    """Every batch normalisation merged into the convolution before it: the answers stay the same.

    OpenVINO would do it at every start, in memory of its own.
    """

    def convolve(node: Node, name: str, stride: int, padding: int) -> Node:
        gamma, beta, mean, variance = (
            arrays[f"{name}_bn/{part}"]
            for part in ("gamma", "beta", "moving_mean", "moving_variance")
        )
        gain = gamma / np.sqrt(variance + EPSILON)
        kernel, bias = arrays[f"{name}_conv/kernel"], arrays[f"{name}_conv/bias"]
        convolved = convolution(node, kernel * gain, stride, padding)
        return op.add(convolved, _per_channel(beta + (bias - mean) * gain))

    return convolve


def _pooled(maps: Node, pooling: str, gem_power: float) -> Node:
    if pooling == "avg":
        return _mean(maps)
    if pooling == "max":
        return op.reduce_max(maps, _axes(2, 3), False)
    if pooling == "gem":
        powers = op.power(op.maximum(maps, _floats(1e-6)), _floats(gem_power))
        return op.power(_mean(powers), _floats(1 / gem_power))
    raise ValueError(f"Unknown pooling {pooling!r}: use 'avg', 'max' or 'gem'.")


def _projected(vectors: Node, projection: Projection) -> Node:
    unit = _unit_length(op.add(_matmul(vectors, projection.matrix), _floats(projection.bias)))
    parts = [unit]
    for matrix, weight in projection.attributes:
        probabilities = op.softmax(_matmul(unit, matrix), -1)
        parts.append(op.sqrt(op.multiply(probabilities, _floats(weight))))
    return op.concat(parts, -1)


def _unit_length(vectors: Node) -> Node:
    shifted = op.add(vectors, _floats(TINY))
    squares = op.reduce_sum(op.multiply(shifted, shifted), _axes(-1), True)
    return op.divide(shifted, op.sqrt(squares))


def _matmul(vectors: Node, matrix: npt.NDArray[np.float32]) -> Node:
    return op.matmul(vectors, _floats(matrix), False, False)


def _mean(maps: Node) -> Node:
    return op.reduce_mean(maps, _axes(2, 3), False)


def _per_channel(values: npt.NDArray[np.floating]) -> Node:
    return _floats(values.reshape(1, -1, 1, 1))


def _floats(values: npt.ArrayLike) -> Node:
    return op.constant(np.ascontiguousarray(values, np.float32))


def _axes(*axes: int) -> Node:
    return op.constant(np.array(axes, np.int64))

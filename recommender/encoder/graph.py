"""An encoder as an OpenVINO graph, built from its weights alone: towers, pooling, head.

`architecture` describes the same to Keras, which trains it; a test holds one against the other.
Arrays have Keras's names and layouts. Importing this module imports OpenVINO, which takes most of a
second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import openvino
from openvino import Node
from openvino import opset15 as op

from recommender.encoder import architecture, efficientnet_lite, resnet50
from recommender.encoder.architecture import IMAGENET_BGR_MEANS
from recommender.encoder.heads import TINY, Beside, Dense, Head
from recommender.encoder.runtime import DETAIL_MAP, FEATURE_MAP, VECTORS
from recommender.encoder.weights import Arrays, Tower, Weights


def encoder(weights: Weights) -> openvino.Model:
    """A model from each tower's pictures, uint8 (n, height, width, 3), to what `runtime` asks for.

    Raises ValueError for an unknown network, pooling or normalisation, KeyError for missing
    weights.
    """
    pictures, maps, pooled = _towers(weights)
    features = _side_by_side(pooled) if weights.head is None else _headed(pooled, weights.head)
    vectors = _unit_length(features)
    detail_map, feature_map = (op.transpose(one, _axes(0, 2, 3, 1)) for one in maps[-1])
    outputs = {VECTORS: vectors, DETAIL_MAP: detail_map, FEATURE_MAP: feature_map}
    return _model(pictures, outputs)


def features(weights: Weights) -> openvino.Model:
    """The same up to what a head takes: the pooled features of all towers side by side."""
    pictures, _, pooled = _towers(weights)
    return _model(pictures, {VECTORS: _side_by_side(pooled)})


def _model(pictures: Sequence[Node], outputs: Mapping[str, Node]) -> openvino.Model:
    for name, node in outputs.items():
        node.output(0).set_names({name})
    return openvino.Model(list(outputs.values()), list(pictures), "encoder")


def _towers(weights: Weights) -> tuple[list[Node], list[tuple[Node, Node]], list[Node]]:
    """Of each tower its pictures, its two feature maps and the last one's pooled features."""
    towers = weights.spec.towers
    pictures = [
        op.parameter([-1, *tower.size, 3], np.uint8, f"pictures_{number}")
        for number, tower in enumerate(towers)
    ]
    maps = [
        _feature_maps(tower, normalised(shown, tower.normalisation), arrays)
        for tower, shown, arrays in zip(towers, pictures, weights.towers, strict=True)
    ]
    pooled = [_pooled(last, tower) for (_, last), tower in zip(maps, towers, strict=True)]
    return pictures, maps, pooled


def normalised(pictures: Node, normalisation: str) -> Node:
    """Pictures (n, height, width, 3) in [0, 255] as a tower takes them, channels first."""
    planes = op.transpose(op.convert(pictures, np.float32), _axes(0, 3, 1, 2))
    if normalisation == "signed":
        return op.subtract(op.multiply(planes, _floats(1 / 127.5)), _floats(1.0))
    if normalisation == "centred":
        return op.multiply(op.subtract(planes, _floats(127.0)), _floats(1 / 128))
    if normalisation == "caffe":
        reversed_planes = op.gather(planes, _axes(2, 1, 0), _axes(1))
        return op.subtract(reversed_planes, _per_channel(np.array(IMAGENET_BGR_MEANS)))
    raise ValueError(
        f"Unknown normalisation {normalisation!r}: use 'signed', 'centred' or 'caffe'."
    )


def _feature_maps(tower: Tower, planes: Node, arrays: Arrays) -> tuple[Node, Node]:
    folded = {resnet50: _folded_resnet50, efficientnet_lite: _folded_efficientnet_lite}
    network = architecture.network(tower)
    maps: tuple[Node, Node] = network.feature_maps(planes, folded[network](arrays))
    return maps


def convolution(node: Node, kernel: npt.NDArray[np.floating], stride: int, padding: int) -> Node:
    """A convolution by a kernel in Keras's layout (height, width, channels in, channels out)."""
    filters = _floats(kernel.transpose(3, 2, 0, 1))
    strides, pads = [stride, stride], [padding, padding]
    return op.convolution(node, filters, strides, pads, pads, [1, 1])


# Every batch normalisation is merged into the convolution before it: the answers stay the same, and
# OpenVINO would do it at every start, in memory of its own.


def _folded_resnet50(arrays: Arrays) -> resnet50.Convolve:
    def convolve(node: Node, name: str, stride: int, padding: int) -> Node:
        gain, shift = _normalisation(arrays, name, resnet50.EPSILON)
        kernel, bias = arrays[f"{name}_conv/kernel"], arrays[f"{name}_conv/bias"]
        convolved = convolution(node, kernel * gain, stride, padding)
        return op.add(convolved, _per_channel(shift + bias * gain))

    return convolve


def _folded_efficientnet_lite(arrays: Arrays) -> efficientnet_lite.Convolve:
    def convolve(node: Node, name: str, stride: int, depthwise: bool) -> Node:
        gain, shift = _normalisation(arrays, name, efficientnet_lite.EPSILON)
        kernel = arrays[f"{name}_conv/kernel"]
        around = ([stride, stride], [0, 0], [0, 0], [1, 1], "same_upper")
        if depthwise:
            # Keras has (height, width, channels, 1), OpenVINO (channels, 1, 1, height, width).
            filters = (kernel[..., 0] * gain).transpose(2, 0, 1)[:, np.newaxis, np.newaxis]
            convolved = op.group_convolution(node, _floats(filters), *around)
        else:
            filters = (kernel * gain).transpose(3, 2, 0, 1)
            convolved = op.convolution(node, _floats(filters), *around)
        return op.add(convolved, _per_channel(shift))

    return convolve


def _normalisation(
    arrays: Arrays, name: str, epsilon: float
) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.floating]]:
    """What a layer's batch normalisation multiplies by and adds, by channel."""
    gamma, beta, mean, variance = (
        arrays[f"{name}_bn/{part}"] for part in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    gain = gamma / np.sqrt(variance + epsilon)
    return gain, beta - mean * gain


def _pooled(maps: Node, tower: Tower) -> Node:
    if tower.pooling == "avg":
        return _mean(maps)
    if tower.pooling == "max":
        return op.reduce_max(maps, _axes(2, 3), False)
    if tower.pooling == "gem":
        powers = op.power(op.maximum(maps, _floats(1e-6)), _floats(tower.gem_power))
        return op.power(_mean(powers), _floats(1 / tower.gem_power))
    raise ValueError(f"Unknown pooling {tower.pooling!r}: use 'avg', 'max' or 'gem'.")


def _headed(pooled: Sequence[Node], head: Head) -> Node:
    node = _side_by_side(pooled)
    for number, layer in enumerate(head.layers):
        node = _dense(op.gelu(node, "erf") if number else node, layer)
    unit = _unit_length(node)
    parts = [unit]
    for matrix, weight in head.attributes:
        probabilities = op.softmax(_matmul(unit, matrix), -1)
        parts.append(op.sqrt(op.multiply(probabilities, _floats(weight))))
    if head.beside is not None:
        parts.append(_beside(pooled[-1], head.beside))
    return op.concat(parts, -1)


def _beside(pooled: Node, beside: Beside) -> Node:
    seen = _unit_length(pooled)
    everyday = op.sigmoid(_dense(seen, beside.everyday))
    weight = op.add(op.multiply(everyday, _floats(1 - beside.white)), _floats(beside.white))
    return op.multiply(_unit_length(_dense(seen, beside.projection)), weight)


def _dense(node: Node, layer: Dense) -> Node:
    return op.add(_matmul(node, layer.matrix), _floats(layer.bias))


def _side_by_side(nodes: Sequence[Node]) -> Node:
    return op.concat(list(nodes), -1) if len(nodes) > 1 else nodes[0]


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

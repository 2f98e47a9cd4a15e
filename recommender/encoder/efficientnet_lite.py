"""EfficientNet-Lite2 (Tan and Le 2019, arXiv:1905.11946, without squeeze and excitation, with
ReLU6), for Keras, which trains it, and for OpenVINO, which serves it. A test holds one against the
other.

Keras and OpenVINO take seconds and hundreds of megabytes to import: it happens inside the
functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from openvino import Node

    Convolve = Callable[[Node, str, int, bool], Node]
    """A node, a layer's name, stride, whether depthwise -> the convolution, normalised."""

NAME = "efficientnet-lite2"

EPSILON = 1e-3
"""What is added to a variance before dividing by its root."""

CHANNELS = 1280
"""Of the last feature map."""

MOST = 6.0
"""ReLU6 ends here."""


class Block(NamedTuple):
    """An inverted residual block (Sandler et al. 2018, arXiv:1801.04381)."""

    name: str
    kernel: int
    stride: int
    expansion: int
    channels: int
    """Of what comes out."""
    adds: bool
    """Whether what came in is added to what comes out."""


class _Stage(NamedTuple):
    blocks: int
    kernel: int
    stride: int
    expansion: int
    channels: int


# Lite0's, 1.2 times as deep and 1.1 times as wide.
_STAGES = (
    _Stage(1, 3, 1, 1, 16),
    _Stage(3, 3, 2, 6, 24),
    _Stage(3, 5, 2, 6, 48),
    _Stage(4, 3, 2, 6, 88),
    _Stage(4, 5, 1, 6, 120),
    _Stage(5, 5, 2, 6, 208),
    _Stage(1, 3, 1, 6, 352),
)


def _blocks() -> Iterator[Block]:
    number = 0
    for stage in _STAGES:
        for place in range(stage.blocks):
            stride = 1 if place else stage.stride
            yield Block(
                f"block{number}", stage.kernel, stride, stage.expansion, stage.channels, place > 0
            )
            number += 1


BLOCKS = tuple(_blocks())


def in_keras(normalised: Any) -> Any:
    """Its last feature map in Keras, with random weights, of what a `keras.Input` leads to."""
    from keras import layers

    def convolved(node: Any, name: str, channels: int, kernel: int, stride: int = 1) -> Any:
        convolution = layers.Conv2D(
            channels, kernel, stride, "same", use_bias=False, name=f"{name}_conv"
        )
        return layers.BatchNormalization(epsilon=EPSILON, name=f"{name}_bn")(convolution(node))

    def depthwise(node: Any, name: str, kernel: int, stride: int) -> Any:
        convolution = layers.DepthwiseConv2D(
            kernel, stride, "same", use_bias=False, name=f"{name}_conv"
        )
        return layers.BatchNormalization(epsilon=EPSILON, name=f"{name}_bn")(convolution(node))

    def bounded(node: Any) -> Any:
        return layers.ReLU(MOST)(node)

    node = bounded(convolved(normalised, "stem", 32, 3, 2))
    for block in BLOCKS:
        branch = node
        if block.expansion > 1:
            wide = block.expansion * node.shape[-1]
            branch = bounded(convolved(branch, f"{block.name}_expand", wide, 1))
        branch = bounded(depthwise(branch, f"{block.name}_depthwise", block.kernel, block.stride))
        branch = convolved(branch, f"{block.name}_project", block.channels, 1)
        node = layers.Add()([node, branch]) if block.adds else branch
    return bounded(convolved(node, "head", CHANNELS, 1))


def feature_maps(planes: Node, convolve: Convolve) -> tuple[Node, Node]:
    """Two of its feature maps in OpenVINO, of planes (n, 3, height, width): the last one with twice
    the rows and columns of the last of all, (n, 120, 2h, 2w), and that, (n, 1280, h, w).
    """
    from openvino import opset15 as op

    def bounded(node: Node) -> Node:
        return op.clamp(node, 0.0, MOST)

    detailed = node = bounded(convolve(planes, "stem", 2, False))
    for block in BLOCKS:
        if block.stride > 1:
            detailed = node
        branch = node
        if block.expansion > 1:
            branch = bounded(convolve(branch, f"{block.name}_expand", 1, False))
        branch = bounded(convolve(branch, f"{block.name}_depthwise", block.stride, True))
        branch = convolve(branch, f"{block.name}_project", 1, False)
        node = op.add(node, branch) if block.adds else branch
    return detailed, bounded(convolve(node, "head", 1, False))

"""ResNet50 (He et al. 2015, arXiv:1512.03385) as Keras builds it: for Keras, which trains it, and
for OpenVINO, which serves it. A test holds one against the other.

Keras and OpenVINO take seconds and hundreds of megabytes to import: it happens inside the
functions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from openvino import Node

    Convolve = Callable[[Node, str, int, int], Node]
    """A node, a layer's name, stride and padding -> the convolution, normalised over the batch."""

NAME = "resnet50"

EPSILON = 1.001e-5
"""What Keras's ResNet50 adds to a variance before it divides by its root."""

CHANNELS = 2048
"""Of the last feature map."""


class Block(NamedTuple):
    """A residual block: its layers' names begin with ``name``; ``width`` channels go in between."""

    name: str
    width: int
    stride: int
    opens_stage: bool
    """Whether what passes it by is convolved too, to its number of channels."""


BLOCKS = tuple(
    Block(f"conv{stage}_block{number}", width, 2 if number == 1 < stage - 1 else 1, number == 1)
    for stage, width, blocks in ((2, 64, 3), (3, 128, 4), (4, 256, 6), (5, 512, 3))
    for number in range(1, blocks + 1)
)


def in_keras(normalised: Any) -> Any:
    """Its last feature map in Keras, with random weights, of what a `keras.Input` leads to."""
    import keras

    return keras.applications.ResNet50(
        include_top=False, weights=None, input_tensor=normalised
    ).output


def feature_maps(planes: Node, convolve: Convolve) -> tuple[Node, Node]:
    """Two of its feature maps in OpenVINO, of planes (n, 3, height, width): the last one with twice
    the rows and columns of the last of all, (n, 1024, 2h, 2w), and that, (n, 2048, h, w).
    """
    from openvino import opset15 as op

    node = op.relu(convolve(planes, "conv1", 2, 3))
    node = op.max_pool(node, [2, 2], [1, 1], [1, 1], [1, 1], [3, 3]).output(0)
    detailed = node
    for block in BLOCKS:
        if block.stride > 1:
            detailed = node
        branch = op.relu(convolve(node, f"{block.name}_1", block.stride, 0))
        branch = op.relu(convolve(branch, f"{block.name}_2", 1, 1))
        branch = convolve(branch, f"{block.name}_3", 1, 0)
        passing = convolve(node, f"{block.name}_0", block.stride, 0) if block.opens_stage else node
        node = op.relu(op.add(passing, branch))
    return detailed, node

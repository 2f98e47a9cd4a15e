#!/bin/sh
# openvino 2026.4.1: a cell of a feature map does not look at its own square of the picture. Five
# halvings by 3x3 convolutions (as in MobileNet, EfficientNet-Lite and ResNet) see a picture of
# 192 pixels as 6 cells of 32; with padding "same_upper", which is what TensorFlow's SAME becomes,
# each looks 15.5 pixels below and right of the middle of its square, with a padding of 1 on either
# side, which is what PyTorch's networks have, 15.5 pixels above and left of it.
#
# One would expect a feature map that is stretched over its picture, as heat maps are, to lie where
# the network saw it, and the two paddings to differ at the edges alone. They differ by 31 pixels
# everywhere: on even sides SAME pads at the end only, and each halving adds half a pixel of its own
# scale. With 193 pixels, which are odd at every step, both look at the same place.
# Source: the OpenVINO specification of Convolution-1 (`auto_pad`, "same_upper").
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "openvino==2026.4.1" "numpy==2.5.5"

cat >"$folder/look.py" <<'PYTHON'
import numpy as np
import openvino
from openvino import opset15 as op

HALVINGS, CELL = 5, 2


def middles(side, padding):
    """Where each cell in a row looks: the mean of the columns that change it, in pixels."""
    picture = op.parameter([side, 1, 1, side], np.float32)
    kernel = op.constant(np.ones((1, 1, 1, 3), np.float32))
    node = picture
    for _ in range(HALVINGS):
        if padding == "same_upper":
            node = op.convolution(node, kernel, [1, 2], [0, 0], [0, 0], [1, 1], "same_upper")
        else:
            node = op.convolution(node, kernel, [1, 2], [0, 1], [0, 1], [1, 1])
    exact = {"INFERENCE_PRECISION_HINT": "f32"}
    network = openvino.Core().compile_model(openvino.Model([node], [picture], "row"), "CPU", exact)
    # A batch of pictures with a single pixel each.
    seen = network([np.eye(side, dtype=np.float32)[:, None, None, :]])[0][:, 0, 0]
    return (seen * (np.arange(side)[:, None] + 0.5)).sum(axis=0) / seen.sum(axis=0)


for side in (192, 193):
    late, early = middles(side, "same_upper"), middles(side, "1 and 1")
    square = (np.arange(len(late)) + 0.5) * side / len(late)
    print(side, "pixels,", len(late), "cells")
    print("  middle of the square", square[CELL])
    print("  same_upper looks at ", late[CELL])
    print("  1 and 1 looks at    ", early[CELL])
    if side == 192:
        assert abs(late[CELL] - square[CELL] - 15.5) < 0.01
        assert abs(early[CELL] - square[CELL] + 15.5) < 0.01
    else:
        assert abs(late[CELL] - early[CELL]) < 0.01
PYTHON
"$folder/venv/bin/python" "$folder/look.py"
echo "As described."

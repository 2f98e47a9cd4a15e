"""The two networks: their backbones differ, what stands on top is what the shop's encoder has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import keras
from keras import layers

from ..objectives import FusedBatchNormalization, trainable_encoder
from .data import CLASSES, SIDE

HEAD = "kind"
UNITS = 128
WIDTH = 32
SHAPE = (SIDE, SIDE, 1)


@dataclass(frozen=True)
class Network:
    """A kind of network: what people call it, its backbone, its optimiser for a rate."""

    name: str
    title: str
    backbone: Callable[[], keras.Model]
    precision: str
    optimizer: Callable[..., keras.optimizers.Optimizer]
    peak: float


def build(network: Network) -> keras.Model:
    """A fresh network with a neck and a cosine classifier: outputs ``kind`` and ``embedding``."""
    keras.config.set_dtype_policy(network.precision)
    try:
        return trainable_encoder(network.backbone(), {HEAD: list(CLASSES)})
    finally:
        keras.config.set_dtype_policy("float32")


def convolutional() -> keras.Model:
    """Seven convolutions, two of three stages with a residual block (He et al. 2016).

    What halves a map pools before it normalises, which costs a quarter as much there.
    """
    pictures = keras.Input(SHAPE)
    maps = _normalised(_convolution(pictures, WIDTH))
    for width in (2 * WIDTH, 4 * WIDTH):
        maps = _normalised(layers.MaxPooling2D()(_convolution(maps, width)))
        inner = _normalised(_convolution(maps, width))
        maps = layers.Add()([maps, _normalised(_convolution(inner, width))])
    return keras.Model(pictures, maps)


def recurrent() -> keras.Model:
    """The rows from the top and from the bottom as sequences, twice (GRU, Cho et al. 2014)."""
    pictures = keras.Input(SHAPE)
    rows = layers.Reshape((SIDE, SIDE))(pictures)
    for _ in range(2):
        rows = layers.Bidirectional(layers.GRU(UNITS, return_sequences=True))(rows)
    # A row's states as a map of one column, so that the same neck averages them.
    return keras.Model(pictures, layers.Reshape((SIDE, 1, 2 * UNITS))(rows))


def _convolution(maps: keras.KerasTensor, width: int) -> keras.KerasTensor:
    return layers.Conv2D(width, 3, padding="same", use_bias=False)(maps)


def _normalised(maps: keras.KerasTensor) -> keras.KerasTensor:
    return layers.ReLU()(FusedBatchNormalization(momentum=0.9)(maps))


def _sgd(rate: object) -> keras.optimizers.Optimizer:
    return keras.optimizers.SGD(rate, momentum=0.9, nesterov=True, weight_decay=5e-3)


def _adamw(rate: object) -> keras.optimizers.Optimizer:
    return keras.optimizers.AdamW(rate, weight_decay=0.02, global_clipnorm=1.0)


CNN = Network("cnn", "Convolutional network", convolutional, "mixed_bfloat16", _sgd, 0.1)
RNN = Network("rnn", "Recurrent network", recurrent, "float32", _adamw, 2e-3)
NETWORKS = {network.name: network for network in (CNN, RNN)}

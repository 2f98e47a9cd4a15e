"""From a trained model to the weights file that the shop serves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import keras
import numpy as np

from recommender.encoder import architecture, weights
from recommender.encoder.heads import Attribute, Dense, Head
from recommender.encoder.source import FASHION_RESNET50
from recommender.encoder.weights import Spec, Weights

from .batches import served_tower

# What agreeing in an attribute counts where agreeing in the vector counts 1. Chosen on the
# validation split, whole and in galleries of 300: more of one finds less of the others, and more of
# all finds fewer altered photographs.
SERVED = {
    "articleType": 0.4,
    "baseColour": 0.35,
    "subCategory": 0.2,
    "gender": 1.5,
    "garment": 0.2,
}


def export(model: keras.Model, path: Path, *, size: tuple[int, int]) -> None:
    """Write a ``trainable_encoder`` for inputs of ``size``: backbone, neck and classifiers."""
    tower = served_tower(size)
    backbone = architecture.backbone(tower)
    weights.assign(backbone, weights.collect(model))
    head = Head((folded_neck(model),), classifiers(model, SERVED))
    spec = Spec(FASHION_RESNET50, (tower,))
    weights.save(path, Weights((weights.collect(backbone),), spec, head))


def folded_neck(model: keras.Model) -> Dense:
    """The neck and its batch normalisation as one linear step (they are linear once trained)."""
    kernel = np.asarray(model.get_layer("neck").kernel)
    normalisation = model.get_layer("neck_bn")
    gamma, beta, mean, variance = (np.asarray(variable) for variable in normalisation.weights)
    gain = gamma / np.sqrt(variance + normalisation.epsilon)
    return Dense((kernel * gain).astype(np.float32), (beta - mean * gain).astype(np.float32))


def classifiers(model: keras.Model, served: Mapping[str, float]) -> tuple[Attribute, ...]:
    """Those of ``served`` that the model has, each one's scale folded into its centres."""
    heads = {layer.name: layer for layer in model.layers if layer.name in served}
    return tuple(
        Attribute(np.asarray(heads[name].scaled_centres(), np.float32), weight)
        for name, weight in served.items()
        if name in heads
    )

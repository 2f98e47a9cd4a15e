"""From a trained model to the weights file that the shop serves."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np

from recommender.encoder import architecture, weights
from recommender.encoder.architecture import Projection

from .batches import served_spec


def export(model: keras.Model, path: Path, *, size: tuple[int, int]) -> None:
    """Write the backbone and the neck of a ``trainable_encoder`` for inputs of ``size``."""
    backbone = architecture.backbone(size)
    weights.assign(backbone, weights.collect(model))
    weights.save(path, backbone, served_spec(size), folded_neck(model))


def folded_neck(model: keras.Model) -> Projection:
    """The neck and its batch normalisation as one linear step (they are linear once trained)."""
    kernel = np.asarray(model.get_layer("neck").kernel)
    normalisation = model.get_layer("neck_bn")
    gamma, beta, mean, variance = (np.asarray(variable) for variable in normalisation.weights)
    gain = gamma / np.sqrt(variance + normalisation.epsilon)
    return Projection((kernel * gain).astype(np.float32), (beta - mean * gain).astype(np.float32))

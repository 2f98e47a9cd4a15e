"""Build an encoder in Keras and write it as an OpenVINO model: `python -m ...convert SOURCE OUT`.

It runs as a process of its own, so that TensorFlow (seconds and a gigabyte) never enters a web
process or a worker. It knows nothing of Django.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from recommender.encoder import architecture, untrained, weights
from recommender.encoder.weights import Spec

MODEL_FILE = "encoder.xml"
VECTORS, FEATURE_MAP = "vectors", "feature_map"


def build(spec: Spec, file: Path | None) -> Any:
    """The `keras.Model` that a spec and a weights file describe (see `architecture.encoder`).

    Without a file, `imagenet` is downloaded by Keras and any other name gets the seeded weights.
    Raises OSError, ValueError or KeyError where the weights cannot be had or do not fit.
    """
    backbone = architecture.backbone(spec.size, spec.normalisation)
    projection = None
    if file is not None and file.suffix == ".npz":
        projection = _load_own(backbone, spec, file)
    elif spec.name == "imagenet":
        _load_keras(backbone, file)
    else:
        untrained.initialise(backbone)
    return architecture.encoder(backbone, spec.pooling, spec.gem_power, projection)


def fold_normalisation(model: Any) -> None:
    """Merge every batch normalisation of a ResNet50 into the convolution before it, in place.

    The answers stay the same. OpenVINO would do it at every start, in memory of its own; done
    here, every process maps the same file.
    """
    import numpy as np

    for layer in model.layers:
        if not layer.name.endswith("_bn"):
            continue
        convolution = model.get_layer(layer.name.removesuffix("_bn") + "_conv")
        gamma, beta, mean, variance = layer.get_weights()
        kernel, bias = convolution.get_weights()
        gain = gamma / np.sqrt(variance + layer.epsilon)
        convolution.set_weights([kernel * gain, beta + (bias - mean) * gain])
        ones, zeros = np.ones_like(gamma), np.zeros_like(gamma)
        layer.set_weights([ones, zeros, zeros, ones - layer.epsilon])


def write(model: Any, folder: Path) -> None:
    """Write a `keras.Model` with [vectors, feature map] as OpenVINO's files into `folder`.

    The weights are stored as float16: they come from int8 or are computed with in bfloat16, and
    mapped into memory they take half the room.
    """
    import openvino

    with tempfile.TemporaryDirectory(dir=folder) as saved:
        # Reading Keras's SavedModel goes past `openvino.convert_model`, which reports its use to
        # a server outside.
        model.export(saved, verbose=False)
        converted = openvino.Core().read_model(saved)
        for output, name in zip(converted.outputs, (VECTORS, FEATURE_MAP), strict=True):
            output.tensor.set_names({name})
        openvino.save_model(_taking_bytes(converted), folder / MODEL_FILE, compress_to_fp16=True)


def _taking_bytes(model: Any) -> Any:
    import openvino
    from openvino.preprocess import PrePostProcessor

    steps = PrePostProcessor(model)
    steps.input().tensor().set_element_type(openvino.Type.u8)
    return steps.build()


def _load_own(backbone: Any, spec: Spec, file: Path) -> architecture.Projection | None:
    loaded = weights.load(file)
    weights.assign(backbone, loaded.arrays)
    # A projection is learned on one pooling and means nothing on another.
    return loaded.projection if spec.pooling == loaded.spec.pooling else None


def _load_keras(backbone: Any, file: Path | None) -> None:
    import keras

    if file is None:
        download = keras.applications.ResNet50(include_top=False, weights="imagenet")
        weights.assign(backbone, weights.collect(download))
    elif file.suffix == ".keras":
        weights.assign(backbone, weights.collect(keras.models.load_model(file, compile=False)))
    else:
        # By order of layers; Keras raises ValueError where their number differs ("notop" is meant).
        backbone.load_weights(file)


def main(source: str, folder: str) -> None:
    """Convert the encoder that `Source.to_json` described into `folder`, which must exist."""
    described = json.loads(source)
    file = Path(described["file"]) if described["file"] else None
    model = build(Spec.from_json(described["spec"]), file)
    fold_normalisation(model)
    write(model, Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])

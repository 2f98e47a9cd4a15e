"""Write an encoder as an OpenVINO model: `python -m recommender.encoder.convert SOURCE OUT`.

It runs as a process of its own, so that what the weights take on their way there stays out of web
processes and workers: 140 MB, and for `imagenet` TensorFlow (seconds and a gigabyte). It knows
nothing of Django.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from recommender.encoder import architecture, untrained, weights
from recommender.encoder.weights import Arrays, Spec, Tower, Weights

MODEL_FILE = "encoder.xml"


def read(spec: Spec, file: Path | None) -> Weights:
    """The weights that a spec and a file describe.

    Without a file, `imagenet` is downloaded by Keras and any other name gets the seeded weights.
    Raises OSError, ValueError or KeyError where the weights cannot be had or do not fit.
    """
    if file is not None and file.suffix == ".npz":
        return _own(spec, file)
    (tower,) = spec.towers
    if spec.name == "imagenet":
        return Weights((_from_keras(tower, file),), spec)
    return Weights((untrained.arrays(tower.size),), spec)


def _own(spec: Spec, file: Path) -> Weights:
    loaded = weights.load(file, spec.name)
    # A head is learned on one pooling and means nothing on another.
    head = loaded.head if spec == loaded.spec else None
    return Weights(loaded.towers, spec, head)


def _from_keras(tower: Tower, file: Path | None) -> Arrays:
    import keras

    if file is None:
        download = keras.applications.ResNet50(include_top=False, weights="imagenet")
        return weights.collect(download)
    if file.suffix == ".keras":
        return weights.collect(keras.models.load_model(file, compile=False))
    backbone = architecture.backbone(tower)
    # By order of layers; Keras raises ValueError where their number differs ("notop" is meant).
    backbone.load_weights(file)
    return weights.collect(backbone)


def main(source: str, folder: str) -> None:
    """Convert the encoder that `Source.to_json` described into `folder`, which must exist.

    The weights are stored as float16: they come from int8 or are computed with in bfloat16, and
    mapped into memory they take half the room.
    """
    import openvino

    from recommender.encoder import graph

    described = json.loads(source)
    file = Path(described["file"]) if described["file"] else None
    model = graph.encoder(read(Spec.from_json(described["spec"]), file))
    openvino.save_model(model, Path(folder) / MODEL_FILE, compress_to_fp16=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The file in which an encoder's weights travel: int8 kernels with a scale per output channel.

The file is NumPy's `.npz` (a zip of arrays; nothing in it is ever unpickled):

- ``spec``: a JSON object, the fields of :class:`Spec`;
- ``LAYER/kernel``: int8, beside ``LAYER/kernel.scale``: float32, one per output channel (the last
  axis), so that kernel = int8 * scale;
- ``LAYER/bias``, ``LAYER/gamma``, ...: float32 as they are: they are small, and batch
  normalisation is sensitive;
- ``projection/matrix`` and ``projection/bias``, where the encoder has a projection;
- ``attribute/N/matrix`` and ``attribute/N/weight`` for each classifier behind it.

An int8 ResNet50 takes about 20 MB, a quarter of its float32 size.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from recommender.encoder.architecture import Attribute, Projection
from recommender.encoder.files import read_once

Arrays = dict[str, npt.NDArray[Any]]

# What reading a damaged file raises.
DAMAGE = (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error)

SCALE = ".scale"
SPEC = "spec"
PROJECTION = "projection"
ATTRIBUTE = "attribute"


@dataclass(frozen=True)
class Spec:
    """What makes an encoder besides its weights. Every field is part of the fingerprint.

    ``size`` is (height, width) in pixels. ``fit`` says how a picture comes to that size:
    ``stretch`` ignores its proportions, ``pad`` keeps them and fills up with white. ``resample`` is
    the filter: ``nearest``, or the antialiased ``bilinear``, ``bicubic`` or ``lanczos``.
    """

    name: str
    size: tuple[int, int]
    pooling: str = "avg"
    gem_power: float = 3.0
    normalisation: str = "signed"
    fit: str = "stretch"
    resample: str = "bilinear"

    def to_json(self) -> str:
        """The canonical text of this spec."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Spec:
        """The spec that ``to_json`` wrote. Raises ``TypeError`` for unknown or missing fields."""
        fields = json.loads(text)
        return cls(**{**fields, "size": tuple(fields["size"])})


class Weights(NamedTuple):
    """A loaded file: float32 arrays by ``LAYER/VARIABLE``, the spec, and the projection if any."""

    arrays: Arrays
    spec: Spec
    projection: Projection | None


def collect(backbone: Any) -> Arrays:
    """The weights of a ``keras.Model`` as float32 arrays by ``LAYER/VARIABLE``."""
    return {name: np.asarray(variable, dtype=np.float32) for name, variable in _variables(backbone)}


def assign(backbone: Any, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Put the arrays into a ``keras.Model``. Raises ``KeyError`` for a variable that is missing."""
    for name, variable in _variables(backbone):
        variable.assign(arrays[name])


def quantise(arrays: Mapping[str, npt.NDArray[Any]]) -> Arrays:
    """Kernels (two axes or more) as int8 with a float32 scale per output channel, the rest float32.

    Symmetric around zero: scale = max |w| / 127 over the channel, so a weight moves by at most half
    a scale.
    """
    quantised: Arrays = {}
    for name, array in arrays.items():
        if array.ndim < 2:
            quantised[name] = array.astype(np.float32)
            continue
        scale = np.abs(array).max(axis=tuple(range(array.ndim - 1))).astype(np.float32) / 127
        scale[scale == 0] = 1
        quantised[name] = np.rint(array / scale).astype(np.int8)
        quantised[name + SCALE] = scale
    return quantised


def dequantise(quantised: Mapping[str, npt.NDArray[Any]]) -> Arrays:
    """The float32 arrays that :func:`quantise` packed."""
    return {
        name: array * quantised[name + SCALE] if array.dtype == np.int8 else array
        for name, array in quantised.items()
        if not name.endswith(SCALE)
    }


def save(path: Path, backbone: Any, spec: Spec, projection: Projection | None = None) -> None:
    """Write the weights of ``backbone`` (a ``keras.Model``) to ``path``, replacing it at once."""
    arrays = collect(backbone)
    if projection is not None:
        arrays |= _flat(projection)
    packed = quantise(arrays) | {SPEC: np.frombuffer(spec.to_json().encode(), np.uint8)}
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with partial.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **packed)
    partial.replace(path)


def load(path: Path) -> Weights:
    """Read what :func:`save` wrote. Raises one of ``DAMAGE`` for a damaged file."""
    with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
        packed = {name: file[name] for name in file.files}
    spec = Spec.from_json(packed.pop(SPEC).tobytes().decode())
    arrays = dequantise(packed)
    return Weights(arrays, spec, _popped_projection(arrays))


def _flat(projection: Projection) -> Arrays:
    arrays = {f"{PROJECTION}/matrix": projection.matrix, f"{PROJECTION}/bias": projection.bias}
    for number, attribute in enumerate(projection.attributes):
        arrays[f"{ATTRIBUTE}/{number}/matrix"] = attribute.matrix
        arrays[f"{ATTRIBUTE}/{number}/weight"] = np.array(attribute.weight, np.float32)
    return arrays


def _popped_projection(arrays: Arrays) -> Projection | None:
    """The projection out of all the arrays, which keep the rest."""
    if f"{PROJECTION}/matrix" not in arrays:
        return None
    attributes: list[Attribute] = []
    while (matrix := arrays.pop(f"{ATTRIBUTE}/{len(attributes)}/matrix", None)) is not None:
        weight = float(arrays.pop(f"{ATTRIBUTE}/{len(attributes)}/weight"))
        attributes.append(Attribute(matrix, weight))
    matrix, bias = (arrays.pop(f"{PROJECTION}/{part}") for part in ("matrix", "bias"))
    return Projection(matrix, bias, tuple(attributes))


@read_once
def read_spec(path: Path) -> Spec:
    """The spec alone. Raises one of ``DAMAGE`` for a damaged file."""
    with zipfile.ZipFile(path) as archive:
        array = np.load(io.BytesIO(archive.read(f"{SPEC}.npy")), allow_pickle=False)
    return Spec.from_json(array.tobytes().decode())


def _variables(backbone: Any) -> list[tuple[str, Any]]:
    return [
        (f"{layer.name}/{variable.name}", variable)
        for layer in backbone.layers
        for variable in layer.weights
    ]

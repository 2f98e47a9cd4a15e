"""Drawn files of the form in which Fashion-MNIST is published."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import numpy as np

from recommender.lab.fashion_mnist.data import CHECKSUMS, CLASSES, SIDE

COUNTS = {"train": 60_000, "t10k": 10_000}


def write(folder: Path) -> None:
    """As many pictures as the published files have: every class a bright box of its own shape."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    boxes = np.zeros((len(CLASSES), SIDE, SIDE), np.uint8)
    for number, box in enumerate(boxes):
        box[4 : 10 + 2 * (number % 5), 6 : 12 + 10 * (number // 5)] = 200
    for name, count in COUNTS.items():
        labels = rng.permutation(np.arange(count) % len(CLASSES)).astype(np.uint8)
        pixels = boxes[labels] + rng.integers(0, 50, (count, 1, SIDE), np.uint8)
        _write_idx(folder / f"{name}-images-idx3-ubyte.gz", pixels)
        _write_idx(folder / f"{name}-labels-idx1-ubyte.gz", labels)


def checksums(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in CHECKSUMS}


def _write_idx(path: Path, numbers: np.ndarray) -> None:
    lengths = np.array(numbers.shape, ">i4").tobytes()
    content = bytes([0, 0, 8, numbers.ndim]) + lengths + numbers.tobytes()
    path.write_bytes(gzip.compress(content, compresslevel=1))

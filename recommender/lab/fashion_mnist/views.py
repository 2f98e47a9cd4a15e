"""Altered views of the pictures for training: turned, moved, cropped, mirrored, partly covered."""

from __future__ import annotations

import keras
import numpy as np

from .data import CLASSES, SIDE, Pictures

# Degrees, pixels, and by how much of its size a picture shrinks or grows.
TURN, SHIFT, ZOOM = 8.0, 2.0, 0.1
# Turning blurs, and what is asked later is sharp: the rest is shifted by whole pixels.
TURNED_SHARE = 0.5
COVER, COVERED_SHARE = 10, 0.5


class Views(keras.utils.PyDataset):
    """An epoch of ``pictures`` in random order from ``first_step`` on, each altered anew.

    Batch n of an epoch of a seed is always the same, so a resumed run sees what an unbroken one
    would. A batch is float32 (batch, 28, 28, 1) from 0 to 1, and the classes, float32 (batch,
    classes): 1 for a picture's own.
    """

    def __init__(
        self, pictures: Pictures, *, batch: int, seed: int, epoch: int, first_step: int = 0
    ) -> None:
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=8)
        self.pictures, self.batch, self.key = pictures, batch, (seed, epoch)
        self.first_step = first_step
        self.order = np.random.default_rng(self.key).permutation(len(pictures))

    def __len__(self) -> int:
        return steps_per_epoch(len(self.pictures), self.batch) - self.first_step

    def __getitem__(self, step: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        step += self.first_step
        chosen = self.pictures.some(self.order[step * self.batch : (step + 1) * self.batch])
        views = altered(plain(chosen.pixels), np.random.default_rng((*self.key, step)))
        return views, {"kind": np.eye(len(CLASSES), dtype=np.float32)[chosen.labels]}


def steps_per_epoch(pictures: int, batch: int) -> int:
    """Every picture once; where there is more than one batch, what is left over is left out."""
    return max(1, pictures // batch)


def plain(pixels: np.ndarray) -> np.ndarray:
    """The pictures as the networks take them: float32 (n, 28, 28, 1) from 0 to 1."""
    return (pixels[..., None] / np.float32(255)).astype(np.float32)


def altered(views: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each picture turned, zoomed, shifted, mirrored and covered by chance."""
    moves = placements(len(views), rng)
    moved = keras.ops.image.affine_transform(views, moves, interpolation="bilinear")
    return covered(np.array(moved), rng)


def placements(count: int, rng: np.random.Generator) -> np.ndarray:
    """Where each place of a view comes from in its picture, as Keras's affine transforms.

    Float32 (count, 8): a, b, c, d, e, f, 0, 0 take (x, y) from (ax + by + c, dx + ey + f).
    """
    turned = rng.random(count) < TURNED_SHARE
    angle = np.radians(rng.uniform(-TURN, TURN, count)) * turned
    width, height = 1 + rng.uniform(-ZOOM, ZOOM, (2, count)) * turned
    mirror = rng.choice([-1.0, 1.0], count)
    shift = rng.uniform(-SHIFT, SHIFT, (2, count))
    right, down = np.where(turned, shift, np.round(shift))
    a, b = mirror * width * np.cos(angle), -height * np.sin(angle)
    d, e = mirror * width * np.sin(angle), height * np.cos(angle)
    middle = (SIDE - 1) / 2
    c, f = middle - (a + b) * middle + right, middle - (d + e) * middle + down
    nothing = np.zeros(count)
    return np.stack([a, b, c, d, e, f, nothing, nothing], axis=1).astype(np.float32)


def covered(views: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A square of a share of the views filled with one grey (Zhong et al. 2020)."""
    for row in np.flatnonzero(rng.random(len(views)) < COVERED_SHARE):
        top, left = rng.integers(1 - COVER // 2, SIDE - COVER // 2, 2)
        grey = rng.random()
        views[row, max(top, 0) : top + COVER, max(left, 0) : left + COVER] = grey
    return views

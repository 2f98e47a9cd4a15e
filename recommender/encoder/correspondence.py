"""Which parts of two pictures are like parts of the other, told from the last tower's feature maps.

Each cell of the one is compared with every cell on the other's thing. How much alike two must be is
the same for all pictures, so that more of either is alike where the pictures are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from recommender.encoder.localiser import Localiser, directions

Floats = npt.NDArray[np.float32]

# Pixels of its frame for each cell, of both networks. The last cells may reach beyond the frame.
STRIDE = 32
# Cosines of cells: of two pictures by chance the middle one is .40 to the nearest there, of a
# product and its nearest neighbour .72.
UNLIKE, ALIKE = 0.3, 0.7
# Of a cell that is the thing's so much lies on it.
MOSTLY = 0.5
# What weighs less is not told.
LITTLE = 0.05


class Region(NamedTuple):
    """A rectangle in shares of a picture's width and height, which it may reach beyond, and how
    much it is like something on the other picture: more than 0, at most 1."""

    left: float
    top: float
    right: float
    bottom: float
    weight: float


Regions = tuple[Region, ...]
"""Those parts of a picture that are like parts of another."""


class Seen(NamedTuple):
    """A picture's `feature_map`, float32 (h, w, channels), and where in the tower's frame it was
    `placed`: left, top, width and height in pixels, as `preprocessing.place` says."""

    feature_map: Floats
    placed: tuple[int, int, int, int]


def corresponding(
    one: Seen, other: Seen, localiser: Localiser, frame: tuple[int, int]
) -> tuple[Regions, Regions]:
    """What of two pictures is like the other, on either; `frame` is (height, width) in pixels."""
    first, second = (_Thing(seen, localiser, frame) for seen in (one, other))
    return first.like(second), second.like(first)


@dataclass(frozen=True)
class _Thing:
    """What a picture shows, by cells, which count from the top left along the rows."""

    seen: Seen
    localiser: Localiser
    frame: tuple[int, int]

    def like(self, other: _Thing) -> Regions:
        weights = self.inside * _alike(self.directions, other.directions[other.inside > MOSTLY])
        return tuple(
            Region(*self._edges(cell), float(weights[cell]))
            for cell in np.flatnonzero(weights > LITTLE).tolist()
        )

    @cached_property
    def inside(self) -> Floats:
        """How much of each cell lies in the box around the thing, float32 (n,)."""
        (rows, columns), (height, width) = self._shape, self.frame
        left, top, right, bottom = self.localiser.edges(self.seen.feature_map).tolist()
        covered = np.outer(
            _covered(rows, height, top * height, bottom * height),
            _covered(columns, width, left * width, right * width),
        )
        return np.asarray(covered.ravel(), np.float32)

    @cached_property
    def directions(self) -> Floats:
        channels = self.seen.feature_map.shape[-1]
        return directions(self.seen.feature_map).reshape(-1, channels)

    @property
    def _shape(self) -> tuple[int, int]:
        rows, columns, _channels = self.seen.feature_map.shape
        return rows, columns

    def _edges(self, cell: int) -> tuple[float, float, float, float]:
        """A cell in shares of the picture: left, top, right and bottom."""
        row, column = divmod(cell, self._shape[1])
        left, top, width, height = self.seen.placed
        x, y = column * STRIDE - left, row * STRIDE - top
        return x / width, y / height, (x + STRIDE) / width, (y + STRIDE) / height


def _covered(count: int, side: int, start: float, end: float) -> Floats:
    """How much of each of so many cells in a row lies between two pixels, as a share of what of it
    lies in a frame with that side: float32 (count,)."""
    edges = np.minimum(np.arange(count + 1) * STRIDE, side)
    lengths = np.minimum(edges[1:], end) - np.maximum(edges[:-1], start)
    return np.asarray(np.maximum(lengths, 0) / np.diff(edges), np.float32)


def _alike(cells: Floats, others: Floats) -> Floats:
    """How much each of the cells is like the nearest of the others, from 0 to 1: float32 (n,).

    Takes their directions, float32 (n, channels) and (m, channels).
    """
    nearest = (cells @ others.T).max(axis=1, initial=0)
    return np.asarray(np.clip((nearest - UNLIKE) / (ALIKE - UNLIKE), 0, 1), np.float32)

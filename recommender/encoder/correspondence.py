"""Which parts of two pictures make them alike, told from the last tower's feature maps.

The tower's features are the mean of its cells, so that the cosine of two pictures is a sum over the
cells of either, and each cell's share in it is known (Stylianou et al. 2019, arXiv:1901.00536).
What a cell shares counts as far as it lies on the picture's thing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from recommender.encoder.localiser import Localiser, directions

Floats = npt.NDArray[np.float32]

# Pixels of its frame for each cell, of both networks. The last cells may reach beyond the frame.
STRIDE = 32
# What shares less, beside the cell that shares the most, is not told.
LITTLE = 0.05
# So many places are told at most, each so many cells from the others. Two are one place only where
# both lie in the same part of their things, by this share of a side: of pairs of pictures of one
# product .87 are then right instead of .79.
MOST_PLACES, APART, SAME_PART = 3, 2, 0.3
# Of a cell that is the thing's so much lies on it.
MOSTLY = 0.5


class Region(NamedTuple):
    """A rectangle in shares of a picture's width and height, which it may reach beyond, and how
    much it makes the picture like the other one: 1 for what does so the most, more than 0."""

    left: float
    top: float
    right: float
    bottom: float
    weight: float


class Place(NamedTuple):
    """A point in shares of a picture's width and height."""

    x: float
    y: float


@dataclass(frozen=True)
class Side:
    """One of two pictures: what of it is like the other, and places that the other has as well, in
    the same order."""

    regions: tuple[Region, ...]
    places: tuple[Place, ...]


class Seen(NamedTuple):
    """A picture's `feature_map`, float32 (h, w, channels), and where in the tower's frame it was
    `placed`: left, top, width and height in pixels, as `preprocessing.place` says."""

    feature_map: Floats
    placed: tuple[int, int, int, int]


def corresponding(
    one: Seen, other: Seen, localiser: Localiser, frame: tuple[int, int]
) -> tuple[Side, Side]:
    """What two pictures have in common, on either; `frame` is (height, width) in pixels."""
    first, second = (_Thing(seen, localiser, frame) for seen in (one, other))
    pairs = list(_pairs(first, second))
    return (
        first.side(second, [cell for cell, _ in pairs]),
        second.side(first, [cell for _, cell in pairs]),
    )


@dataclass(frozen=True)
class _Thing:
    """What a picture shows, by cells, which count from the top left along the rows."""

    seen: Seen
    localiser: Localiser
    frame: tuple[int, int]

    def side(self, other: _Thing, places: list[int]) -> Side:
        shares = self.shares(other)
        regions = (
            Region(*self._edges(cell), float(shares[cell]))
            for cell in np.flatnonzero(shares > LITTLE).tolist()
        )
        return Side(tuple(regions), tuple(self._middle(cell) for cell in places))

    def shares(self, other: _Thing) -> Floats:
        """What each cell does for the likeness, float32 (n,), beside the one that does the most."""
        shares = self.inside * np.maximum(self.unusual @ other.unusual.mean(axis=0), 0)
        return np.asarray(shares / max(float(shares.max()), 1e-9), np.float32)

    @cached_property
    def unusual(self) -> Floats:
        """Each cell less what is usual, float32 (n, channels); the mean is the picture's."""
        cells = self._cells
        length = max(float(np.linalg.norm(cells.mean(axis=0))), 1e-9)
        return np.asarray(cells / length - self.localiser.usual, np.float32)

    @cached_property
    def inside(self) -> Floats:
        """How much of each cell lies in the box around the thing, float32 (n,)."""
        (rows, columns), (height, width) = self._shape, self.frame
        left, top, right, bottom = self._box
        covered = np.outer(
            _covered(rows, height, top, bottom), _covered(columns, width, left, right)
        )
        return np.asarray(covered.ravel(), np.float32)

    @cached_property
    def directions(self) -> Floats:
        return directions(self._cells)

    def part(self, cell: int) -> Floats:
        """Where in its thing a cell lies, in shares of the thing's box: (x, y)."""
        left, top, right, bottom = self._box
        x, y = self._middle_in_frame(cell)
        return np.array([(x - left) / (right - left), (y - top) / (bottom - top)], np.float32)

    def apart(self, cell: int, other: int) -> int:
        """How many cells lie between two of them, along the rows or down, and the last."""
        (row, column), (row2, column2) = (divmod(one, self._shape[1]) for one in (cell, other))
        return max(abs(row - row2), abs(column - column2))

    @property
    def _shape(self) -> tuple[int, int]:
        rows, columns, _channels = self.seen.feature_map.shape
        return rows, columns

    @property
    def _cells(self) -> Floats:
        return self.seen.feature_map.reshape(-1, self.seen.feature_map.shape[-1])

    @cached_property
    def _box(self) -> tuple[float, float, float, float]:
        """Around the thing, in pixels of the frame; a pixel wide and high at least."""
        height, width = self.frame
        left, top, right, bottom = self.localiser.edges(self.seen.feature_map).tolist()
        left, top = left * width, top * height
        return left, top, max(right * width, left + 1), max(bottom * height, top + 1)

    def _middle_in_frame(self, cell: int) -> tuple[float, float]:
        row, column = divmod(cell, self._shape[1])
        return (column + 0.5) * STRIDE, (row + 0.5) * STRIDE

    def _middle(self, cell: int) -> Place:
        return Place(*self._in_picture(*self._middle_in_frame(cell)))

    def _edges(self, cell: int) -> tuple[float, float, float, float]:
        x, y = self._middle_in_frame(cell)
        half = STRIDE / 2
        return *self._in_picture(x - half, y - half), *self._in_picture(x + half, y + half)

    def _in_picture(self, x: float, y: float) -> tuple[float, float]:
        left, top, width, height = self.seen.placed
        return (x - left) / width, (y - top) / height


def _covered(count: int, side: int, start: float, end: float) -> Floats:
    """How much of each of so many cells in a row lies between two pixels, as a share of what of it
    lies in a frame with that side: float32 (count,)."""
    edges = np.minimum(np.arange(count + 1) * STRIDE, side)
    lengths = np.minimum(edges[1:], end) - np.maximum(edges[:-1], start)
    return np.asarray(np.maximum(lengths, 0) / np.diff(edges), np.float32)


def _pairs(one: _Thing, other: _Thing) -> Iterator[tuple[int, int]]:
    """Cells of both things that are each other's nearest, those first that share the most."""
    on_both = np.outer(one.inside > MOSTLY, other.inside > MOSTLY)
    cosines = np.where(on_both, one.directions @ other.directions.T, -1)
    nearest, back = cosines.argmax(axis=1), cosines.argmax(axis=0)
    shares = one.shares(other)
    told: list[int] = []
    for cell in np.argsort(-shares, kind="stable").tolist():
        there = int(nearest[cell])
        if shares[cell] <= LITTLE or cosines[cell, there] <= 0 or back[there] != cell:
            continue
        if np.abs(one.part(cell) - other.part(there)).max() > SAME_PART:
            continue
        if all(one.apart(cell, before) >= APART for before in told):
            told.append(cell)
            yield cell, there
        if len(told) == MOST_PLACES:
            return

"""Which parts of two pictures are like parts of the other: of what shape, and in what colour.

The last tower's feature maps say what lies where, the last one by kind and the detail map by print
and outline, side by side (hypercolumns, Hariharan et al. 2015, arXiv:1411.5752). Each cell of the
one is compared with every cell on the other's thing, and how much alike two must be is the same
for all pictures, so that more of either is alike where the pictures are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple, cast

import numpy as np
import numpy.typing as npt
from contourpy import LineType, contour_generator
from PIL import Image, ImageCms

from recommender.encoder.localiser import Localiser, directions
from recommender.encoder.preprocessing import Pixels

Floats = npt.NDArray[np.float32]

# Pixels of its frame for each cell, of both networks.
DETAIL_STRIDE, STRIDE = 16, 32
# Pixels by which what a cell of the last map sees lies below and right of its square: the networks
# pad at the end. A cell of the detail map sees its own square. Both measured.
LATE = 20
# From which cosine on cells are alike. Of a product and its nearest neighbour .97 of the cells have
# one, of two by chance .36; of a photograph at home and its nearest product .43, by chance .10.
ALIKE = 0.45
# What share each cell must have of the cosine that the best tenth of the thing's have in detail:
# what was printed over is less like the other than the rest is.
DETAIL, BEST = 0.65, 0.9
# CIELAB units at which colours agree by 1/e, so that they do by ALIKE at 18. Light and shade on one
# fabric differ in lightness, and a print from what is plain in how far its colours lie apart.
COLOUR_SCALE, LIGHTNESS, VARIETY = 20.0, 0.5, 1.5
# A cell more like one beside the thing, in detail and colour, is ground that its box holds as well:
# nine tenths of such cells, of those on things a hundredth.
GROUND = 0.4
# Of the cells that are alike, so many in another colour are not told apart: at edges colours mix.
FEW = 0.1
# Cells that a line encloses at least, and the share of the thing that is alike at least.
SPECK, LITTLE = 2, 0.08
# Of a cell that is the thing's, and of one that lies beside it, so much lies in the box.
MOSTLY, HARDLY = 0.5, 0.1

Ring = tuple[tuple[float, float], ...]
"""A closed line: x and y of its points, in shares of a picture's width and height, which they may
reach beyond."""

Rings = tuple[Ring, ...]
"""What lies within an odd number of lines."""


class Parts(NamedTuple):
    """What of a picture is like something on another."""

    shape: Rings
    """What has much the same shape and print there."""
    colour: Rings
    """What of it has much the same colour as well."""


class Seen(NamedTuple):
    """A picture as a tower saw it."""

    pixels: Pixels
    """Its frame: uint8 (height, width, 3)."""
    detail_map: Floats
    """What the tower saw halfway, a cell for each 16 pixels: float32 (h, w, channels)."""
    feature_map: Floats
    """What it saw in the end, a cell for each 32 pixels: float32 (h, w, channels)."""
    placed: tuple[int, int, int, int]
    """Where in the frame the picture is: left, top, width and height in pixels."""


NOTHING = Parts((), ())


def corresponding(one: Seen, other: Seen, localiser: Localiser) -> tuple[Parts, Parts]:
    """What of two pictures is like the other, on either: on both something, or on none."""
    first, second = _Thing(one, localiser), _Thing(other, localiser)
    own, others = first.like(second), second.like(first)
    return (own, others) if own.shape and others.shape else (NOTHING, NOTHING)


def cells(detail_map: Floats, feature_map: Floats) -> Floats:
    """What each cell of the detail map sees by both maps, of length 1: float32 (n, numbers), from
    the top left along the rows.
    """
    down, across = map(_sampling, feature_map.shape[:2], detail_map.shape[:2])
    kinds = directions(feature_map)
    sampled = np.einsum("yr,xc,rck->yxk", down, across, kinds, optimize=True)
    return directions(np.concatenate((_rows(sampled), _rows(detail_map)), axis=1))


@dataclass(frozen=True)
class _Thing:
    """What a picture shows, by the detail map's cells."""

    seen: Seen
    localiser: Localiser

    def like(self, other: _Thing) -> Parts:
        theirs = other.inside > MOSTLY
        shape = self._likeness(other, theirs)
        colour = _agreement(self._colours, other._colours[theirs])
        in_shape = self._levels(shape)
        in_both = self._levels(np.minimum(shape, colour))
        alike = in_shape >= ALIKE
        if np.count_nonzero(alike) < max(LITTLE * float(self.inside.sum()), SPECK):
            return NOTHING
        if np.mean((in_both < ALIKE)[alike]) < FEW:
            in_both = in_shape
        return Parts(self._rings(in_shape), self._rings(in_both))

    def _likeness(self, other: _Thing, theirs: npt.NDArray[np.bool_]) -> Floats:
        """How much alike in shape and print each cell is to those of another: float32 (n, m).

        What is less like it in detail than the best of the thing is by far is not alike.
        """
        details = _cosines(self._details, other._details[theirs])
        own = details.max(axis=1, initial=0)[self.inside > MOSTLY]
        best = float(np.quantile(own, BEST)) if own.size else 1.0
        enough = max(best * DETAIL, 1e-6)
        both = _cosines(self._directions, other._directions[theirs])
        return np.asarray(np.minimum(both, details * (ALIKE / enough)), np.float32)

    def _levels(self, alike: Floats) -> Floats:
        """How much each cell is like the nearest of others, as far as it is the thing's: float32
        (h, w), of (n, m)."""
        return (self.inside * alike.max(axis=1, initial=0)).reshape(self._shape)

    def _rings(self, levels: Floats) -> Rings:
        """Around what is alike enough."""
        left, top, width, height = self.seen.placed
        return tuple(
            tuple((float(x - left) / width, float(y - top) / height) for x, y in line)
            for line in _outlines(levels)
        )

    @cached_property
    def inside(self) -> Floats:
        """How much of each cell lies in the box around the thing; 0 where it shows the ground or
        who wears it: float32 (n,)."""
        (rows, columns), (height, width) = self._shape, self.seen.pixels.shape[:2]
        left, top, right, bottom = self.localiser.edges(self.seen.feature_map).tolist()
        covered = np.outer(
            _covered(rows, top * height, bottom * height),
            _covered(columns, left * width, right * width),
        ).ravel()
        beside = self._is_ground(covered < HARDLY) | self.localiser.is_wearer(self._directions)
        return np.where(beside, 0, covered)

    def _is_ground(self, beside: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Which cells look like one of those beside the thing. At its edge, ground holds a little
        of the thing's colours too."""
        colours = self._colours[:, :3]
        alike = _cosines(self._details, self._details) * _agreement(colours, colours)
        return np.asarray(alike[:, beside].max(axis=1, initial=0) > GROUND)

    @cached_property
    def _directions(self) -> Floats:
        return cells(self.seen.detail_map, self.seen.feature_map)

    @cached_property
    def _details(self) -> Floats:
        """What each cell sees by the detail map alone, of length 1: float32 (n, c)."""
        return _rows(self.seen.detail_map)

    @cached_property
    def _colours(self) -> Floats:
        """Each cell's mean colour in CIELAB, less of its lightness, and more of how far its colours
        deviate from that: float32 (n, 4)."""
        rows, columns = self._shape
        frame = Image.fromarray(self.seen.pixels).resize(
            (columns * DETAIL_STRIDE, rows * DETAIL_STRIDE)
        )
        lab = np.asarray(ImageCms.applyTransform(frame, _to_lab()))
        # Bytes: of lightness 255 steps to 100, the other two with a sign.
        colours = np.dstack((lab[..., :1] * (100 / 255), lab[..., 1:].view(np.int8)))
        by_cell = colours.reshape(rows, DETAIL_STRIDE, columns, DETAIL_STRIDE, 3)
        means = by_cell.mean(axis=(1, 3)) * (LIGHTNESS, 1, 1)
        deviations = np.linalg.norm(by_cell.std(axis=(1, 3)), axis=-1, keepdims=True)
        each = np.concatenate((means, deviations * VARIETY), axis=-1)
        return np.asarray(each.reshape(-1, 4), np.float32)

    @property
    def _shape(self) -> tuple[int, int]:
        rows, columns, _channels = self.seen.detail_map.shape
        return rows, columns


def _rows(feature_map: Floats) -> Floats:
    """Each cell's direction: float32 (n, channels)."""
    return directions(feature_map).reshape(-1, feature_map.shape[-1])


def _cosines(one: Floats, other: Floats) -> Floats:
    """Of each direction with each other, and 0 for opposite ones: float32 (n, m)."""
    return np.asarray(np.clip(one @ other.T, 0, 1), np.float32)


def _agreement(one: Floats, other: Floats) -> Floats:
    """How far each of some colours agrees with each of others: float32 (n, m), from 0 to 1."""
    apart = (one[:, np.newaxis] - other) / COLOUR_SCALE
    return np.asarray(np.exp(-np.square(apart).sum(axis=-1)), np.float32)


def _covered(count: int, start: float, end: float) -> Floats:
    """How much of each of so many cells in a row lies between two pixels: float32 (count,)."""
    edges = np.arange(count + 1) * DETAIL_STRIDE
    lengths = np.minimum(edges[1:], end) - np.maximum(edges[:-1], start)
    return np.asarray(np.maximum(lengths, 0) / DETAIL_STRIDE, np.float32)


def _sampling(few: int, many: int) -> Floats:
    """What makes of so many cells of the last map in a row those of the detail map, by linear
    interpolation: float32 (many, few)."""
    middles = (np.arange(many) + 0.5) * DETAIL_STRIDE
    places = (middles - LATE) / STRIDE - 0.5
    each = [np.interp(places, np.arange(few), one) for one in np.eye(few)]
    return np.stack(each, axis=1, dtype=np.float32)


def _outlines(levels: Floats) -> list[Floats]:
    """Closed lines around those cells (h, w) that are alike, specks aside: x and y in pixels,
    float (n, 2)."""
    # What reaches the frame's edge goes on beyond it.
    padded = np.pad(np.pad(levels, 1, "edge"), 1)
    x, y = ((np.arange(count) - 1.5) * DETAIL_STRIDE for count in reversed(padded.shape))
    contours = contour_generator(x, y, padded, line_type=LineType.Separate)
    lines = cast("list[Floats]", contours.lines(ALIKE))
    # The last point is the first one again.
    return [line[:-1] for line in lines if _area(line) >= SPECK * DETAIL_STRIDE**2]


def _area(line: Floats) -> float:
    """What a closed line encloses, by the shoelace formula."""
    x, y = line[:, 0], line[:, 1]
    return abs(float(x[:-1] @ y[1:] - x[1:] @ y[:-1])) / 2


@cache
def _to_lab() -> ImageCms.ImageCmsTransform:
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    return ImageCms.buildTransform(*profiles, "RGB", "LAB")

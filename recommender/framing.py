"""Which part of a picture that somebody sends may be the photograph of a thing, and nothing else.

Pictures come with bars above and below, in frames, as screenshots of other shops. What is found
here is a guess, by colours alone; `looking` has the encoder judge it.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

# The long side of the copy that is looked at: averaged so far, a flat colour has little noise left.
SIDE = 256
# The levels of 255 by which a JPEG may still be off a flat colour then.
TOLERANCE = 14
# The share of a line that is of one colour where the line is flat.
FLAT = 0.96
# The share of an edge that differs from the bar beside it. A thing on a plain ground has no such
# edge: of a catalogue's photographs this takes the ground from one in twenty-five.
STRAIGHT = 0.6
# The least share of the longer side that is worth looking at.
LEAST_SIDE = 0.1
# The share of a picture that is of one colour where that is its ground, and how many are tried.
GROUND, GROUNDS = 0.12, 2
# The gap between two blocks, as a share of the longer side: lines of words stay apart.
GAP = 0.012
# What catalogues leave around a thing, as a share of its longer side.
MARGIN = 0.04
MOST_CUTS = 8


class Box(NamedTuple):
    """A part of a picture in pixels, as `Image.crop` takes it: without `right` and `bottom`."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top


def whole(picture: Image.Image) -> Box:
    """All of it."""
    return Box(0, 0, *picture.size)


def without_bars(picture: Image.Image) -> Box:
    """The picture without flat borders of any colours, one within the other too.

    A border counts where what lies within has a straight edge along it: the plain ground of a
    photograph stays. All of the picture where there is none, and where nothing would be left. Of a
    picture with a side over SIDE up to a pixel in SIDE may be left of a border. Takes any mode and
    size, in time linear in its pixels.
    """
    pixels, factor = _small(picture)
    return _enlarged(_within_bars(pixels), factor, picture)


def blocks(picture: Image.Image, within: Box) -> list[Box]:
    """The largest thing within a part of the picture for each colour that may be its ground.

    Of the blocks that a recursive X-Y cut (Nagy & Seth 1984) finds, that is the one with the
    largest square in it: words and buttons are long and low. A thing without straight edges keeps
    a little ground around it. At most GROUNDS boxes, each smaller than `within`.
    """
    pixels, factor = _small(picture)
    part = _part(pixels, Box(*(-(-edge // factor) for edge in within)))
    found = (_largest_block(part, ground) for ground in _grounds(part))
    large = (_moved(_enlarged(box, factor, within), within) for box in found if box)
    return [box for box in dict.fromkeys(large) if box != within]


def _small(picture: Image.Image) -> tuple[Pixels, int]:
    """A copy, uint8 (h, w, 3), and how many pixels across and down are one of its pixels."""
    factor = -(-max(picture.size) // SIDE)
    if picture.mode == "La":
        # Pillow converts it to nothing else.
        picture = picture.convert("LA")
    if picture.mode != "RGB":
        picture = picture.convert("RGB")
    return np.asarray(picture.reduce(factor)), factor


def _enlarged(box: Box, factor: int, within: Image.Image | Box) -> Box:
    left, top, right, bottom = (factor * edge for edge in box)
    return Box(left, top, min(right, within.width), min(bottom, within.height))


def _moved(box: Box, within: Box) -> Box:
    left, top = within.left, within.top
    return Box(box.left + left, box.top + top, box.right + left, box.bottom + top)


def _all_of(pixels: npt.NDArray[np.generic]) -> Box:
    return Box(0, 0, pixels.shape[1], pixels.shape[0])


def _part[T: np.generic](pixels: npt.NDArray[T], box: Box) -> npt.NDArray[T]:
    return pixels[box.top : box.bottom, box.left : box.right]


def _near(pixels: Pixels, colour: Pixels) -> Mask:
    """Which pixels are of that colour, within TOLERANCE in every channel."""
    least = np.clip(colour.astype(np.int16) - TOLERANCE, 0, 255).astype(np.uint8)
    most = np.clip(colour.astype(np.int16) + TOLERANCE, 0, 255).astype(np.uint8)
    # Channel by channel: five times as fast as a reduction over three numbers. Below the least a
    # byte wraps around, beyond any span.
    red, green, blue = (
        pixels[..., channel] - least[channel] <= most[channel] - least[channel]
        for channel in range(3)
    )
    near: Mask = red & green & blue
    return near


def _middle(pixels: Pixels) -> Pixels:
    """The median colour of pixels (n, 3)."""
    middle: Pixels = np.median(pixels, axis=0).astype(np.uint8)
    return middle


# Bars


def _within_bars(pixels: Pixels) -> Box:
    box = _all_of(pixels)
    least = LEAST_SIDE * max(pixels.shape[:2])
    while inner := _within_bar(pixels, box):
        if inner == box or min(inner.width, inner.height) < least:
            break
        box = inner
    return box


def _within_bar(pixels: Pixels, box: Box) -> Box | None:
    """The box without the bars of one colour at its sides; None where there are none."""
    part = _part(pixels, box)
    for line in (part[0], part[-1], part[:, 0], part[:, -1]):
        colour = _middle(line)
        if _near(line, colour).mean() >= FLAT:
            other = ~_near(part, colour)
            inner = _extent(other)
            return _moved(inner, box) if inner and _has_straight_edges(other, inner) else None
    return None


def _extent(other: Mask) -> Box | None:
    """Where more than a speck differs; None where nothing does.

    Looked at twice, for bars at all four sides leave little of any line.
    """
    box = _all_of(other)
    for _ in range(2):
        part = _part(other, box)
        rows = np.flatnonzero(part.mean(axis=1) > 1 - FLAT)
        columns = np.flatnonzero(part.mean(axis=0) > 1 - FLAT)
        if not len(rows) or not len(columns):
            return None
        edges = (int(edge) for edge in (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))
        box = _moved(Box(*edges), box)
    return box


def _has_straight_edges(other: Mask, box: Box) -> bool:
    """Whether, wherever something was cut off, what is left differs along the whole edge."""
    height, width = other.shape
    part = _part(other, box)
    cut = (box.top > 0, box.bottom < height, box.left > 0, box.right < width)
    # The first line may be half a bar's.
    edges = (part[:2], part[-2:], part[:, :2].T, part[:, -2:].T)
    return all(
        lines.mean(axis=1).max() >= STRAIGHT
        for lines, is_cut in zip(edges, cut, strict=True)
        if is_cut
    )


# Blocks


def _grounds(pixels: Pixels) -> Iterator[Pixels]:
    """The colours that much of the picture is of, the most frequent first."""
    sample = pixels[::2, ::2]
    red, green, blue = np.moveaxis(sample >> 4, -1, 0).astype(np.uint16)
    keys = red << 8 | green << 4 | blue
    left = np.ones(keys.shape, np.bool_)
    for _ in range(GROUNDS):
        counts = np.bincount(keys[left], minlength=4096)
        most = counts.argmax()
        # Noise spreads a colour over its neighbours, but never so thinly.
        if counts[most] * 8 < GROUND * keys.size:
            return
        colour = _middle(sample[left & (keys == most)])
        near = _near(sample, colour)
        if near.mean() >= GROUND:
            yield colour
        left &= ~near


def _largest_block(pixels: Pixels, ground: Pixels) -> Box | None:
    other = ~_near(pixels, ground)
    side = max(other.shape)
    found = _cut(other, _all_of(other), max(1, round(GAP * side)))
    largest = max(found, key=lambda box: min(box.width, box.height), default=None)
    if largest is None or min(largest.width, largest.height) < LEAST_SIDE * side:
        return None
    if _has_straight_edges(other, largest):
        return largest
    margin = round(MARGIN * max(largest.width, largest.height))
    left, top = max(0, largest.left - margin), max(0, largest.top - margin)
    right, bottom = largest.right + margin, largest.bottom + margin
    return Box(left, top, min(right, other.shape[1]), min(bottom, other.shape[0]))


def _cut(other: Mask, box: Box, gap: int, cuts: int = 0) -> list[Box]:
    """The blocks of a part: cut along gaps in its rows, else its columns, until none has any."""
    part = _part(other, box)
    down = [Box(0, start, box.width, end) for start, end in _runs(part.any(axis=1), gap)]
    across = [Box(start, 0, end, box.height) for start, end in _runs(part.any(axis=0), gap)]
    pieces = across if len(down) == 1 and down[0].height == box.height else down
    if cuts == MOST_CUTS or pieces == [Box(0, 0, box.width, box.height)]:
        return [box]
    return [block for piece in pieces for block in _cut(other, _moved(piece, box), gap, cuts + 1)]


def _runs(busy: Mask, gap: int) -> Iterator[tuple[int, int]]:
    """From and to of what is busy, gaps of up to `gap` bridged."""
    places = np.flatnonzero(busy)
    if not len(places):
        return
    breaks = np.flatnonzero(np.diff(places) > gap)
    starts, ends = places[np.r_[0, breaks + 1]], places[np.r_[breaks, len(places) - 1]] + 1
    yield from zip(starts.tolist(), ends.tolist(), strict=True)

"""Does one picture show another again: cropped, turned a little, mirrored, in other light?

One is laid over the other in the ways that are likely: small and out of focus first, where what
they have in common says how they lie; then sharper, where what they do not have in common says
whether they are one.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from django.core.files.storage import default_storage
from PIL import Image, ImageFilter

from recommender import framing
from recommender.decoding import reduced
from recommender.images import BadImage, open_picture

Floats = npt.NDArray[np.float32]
Size = tuple[int, int]

log = logging.getLogger(__name__)

# How many of the nearest are looked at.
AMONG = 8
# Of so many, the nearest, it makes no difference how much of a plain ground is around.
CUT_OUT = 2
# From this likeness on two pictures are one; how it was chosen stands in docs/decisions/0050.
COPY_FROM = 0.931

# The other picture's long side in pixels while it is found out how they lie, and while they are
# compared; this one is kept so large for that, and both are put out of focus so much.
SIDE, SHARP, KEPT = 40, 80, 160
BLUR, SHARP_BLUR = ImageFilter.GaussianBlur(0.8), ImageFilter.GaussianBlur(0.6)
# What of each side a crop may leave, and how far a picture may be turned, in degrees: between two
# steps nothing is farther off than half a pixel.
STEP = 0.02
SHARES = tuple(1 - STEP * number for number in range(13))
ANGLES = tuple(angle for angle in range(-18, 19, 3) if angle)
# So many pixels less at each edge of what is laid over the other, which may lie a little askew.
LOOSE = 2
# What has less in common than this, small, is not looked at sharper: of 400 copies none had.
ROUGHLY = 0.9
# What is darker or brighter may have been cut off, as other light does, unless so little is left.
DARKEST, BRIGHTEST, FEW = 3, 250, 150
# Contrast, as a factor, and levels by which other light changes a picture; else a dark sock would
# be a bright one.
LEAST, MOST, SHIFT = 0.7, 1.4, 30.0
# What is so many levels off the colour of a picture's edges is no ground, and a thing whose mean is
# so many levels off another's in one channel, beside what it is in all, has another colour; how
# they were chosen stands in docs/decisions/0070.
GROUND, HUE = 25, 4.5
WHITE = (255, 255, 255)


class _Lies(NamedTuple):
    """How a picture lies over another: `one` upright, of which each side shows so much of the
    other's (None: all, whatever its shape), from this pixel on; `common` is the correlation."""

    common: float
    one: Image.Image
    share: float | None
    top: int
    left: int


def parts(picture: Image.Image) -> list[Image.Image]:
    """What of a picture may be another: all of it, and what lies within flat borders, if there are
    any.

    All of it stays, since the other one may have the same borders, or none but a plain ground.
    """
    inner = framing.without_bars(picture)
    return [picture] if inner == framing.whole(picture) else [picture, picture.crop(inner)]


def likenesses(picture: Image.Image, photos: Sequence[str]) -> list[float]:
    """How much each of these photographs, by their names in storage, the nearest first, is a
    picture; 0 for one that cannot be read."""
    return likenesses_to(picture, map(stored, photos))


def likenesses_to(picture: Image.Image, others: Iterable[Image.Image | None]) -> list[float]:
    """How much each of these, the nearest first, is a picture, as `Asked.likeness` says it.

    Of the first CUT_OUT it does not count how much of a plain ground is around. 0 for None.
    """
    asked = Asked(rgb := picture.convert("RGB"))
    thing = _cut_out(rgb)
    found = []
    for place, other in enumerate(others):
        likeness = 0.0 if other is None else asked.likeness(other)
        if other is not None and place < CUT_OUT and likeness < COPY_FROM:
            likeness = max(likeness, _either_way(thing, _cut_out(other)))
        found.append(likeness)
    return found


def _cut_out(picture: Image.Image) -> Image.Image:
    """What stands on a plain ground with little of that, or all within flat borders."""
    inner = framing.without_bars(picture)
    things = framing.blocks(picture, inner)
    return picture.crop(things[0] if things else inner)


def _either_way(one: Image.Image, other: Image.Image) -> float:
    """How alike two pictures are of which either may be a part of the other."""
    return max(Asked(one).likeness(other), Asked(other).likeness(one))


def stored(photo: str, side: int | None = KEPT) -> Image.Image | None:
    """A photograph by its name in storage, RGB, no larger than is needed for that side, in pixels;
    None where it cannot be read."""
    try:
        with default_storage.open(photo) as file:
            return open_picture(file.read(), for_side=side)
    except (OSError, BadImage) as error:
        log.warning("%s is not compared: %s", photo, error)
        return None


def kept(picture: Image.Image) -> Image.Image:
    """A picture as small as is enough to lay it over others, which are decoded for no more."""
    small = reduced(picture, KEPT).copy()
    small.thumbnail((KEPT, KEPT), Image.Resampling.BICUBIC)
    return small


class _Difference(NamedTuple):
    """By how many levels of 255 two pictures of one size differ, in one light.

    The roots of the mean squares of all that is seen and of what is no ground, and how far the
    mean colour of the latter is off in the channel that is the farthest, apart from its lightness.
    """

    whole: float
    thing: float
    hue: float


NOTHING_ALIKE = _Difference(255.0, 255.0, 255.0)


class _Templates(NamedTuple):
    """Ways of one size, (height, width, 3), to lay a picture over another: each the picture upright
    and its share, and `rows`, float32 (n, height * width * 3), as `_centred` makes them."""

    shape: tuple[int, ...]
    ways: list[tuple[Image.Image, float | None]]
    rows: Floats


class Asked:
    """A picture, RGB, in the ways in which it may lie over others."""

    def __init__(self, picture: Image.Image) -> None:
        small = kept(picture)
        self._upright = (small, small.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
        # Most pictures of a shop have one shape.
        self._templates: dict[Size, list[_Templates]] = {}

    def likeness(self, other: Image.Image) -> float:
        """How much another picture, RGB, is this one, from 0 to 1.

        1 less the root of their mean square difference, as a share of white, once they lie over
        each other and their light is the same; 0 where they are nothing alike.
        """
        return 1 - self._difference(other).whole / 255

    def likeness_of_thing(self, other: Image.Image) -> float:
        """The same of what stands on the ground, if that is plain; 0 where its colour is another.

        A small thing in another colour leaves most of a picture as it is.
        """
        differs = self._difference(other)
        return 1 - differs.thing / 255 if differs.hue <= HUE else 0.0

    def _difference(self, other: Image.Image) -> _Difference:
        lies = self._lie(other)
        return _difference(lies, other) if lies.common >= ROUGHLY else NOTHING_ALIKE

    def _lie(self, other: Image.Image) -> _Lies:
        size = _size(other, SIDE)
        if size not in self._templates:
            self._templates[size] = _by_shape(self._over(size))
        there = _small(other, size, BLUR)
        best = _Lies(-1.0, other, None, 0, 0)
        for templates in self._templates[size]:
            common, way, top, left = _laid(templates.rows, templates.shape, there)
            if common > best.common:
                best = _Lies(common, *templates.ways[way], top, left)
        return best

    def _over(self, size: Size) -> Iterator[tuple[Image.Image, float | None, Floats]]:
        """What to lay over a picture of this size."""
        for one in self._upright:
            for share in SHARES:
                yield one, share, _loose(_small(one, _fitting(one, size, share), BLUR))
        for one in self._straightened:
            yield one, None, _loose(_small(one, size, BLUR))

    @cached_property
    def _straightened(self) -> list[Image.Image]:
        """As it was, if somebody turned it and filled the corners up."""
        turned = (_turned_back(one, angle) for one in self._upright for angle in ANGLES)
        return [one for one in turned if one is not None]


def _by_shape(over: Iterable[tuple[Image.Image, float | None, Floats]]) -> list[_Templates]:
    """The templates of one shape together, which are compared at once."""
    found: dict[tuple[int, ...], list[tuple[Image.Image, float | None, Floats]]] = {}
    for one in over:
        found.setdefault(one[2].shape, []).append(one)
    return [
        _Templates(
            shape,
            [(one, share) for one, share, _ in alike],
            np.stack([_centred(template) for _, _, template in alike]),
        )
        for shape, alike in found.items()
    ]


def _turned_back(picture: Image.Image, angle: int) -> Image.Image | None:
    """What a picture was before it was turned by so many degrees and grew by its corners; None
    where it cannot have been."""
    sine, cosine = abs(math.sin(math.radians(angle))), math.cos(math.radians(angle))
    shrunk = cosine**2 - sine**2
    width = (picture.width * cosine - picture.height * sine) / shrunk
    height = (picture.height * cosine - picture.width * sine) / shrunk
    if min(width, height) < max(picture.size) / 4:
        return None
    turned = picture.rotate(-angle, Image.Resampling.BILINEAR, fillcolor=WHITE)
    left, top = (picture.width - width) / 2, (picture.height - height) / 2
    return turned.crop((round(left), round(top), round(left + width), round(top + height)))


def _difference(lies: _Lies, other: Image.Image) -> _Difference:
    """How they differ where both lie best."""
    size = _size(other, SHARP)
    there = _small(other, size, SHARP_BLUR)
    larger, near = SHARP / SIDE, LOOSE + 2
    best, differs = -1.0, NOTHING_ALIKE
    for share in _about(lies.share):
        fits = size if share is None else _fitting(lies.one, size, share)
        template = _loose(_small(lies.one, fits, SHARP_BLUR))
        height, width, _ = template.shape
        top, left = (max(0, round(larger * place) - near) for place in (lies.top, lies.left))
        window = there[top : top + height + 2 * near, left : left + width + 2 * near]
        common, _, down, across = _laid(_centred(template)[np.newaxis], template.shape, window)
        if common > best:
            best = common
            differs = _differing(template, window[down : down + height, across : across + width])
    return differs


def _about(share: float | None) -> list[float | None]:
    """Shares that lie between this one and its neighbours."""
    if share is None:
        return [None]
    return [near for step in range(-2, 3) if (near := share + step * STEP / 2) <= 1]


def _differing(one: Floats, other: Floats) -> _Difference:
    """How two pictures of one size differ, once one is in the other's light, as far as that is no
    darker or brighter than light may be.

    What was or may have been cut off at black or white in this one counts for nothing.
    """
    whole = _or_all((one > DARKEST) & (one < BRIGHTEST))
    uncut = _or_all(whole & (other < BRIGHTEST))
    a, b = one[uncut], other[uncut]
    spread = a - a.mean()
    contrast = float((spread * (b - b.mean())).mean()) / max(float((spread * spread).mean()), 1.0)
    contrast = min(max(contrast, LEAST), MOST)
    shift = min(max(float(b.mean() - contrast * a.mean()), -SHIFT), SHIFT)
    lit = np.clip(contrast * one + shift, 0, 255)
    thing = _or_all(np.repeat(_stands_out(lit, other)[..., np.newaxis], 3, axis=2))
    off = lit - other
    tint = off[thing].reshape(-1, 3).mean(axis=0)
    return _Difference(
        _root_mean_square(off[whole]),
        _root_mean_square(off[_or_all(thing & whole)]),
        float(np.abs(tint - tint.mean()).max()),
    )


def _stands_out(one: Floats, other: Floats) -> npt.NDArray[np.bool_]:
    """Where either picture is not of the colour of the other one's edges, (h, w)."""
    edges = np.concatenate([other[0], other[-1], other[:, 0], other[:, -1]])
    ground = np.median(edges, axis=0)
    off = np.maximum(np.abs(one - ground), np.abs(other - ground))
    stands_out: npt.NDArray[np.bool_] = off.max(axis=2) > GROUND
    return stands_out


def _root_mean_square(values: Floats) -> float:
    return float(np.sqrt((values**2).mean()))


def _or_all(some: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """These, unless they are too few to say anything."""
    return some if np.count_nonzero(some) >= FEW else np.ones_like(some)


def _size(picture: Image.Image, side: int) -> Size:
    """The size of a picture whose long side is that."""
    scale = side / max(picture.size)
    return _whole(picture.width * scale), _whole(picture.height * scale)


def _fitting(picture: Image.Image, size: Size, share: float) -> Size:
    """As large as fits into so much of each side."""
    scale = share * min(size[0] / picture.width, size[1] / picture.height)
    return _whole(picture.width * scale), _whole(picture.height * scale)


def _whole(side: float) -> int:
    """So many pixels, and enough to leave some when the edges are taken off."""
    return max(2 * LOOSE + 2, round(side))


def _small(picture: Image.Image, size: Size, blur: ImageFilter.GaussianBlur) -> Floats:
    resized = picture.resize(size, Image.Resampling.BICUBIC)
    return np.asarray(resized.filter(blur), np.float32)


def _loose(pixels: Floats) -> Floats:
    return pixels[LOOSE:-LOOSE, LOOSE:-LOOSE]


def _centred(template: Floats) -> Floats:
    """A template, (h, w, 3), each channel less its mean, in one row of length 1."""
    row = (template - template.mean(axis=(0, 1))).ravel()
    # A plain one has nothing in common with anything.
    return row / max(float(np.linalg.norm(row)), 1.0)


def _laid(rows: Floats, shape: tuple[int, ...], image: Floats) -> tuple[float, int, int, int]:
    """Which of some templates of one shape, (h, w, 3), has most in common with which window of an
    image: the correlation, the template and the window's first row and column; -1 where there is no
    room in it.

    `rows` are the templates as `_centred` makes them. Of a window, too, each channel counts less
    its mean.
    """
    height, width, _ = shape
    if height > image.shape[0] or width > image.shape[1]:
        return -1.0, 0, 0, 0
    windows = np.lib.stride_tricks.sliding_window_view(image, shape)[:, :, 0]
    down, across = windows.shape[:2]
    # What sums to zero has nothing in common with a mean.
    shared = windows.reshape(down * across, -1) @ rows.T
    common = shared / np.maximum(_deviations(image, height, width), 1.0).reshape(-1, 1)
    place, way = divmod(int(common.argmax()), len(rows))
    return float(common[place, way]), way, *divmod(place, across)


def _deviations(image: Floats, height: int, width: int) -> Floats:
    """The length of each window of an image, (H, W, 3), of which each channel is less its mean."""
    pixels = image.astype(np.float64)
    sums, squares = (_window_sums(values, height, width) for values in (pixels, pixels**2))
    lengths = np.sqrt(np.maximum((squares - sums**2 / (height * width)).sum(axis=2), 0))
    return np.asarray(lengths, np.float32)


def _window_sums(values: np.ndarray, height: int, width: int) -> np.ndarray:
    """Of each window, by an integral image (Crow 1984)."""
    table = np.pad(values.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0), (0, 0)))
    tall = table[height:] - table[:-height]
    sums: np.ndarray = tall[:, width:] - tall[:, :-width]
    return sums

"""Does one picture show another again: cropped, turned a little, mirrored, in other light?

`twins` asks it of pictures that people search with, where a page waits, and sees no crops. Here
somebody may be about to sell a thing twice. So one picture is laid over the other in the ways that
are likely: small and out of focus first, where what they have in common says how they lie; then
sharper, where what they do not have in common says whether they are one.
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
    return likenesses_to(picture, map(_stored, photos))


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


def _stored(photo: str) -> Image.Image | None:
    try:
        with default_storage.open(photo) as file:
            return open_picture(file.read(), for_side=KEPT)
    except (OSError, BadImage) as error:
        log.warning("%s is not compared: %s", photo, error)
        return None


class Asked:
    """A picture, RGB, in the ways in which it may lie over others."""

    def __init__(self, picture: Image.Image) -> None:
        kept = picture.copy()
        kept.thumbnail((KEPT, KEPT), Image.Resampling.BICUBIC)
        self._upright = (kept, kept.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
        # Most pictures of a shop have one shape.
        self._templates: dict[Size, list[tuple[Image.Image, float | None, Floats]]] = {}

    def likeness(self, other: Image.Image) -> float:
        """How much another picture, RGB, is this one, from 0 to 1.

        1 less the root of their mean square difference, as a share of white, once they lie over
        each other and their light is the same; 0 where they are nothing alike.
        """
        lies = self._lie(other)
        return 1 - _difference(lies, other) / 255 if lies.common >= ROUGHLY else 0.0

    def _lie(self, other: Image.Image) -> _Lies:
        size = _size(other, SIDE)
        if size not in self._templates:
            self._templates[size] = list(self._over(size))
        there = _small(other, size, BLUR)
        best = _Lies(-1.0, other, None, 0, 0)
        for one, share, template in self._templates[size]:
            common, top, left = _laid(template, there)
            if common > best.common:
                best = _Lies(common, one, share, top, left)
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


def _difference(lies: _Lies, other: Image.Image) -> float:
    """By how many levels of 255 they differ where both lie best."""
    size = _size(other, SHARP)
    there = _small(other, size, SHARP_BLUR)
    larger, near = SHARP / SIDE, LOOSE + 2
    best, differs = -1.0, 255.0
    for share in _about(lies.share):
        fits = size if share is None else _fitting(lies.one, size, share)
        template = _loose(_small(lies.one, fits, SHARP_BLUR))
        height, width, _ = template.shape
        top, left = (max(0, round(larger * place) - near) for place in (lies.top, lies.left))
        window = there[top : top + height + 2 * near, left : left + width + 2 * near]
        common, down, across = _laid(template, window)
        if common > best:
            best = common
            differs = _differing(template, window[down : down + height, across : across + width])
    return differs


def _about(share: float | None) -> list[float | None]:
    """Shares that lie between this one and its neighbours."""
    if share is None:
        return [None]
    return [near for step in range(-2, 3) if (near := share + step * STEP / 2) <= 1]


def _differing(one: Floats, other: Floats) -> float:
    """By how many levels two pictures of one size differ, as the root of the mean square, once one
    is in the other's light, as far as that is no darker or brighter than light may be.

    What was or may have been cut off at black or white in this one counts for nothing.
    """
    whole = _or_all((one > DARKEST) & (one < BRIGHTEST))
    uncut = _or_all(whole & (other < BRIGHTEST))
    a, b = one[uncut], other[uncut]
    spread = a - a.mean()
    contrast = float((spread * (b - b.mean())).mean()) / max(float((spread * spread).mean()), 1.0)
    contrast = min(max(contrast, LEAST), MOST)
    shift = min(max(float(b.mean() - contrast * a.mean()), -SHIFT), SHIFT)
    lit = np.clip(contrast * one[whole] + shift, 0, 255)
    return float(np.sqrt(((lit - other[whole]) ** 2).mean()))


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


def _laid(template: Floats, image: Floats) -> tuple[float, int, int]:
    """Where a template, (h, w, 3), has most in common with a window of an image: the correlation
    and the window's first row and column; -1 where it has no room in it.

    Each channel counts less its mean in the window.
    """
    height, width, _ = template.shape
    if height > image.shape[0] or width > image.shape[1]:
        return -1.0, 0, 0
    centred = template - template.mean(axis=(0, 1))
    windows = np.lib.stride_tricks.sliding_window_view(image, (height, width), (0, 1))
    channels = windows.reshape(-1, 3, height * width)
    rows = (channels - channels.mean(axis=2, keepdims=True)).reshape(len(channels), -1)
    shared = rows @ centred.transpose(2, 0, 1).ravel()
    # A plain window has nothing in common with anything.
    lengths = np.maximum(np.linalg.norm(rows, axis=1) * np.linalg.norm(centred), 1.0)
    common = shared / lengths
    best = int(common.argmax())
    top, left = divmod(best, windows.shape[1])
    return float(common[best]), top, left

"""Does one picture show another again: cropped, turned a little, mirrored, in other light?

`twins` asks it of pictures that people search with, where a page waits, and sees no crops. Here
somebody may be about to sell a thing twice, so one picture is laid over the other in the ways that
are likely, and what they have in common is correlated.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
from django.core.files.storage import default_storage
from PIL import Image, ImageFilter

from recommender.images import BadImage, open_picture

Floats = npt.NDArray[np.float32]
Size = tuple[int, int]

log = logging.getLogger(__name__)

# How many of the nearest are looked at.
AMONG = 8
# From this correlation on two pictures are one: see docs/decisions/0050.
COPY_FROM = 0.975

# The other picture's long side while they are compared, in pixels, and at most how large this one
# is kept for that.
SIDE, KEPT = 40, 160
# What of each side a crop may leave, and how far a picture may be turned, in degrees: between two
# steps nothing is farther off than half a pixel.
SHARES = tuple(1 - number / 50 for number in range(13))
ANGLES = tuple(angle for angle in range(-18, 19, 3) if angle)
# So many pixels less at each edge of what is laid over the other, which may then lie a little
# askew; for the same reason both are out of focus.
LOOSE = 2
BLUR = ImageFilter.GaussianBlur(0.8)
WHITE = (255, 255, 255)


def likenesses(picture: Image.Image, photos: Sequence[str]) -> list[float]:
    """How much of each of these photographs, by their names in storage, is in a picture.

    As `Asked.likeness` says it; -1 for one that cannot be read.
    """
    asked = Asked(picture.convert("RGB"))
    return [-1.0 if other is None else asked.likeness(other) for other in map(_stored, photos)]


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
        self._templates: dict[Size, list[Floats]] = {}

    def likeness(self, other: Image.Image) -> float:
        """How much of another picture, RGB, is in this one: a correlation, from -1 to 1.

        1 is the same but for size, crop, mirror, slant, brightness and contrast.
        """
        scale = SIDE / max(other.size)
        there = _small(other, (round(other.width * scale), round(other.height * scale)))
        size = there.shape[1], there.shape[0]
        if size not in self._templates:
            self._templates[size] = list(self._over(size))
        return max((_correlation(one, there) for one in self._templates[size]), default=-1.0)

    def _over(self, size: Size) -> Iterator[Floats]:
        """What to lay over a picture of this size."""
        for one in self._upright:
            fits = min(size[0] / one.width, size[1] / one.height)
            for share in SHARES:
                scale = fits * share
                yield _loose(_small(one, (round(one.width * scale), round(one.height * scale))))
        for one in self._straightened:
            yield _loose(_small(one, size))

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


def _small(picture: Image.Image, size: Size) -> Floats:
    width, height = (max(2 * LOOSE + 2, side) for side in size)
    resized = picture.resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(resized.filter(BLUR), np.float32)


def _loose(pixels: Floats) -> Floats:
    return pixels[LOOSE:-LOOSE, LOOSE:-LOOSE]


def _correlation(template: Floats, image: Floats) -> float:
    """The most that a template, (h, w, 3), has in common with a window of an image; -1 where it
    has no room in it. Each channel counts less its mean in the window."""
    height, width, _ = template.shape
    if height > image.shape[0] or width > image.shape[1]:
        return -1.0
    centred = template - template.mean(axis=(0, 1))
    windows = np.lib.stride_tricks.sliding_window_view(image, (height, width), (0, 1))
    channels = windows.reshape(-1, 3, height * width)
    rows = (channels - channels.mean(axis=2, keepdims=True)).reshape(len(channels), -1)
    shared = rows @ centred.transpose(2, 0, 1).ravel()
    # A plain window has nothing in common with anything.
    lengths = np.maximum(np.linalg.norm(rows, axis=1) * np.linalg.norm(centred), 1.0)
    return float((shared / lengths).max())

"""What of a picture that somebody sends is looked at: all of it or a part, as it came or otherwise.

`framing` guesses at parts and `lighting` at colours, and what they find decides: a picture without
bars looks more like the shop's than one with them. What may help goes through the encoder one by
one: a batch saves a millisecond or two a picture, for memory that the process never gives back. A
picture that has neither bars nor a plain ground nor dim light, as most photographs of clothes at
home, goes through it once.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from PIL.Image import Image, Transpose

from recommender import framing, lighting
from recommender.decoding import reduced
from recommender.encoder import Calibration
from recommender.encoder.opinions import without_colour
from recommender.framing import Box
from recommender.index import Searchable

Floats = npt.NDArray[np.float32]

# How much larger the encoder must see a part than the whole.
LARGER = 1.15
# From this cosine on a picture is in the shop as it is, bars and all.
TWIN = 0.98
# Where nothing is as alike as this, the other turns are tried.
TURNS_BELOW = 0.95
# What is turned must look as much as this like something in the shop, and by so much more than
# unturned. Of the shop's own photographs, turned, all do once they are turned back; of 341
# photographs by phone none does, however it is turned.
TURNED_FROM, TURNED_GAIN = 0.9, 0.04
TURNS = (Transpose.ROTATE_90, Transpose.ROTATE_180, Transpose.ROTATE_270)


class Encodes(Protocol):
    """What is needed of an encoder; `size` is (height, width) of what it sees, in pixels.

    `decode_side` is the side, in pixels, for which stored photographs are decoded.
    """

    @property
    def size(self) -> tuple[int, int]: ...

    @property
    def decode_side(self) -> int | None: ...

    def encode(self, pictures: Iterable[Image]) -> Floats: ...


class Look(NamedTuple):
    """What was looked at, and its vector: float32 (d,) of length 1.

    `picture` is the very picture that was asked about where all of it was, as it came.
    """

    picture: Image
    vector: Floats


def look(
    picture: Image, encoder: Encodes, index: Searchable, calibration: Calibration | None
) -> Look:
    """Look at the part, the light and the turn of a picture that find the most alike in the index.

    Where the index is empty, bars are cut off and no more. By an encoder that was never calibrated,
    whose cosines say something else, nothing is turned. In black and white a picture says nothing
    of a colour.
    """
    see = _Looking(encoder, calibration if lighting.is_grey(picture) else None)
    inner, parts = _parts(picture, encoder)
    looks = see(parts)
    found = _nearest(looks, index)
    if not found:
        return looks[1 if inner else 0]
    place = _best(found, inner)
    best, nearest = looks[place], found[place]
    if calibration and nearest < TURNS_BELOW:
        turned = see([best.picture.transpose(turn) for turn in TURNS])
        nearer = _nearest(turned, index)
        place = _best(nearer)
        if nearer[place] >= max(TURNED_FROM, nearest + TURNED_GAIN):
            return turned[place]
    return best


def _parts(picture: Image, encoder: Encodes) -> tuple[bool, list[Image]]:
    """All of it, and what may show the thing better; whether the second is what lies within bars.

    That is looked at whatever its size: bars are dark or bright, and so is what looks like them.
    """
    whole = framing.whole(picture)
    inner = framing.without_bars(picture)
    boxes = [inner] if inner != whole else []
    boxes += [
        box
        for box in framing.blocks(picture, inner)
        if _scale(box, encoder) >= LARGER * _scale(inner, encoder)
    ]
    lit = lighting.in_white_light(picture.crop(inner) if inner != whole else picture)
    parts = [picture, *(picture.crop(box) for box in boxes), *([lit] if lit else [])]
    return inner != whole, parts


def _scale(box: Box, encoder: Encodes) -> float:
    """How large the encoder sees what is in a box."""
    height, width = encoder.size
    return min(height / box.height, width / box.width)


class _Looking(NamedTuple):
    """`grey` says where a vector tells colours, and is there for what has none to tell."""

    encoder: Encodes
    grey: Calibration | None

    def __call__(self, pictures: Sequence[Image]) -> list[Look]:
        return [Look(picture, self._vector(picture)) for picture in pictures]

    def _vector(self, picture: Image) -> Floats:
        (vector,) = self.encoder.encode([reduced(picture, self.encoder.decode_side)])
        return without_colour(vector, self.grey.kinds) if self.grey else vector


def _nearest(looks: Sequence[Look], index: Searchable) -> list[float]:
    """The cosine of the nearest to each look; none at all where the index is empty."""
    _, similarities = index.search(np.stack([look.vector for look in looks]), 1)
    return [float(of[0]) for of in similarities if len(of)]


def _best(found: Sequence[float], inner: bool = False) -> int:
    """The place of the most alike; with bars, all of the picture counts only as a twin."""
    places = range(1 if inner and found[0] < TWIN else 0, len(found))
    return max(places, key=lambda place: found[place])

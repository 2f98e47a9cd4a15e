"""Is a picture in the shop already, as it is or altered: smaller, darker, cropped, a little turned?

A network cannot tell: of products that are not in the shop one in a hundred has a neighbour with a
cosine of .99, and a photograph in bad light has less with itself. So the pixels are compared, of
the few neighbours that come into question: first all of both pictures, then, one laid over the
other, what stands on their ground, since a small thing's colour changes little of all of it.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache, cachedmethod
from PIL import Image

from recommender import copies

Floats = npt.NDArray[np.float32]
Pixels = npt.NDArray[np.uint8]
Opened = Callable[[str], Image.Image | None]
"""Gives a picture, RGB, by its name; None where it cannot be read."""

# A face is of so many pixels each way.
SIDE = 16
# From this correlation of their faces on two pictures are one.
SURE = 0.996
# How many neighbours are looked at, the nearest, and their least cosine: three of 341 photographs
# at home reach it, so that hardly a search pays for this.
AMONG, NEAR = 8, 0.8
MOST_KEPT = 4096

NO_PICTURE: Pixels = np.zeros((1, 1, 3), np.uint8)
"""The thumbnail of a plain picture, which is no other's."""


def thumbnail(picture: Image.Image) -> Pixels:
    """What of a picture is compared: uint8 (h, w, 3), neither side above `copies.KEPT`."""
    # Converting copies even what is RGB.
    rgb = picture if picture.mode == "RGB" else picture.convert("RGB")
    return np.asarray(copies.kept(rgb))


class _Asked(NamedTuple):
    """A picture that may be one of others; `digest` tells it from any other."""

    digest: bytes
    face: Floats
    ways: copies.Asked

    @classmethod
    def of(cls, pixels: Pixels) -> _Asked:
        picture = Image.fromarray(pixels)
        digest = hashlib.sha256(repr(pixels.shape).encode() + pixels.tobytes()).digest()
        return cls(digest, _face(picture), copies.Asked(picture))


class Pictures:
    """Those that a picture may be, by name. What was found out about them is kept for a while."""

    def __init__(self, opened: Opened) -> None:
        """A name never stands for another picture."""
        self._opened = opened
        self._lock = threading.Lock()
        self._faces: LRUCache[str, Floats] = LRUCache(MOST_KEPT)
        self._likenesses: LRUCache[tuple[bytes, str], float] = LRUCache(MOST_KEPT)

    def place_of_twin(self, query: Pixels, names: Sequence[str], cosines: Floats) -> int | None:
        """Which of these shows the picture with this thumbnail.

        The nearest of them, where it is there several times. `cosines` are those of their vectors
        to the picture's, float32 (n,).
        """
        nearest: list[int] = np.argsort(-cosines, kind="stable")[:AMONG].tolist()
        places = [place for place in nearest if cosines[place] >= NEAR]
        if not places:
            return None
        asked = _Asked.of(query)
        if not asked.face.any():
            # A plain one.
            return None
        # One by one: to look at a picture means to decode it.
        found = next((place for place in places if self._has_face(asked, names[place])), None)
        return self._laid_over(asked, places, names) if found is None else found

    def _has_face(self, asked: _Asked, name: str) -> bool:
        """Whether it has the picture's face, or that of its mirror image."""
        try:
            face = self._face_of(name)
        except _Unreadable:
            return False
        mirrored = face.reshape(SIDE, SIDE, 3)[:, ::-1].ravel()
        return bool(max(asked.face @ face, asked.face @ mirrored) >= SURE)

    def _laid_over(self, asked: _Asked, places: Sequence[int], names: Sequence[str]) -> int | None:
        """The most alike once one lies over the other, if it is the picture."""
        likenesses = {place: self._likeness(asked, names[place]) for place in places}
        best = max(places, key=lambda place: likenesses[place])
        return best if likenesses[best] >= copies.COPY_FROM else None

    def _likeness(self, asked: _Asked, name: str) -> float:
        try:
            return self._likeness_of_thing(asked, name)
        except _Unreadable:
            return 0.0

    # What is raised is not kept: what cannot be read now may be read in a moment.

    @cachedmethod(attrgetter("_faces"), lock=attrgetter("_lock"))
    def _face_of(self, name: str) -> Floats:
        return _face(self._picture(name))

    @cachedmethod(
        attrgetter("_likenesses"),
        key=lambda self, asked, name: (asked.digest, name),
        lock=attrgetter("_lock"),
    )
    def _likeness_of_thing(self, asked: _Asked, name: str) -> float:
        return asked.ways.likeness_of_thing(self._picture(name))

    def _picture(self, name: str) -> Image.Image:
        picture = self._opened(name)
        if picture is None:
            raise _Unreadable
        # As what is compared with it.
        return copies.kept(picture)


STORED = Pictures(copies.stored)
"""The shop's photographs, by their names in storage."""


class _Unreadable(Exception):
    """There is no picture to compare."""


def _face(picture: Image.Image) -> Floats:
    """All of a picture in few pixels: float32 (768,), of length 1, or 0 where it is plain.

    16 x 16 pixels, each channel less its mean: brightness and contrast count for nothing. The
    usual perceptual hashes have 64 bits and no colour.
    """
    small = picture.resize((SIDE, SIDE), Image.Resampling.BOX)
    pixels = np.asarray(small, np.float32)
    pixels = (pixels - pixels.mean(axis=(0, 1))).ravel()
    return pixels / max(float(np.linalg.norm(pixels)), 1.0)

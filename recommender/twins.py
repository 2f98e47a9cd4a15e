"""Is a picture in the shop already, as it is or altered: smaller, blurred, darker, mirrored?

A network cannot tell: of products that are not in the shop one in a hundred has a neighbour with a
cosine of .99, and a photograph in bad light has less with itself. So the pixels are compared, of
the few neighbours that come into question.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache, cached
from django.core.files.storage import default_storage
from PIL.Image import Image, Resampling

from recommender.decoding import reduced
from recommender.images import BadImage, open_picture

Floats = npt.NDArray[np.float32]

log = logging.getLogger(__name__)

# A face is of so many pixels each way, and stored pictures are decoded at no less than so many.
SIDE, DECODED = 16, 128
# From this correlation of their faces on two pictures are one.
SURE = 0.996
# How many neighbours are looked at, the nearest, and their least cosine: no photograph at home
# reaches it, so that hardly a search pays for this.
AMONG, NEAR = 8, 0.8
MOST_KEPT = 4096

NO_FACE: Floats = np.zeros(3 * SIDE**2, np.float32)
"""That of a plain picture, which is no other's."""


def face(picture: Image) -> Floats:
    """What two pictures are compared by: float32 (768,), of length 1, or NO_FACE.

    16 x 16 pixels, each channel less its mean: brightness and contrast count for nothing. The
    usual perceptual hashes have 64 bits and no colour.
    """
    # Converting copies even what is RGB.
    rgb = picture if picture.mode == "RGB" else picture.convert("RGB")
    small = reduced(rgb, DECODED).resize((SIDE, SIDE), Resampling.BOX)
    pixels = np.asarray(small, np.float32)
    pixels = (pixels - pixels.mean(axis=(0, 1))).ravel()
    return pixels / max(float(np.linalg.norm(pixels)), 1.0)


def place_of_twin(query: Floats, photos: Sequence[str], cosines: Floats) -> int | None:
    """Which of these photographs, by their names in storage, shows the picture with this face.

    The nearest of them, where it is there several times. `cosines` are those of their vectors to
    the picture's, float32 (n,).
    """
    nearest = np.argsort(-cosines, kind="stable")[:AMONG].tolist()
    places = (place for place in nearest if cosines[place] >= NEAR)
    # One by one: to look at a photograph means to decode it.
    return next((place for place in places if _correlation(query, photos[place]) >= SURE), None)


def _correlation(query: Floats, photo: str) -> float:
    """That of two pictures, or of one with the other's mirror image, whichever is more."""
    stored = _stored_face(photo)
    mirrored = stored.reshape(SIDE, SIDE, 3)[:, ::-1].ravel()
    return float(max(query @ stored, query @ mirrored))


# A name is never used for another picture.
@cached(LRUCache(MOST_KEPT))
def _stored_face(photo: str) -> Floats:
    try:
        with default_storage.open(photo) as file:
            return face(open_picture(file.read(), for_side=DECODED))
    except (OSError, BadImage) as error:
        log.warning("%s is not compared: %s", photo, error)
        return NO_FACE

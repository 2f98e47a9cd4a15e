"""The ways one photograph comes back: what evaluation asks the encoder to see through.

Training draws its own, random ones (``augment``); these are fixed, so figures can be compared.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

Alteration = Callable[[Image.Image, np.random.Generator], Image.Image]


def crop(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Keep 60-90 % of the area, anywhere."""
    side = rng.uniform(0.6, 0.9) ** 0.5
    width, height = picture.width * side, picture.height * side
    left, top = rng.uniform(0, picture.width - width), rng.uniform(0, picture.height - height)
    box = tuple(round(edge) for edge in (left, top, left + width, top + height))
    return picture.crop(box)


def flip(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Left to right."""
    return ImageOps.mirror(picture)


def rotate(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """15 degrees either way, the corners filled with white."""
    angle = 15 if rng.random() < 0.5 else -15
    white = (255, 255, 255)
    return picture.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=white)


def recompress(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """JPEG at quality 40."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=40)
    return Image.open(buffer).convert("RGB")


def light(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A quarter brighter or darker."""
    return ImageEnhance.Brightness(picture).enhance(1.25 if rng.random() < 0.5 else 0.75)


EACH: dict[str, Alteration] = {
    "crop": crop,
    "flip": flip,
    "rotate": rotate,
    "recompress": recompress,
    "light": light,
}


def all_at_once(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Every alteration, one after the other."""
    for alteration in EACH.values():
        picture = alteration(picture, rng)
    return picture

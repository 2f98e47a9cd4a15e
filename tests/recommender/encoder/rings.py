"""What lies within the lines around parts of a picture."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from recommender.encoder.correspondence import Rings


def within(rings: Rings, size: tuple[int, int]) -> np.ndarray:
    """Bool (height, width): which pixels of a picture of that (width, height) lie within an odd
    number of lines."""
    found = Image.new("1", size)
    for ring in rings:
        one = Image.new("1", size)
        points = [(x * size[0] - 0.5, y * size[1] - 0.5) for x, y in ring]
        ImageDraw.Draw(one).polygon(points, fill=1)
        found = ImageChops.logical_xor(found, one)
    return np.asarray(found)

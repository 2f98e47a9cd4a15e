"""Light from the top left over soft relief: shading, sheen, edges and the shadow on the ground.

Relief is worked out on a coarse grid, one cell for every `CELL` pixels (more in a close view),
where blurs are cheap; only edges, a few pixels wide, need every pixel.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from drawings.outlines import Outline

CELL = 4
LIGHT_X, LIGHT_Y = 0.62, 0.78

Field = NDArray[np.float32]


@dataclass(frozen=True)
class Fold:
    """A crease along a line: positive depth is a ridge, negative a valley; width in board units."""

    line: Outline
    depth: float
    width: float = 26.0


def blur(field: Field, sigma: float) -> Field:
    """Nearly a Gaussian blur of a 2-D field, by two box blurs; beyond its edges it goes on."""
    radius = max(1, round(sigma * 1.2))
    once = _box(_box(field, radius).T, radius).T
    return _box(_box(once, radius).T, radius).T


def _box(field: Field, radius: int) -> Field:
    padded = np.pad(field, ((radius + 1, radius), (0, 0)), mode="edge")
    sums = np.cumsum(padded, axis=0, dtype=np.float32)
    width = 2 * radius + 1
    return np.asarray((sums[width:] - sums[:-width]) / np.float32(width), np.float32)


def towards_light(height: Field, reach: float) -> Field:
    """How much a surface of that height leans to the light: dimensionless, 0 where it is flat."""
    down, right = np.gradient(height)
    return np.asarray((right * LIGHT_X + down * LIGHT_Y) * reach, np.float32)


def body(mask: Field, reach: float) -> tuple[Field, Field]:
    """A soft body with that silhouette: its lean to the light, and how near an edge (1 to 0)."""
    dome = blur(mask, reach)
    near_edge: Field = np.clip(1 - dome, 0, 1) * 2 * mask
    return towards_light(dome, reach * 1.6), np.clip(near_edge, 0, 1)


def creases(folds: Sequence[tuple[Outline, float, float]], shape: tuple[int, int]) -> Field:
    """The lean to the light of folds given as (line in cells, depth, width in cells)."""
    lean = np.zeros(shape, np.float32)
    for width in sorted({width for _, _, width in folds}):
        field = Image.new("F", (shape[1], shape[0]), 0.0)
        draw = ImageDraw.Draw(field)
        for line, depth, its_width in folds:
            if its_width == width:
                _draw_fold(draw, line, depth, width)
        height = blur(np.asarray(field, np.float32), max(0.8, width * 0.4))
        lean += towards_light(height, max(0.8, width * 0.4) * 2.2)
    return lean


def _draw_fold(draw: ImageDraw.ImageDraw, line: Outline, depth: float, width: float) -> None:
    """A fold rises and dies away again along its line."""
    last = len(line) - 1
    for at in range(last):
        swell = np.sin(np.pi * (at + 0.5) / last) ** 0.7
        ends = [(float(x), float(y)) for x, y in line[at : at + 2]]
        draw.line(ends, fill=float(depth * swell), width=max(1, round(width)))


def rim(mask: Field, thickness: float) -> Field:
    """The lit and the dark edge of something `thickness` pixels thick, within its mask."""
    image = Image.fromarray((mask * 255).astype(np.uint8))
    step = 1 if thickness < 6 or min(image.size) < 8 else 2
    wide = ImageFilter.GaussianBlur(max(0.8, float(thickness) * 0.6 / step))
    field = np.asarray(image.reduce(step).filter(wide), np.float32) / np.float32(255)
    edge = 0.62 * towards_light(field, thickness * 0.9 / step) - 0.20 * (1 - field)
    if step == 1:
        return edge
    return enlarged(edge, image.size, (0.0, 0.0, image.width / step, image.height / step))


def ground_shadow(alpha: Field, zoom: float) -> Field:
    """How much light reaches the ground (1 = all) around things of that alpha, cell by cell."""
    contact = moved(blur(alpha, 1.6 * zoom), 2, 1)
    near = moved(blur(alpha, 4.0 * zoom), 5, 3)
    wide = moved(blur(alpha, 13.0 * zoom), 9, 6)
    light: Field = 1 - 0.20 * contact - 0.13 * near - 0.10 * wide
    return light


def moved(field: Field, down: int, right: int) -> Field:
    """The field moved down and to the right; what comes in goes on from its edges."""
    return np.pad(field, ((down, 0), (right, 0)), mode="edge")[: len(field), : field.shape[1]]


def enlarged(field: Field, size: tuple[int, int], box: tuple[float, float, float, float]) -> Field:
    """The part of a coarse field inside `box` (cells), smoothly enlarged to `size` pixels."""
    image = Image.fromarray(field).resize(size, Image.Resampling.BICUBIC, box=box)
    return np.asarray(image, np.float32)

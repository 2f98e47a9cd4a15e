"""One photograph altered as cameras, sellers and shoppers alter it. Labels survive it."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, fields

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)
# A studio background is at least this bright in its darkest channel.
BACKGROUND_LEVEL = 238
# Of a picture's area; beyond these the mask has leaked into the garment or found nothing.
BACKGROUND_SHARE = (0.10, 0.85)


@dataclass(frozen=True)
class Strength:
    """How far each alteration may go; angles in degrees, shares of one."""

    rotate: float
    zoom: tuple[float, float]
    stretch: float = 0.10
    light: float = 0.18
    tint: float = 0.05
    saturation: float = 0.20
    background: float = 0.30
    recompress: float = 0.30
    blur: float = 0.15
    erase: float = 0.20

    def times(self, factor: float) -> Strength:
        """Every alteration ``factor`` times as far and as often."""
        low, high = self.zoom
        scaled = {field.name: getattr(self, field.name) for field in fields(self)}
        del scaled["zoom"]
        return Strength(
            zoom=(low**factor, high**factor),
            **{name: value * factor for name, value in scaled.items()},
        )


STUDIO = Strength(rotate=18, zoom=(0.75, 1.45))
# Phone photographs come from any side and distance, and there are few of them.
PHONE = Strength(rotate=25, zoom=(0.85, 1.9), stretch=0.15, light=0.35, tint=0.1, background=0)


def alter(
    picture: np.ndarray,
    size: tuple[int, int],
    rng: np.random.Generator,
    strength: Strength,
    backdrops: list[np.ndarray],
) -> np.ndarray:
    """Return uint8 ``size`` + (3,) from uint8 (h, w, 3): moved, relit, recompressed."""
    fill = WHITE
    image = Image.fromarray(picture)
    if rng.random() < strength.background:
        image, fill = _on_backdrop(image, rng, backdrops)
    elif strength.background == 0 and rng.random() < 0.7:
        fill = _mean_colour(picture[:: picture.shape[0] - 1])
    image = _moved(image, size, rng, strength, fill)
    if rng.random() < strength.blur:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 0.9)))
    if rng.random() < strength.erase:
        _erase(image, rng)
    image = Image.fromarray(_relit(np.asarray(image), rng, strength))
    if rng.random() < strength.recompress:
        image = _recompressed(image, int(rng.integers(35, 90)))
    return np.asarray(image)


def background_mask(picture: np.ndarray) -> np.ndarray | None:
    """Bool (h, w), true on the white that is joined to the border; None where there is none."""
    from scipy import ndimage

    regions, _ = ndimage.label(picture.min(axis=2) >= BACKGROUND_LEVEL)
    border = np.concatenate((regions[0], regions[-1], regions[:, 0], regions[:, -1]))
    mask = np.isin(regions, np.unique(border[border > 0]))
    low, high = BACKGROUND_SHARE
    return mask if low < mask.mean() < high else None


def _on_backdrop(
    image: Image.Image, rng: np.random.Generator, backdrops: list[np.ndarray]
) -> tuple[Image.Image, Colour]:
    mask = background_mask(np.asarray(image))
    if mask is None:
        return image, WHITE
    soft = Image.fromarray((mask * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.6))
    ground = backdrop(image.size, rng, backdrops)
    return Image.composite(ground, image, soft), _mean_colour(np.asarray(ground))


def _mean_colour(pixels: np.ndarray) -> Colour:
    red, green, blue = (int(value) for value in pixels.mean((0, 1)))
    return red, green, blue


def backdrop(
    size: tuple[int, int], rng: np.random.Generator, backdrops: list[np.ndarray]
) -> Image.Image:
    """A piece of a real photograph, or a soft gradient between two colours."""
    if backdrops and rng.random() < 0.5:
        source = Image.fromarray(backdrops[rng.integers(len(backdrops))])
        # A corner shows the floor or the wall, seldom the garment.
        width, height = source.width * 0.35, source.height * 0.35
        left = rng.integers(2) * (source.width - width)
        top = rng.integers(2) * (source.height - height)
        box = (left, top, left + width, top + height)
        return source.resize(size, Image.Resampling.BILINEAR, box=box)
    corners = rng.uniform(0, 255, (1, 1, 3)) + rng.normal(0, 25, (2, 2, 3))
    small = Image.fromarray(corners.clip(0, 255).astype(np.uint8))
    return small.resize(size, Image.Resampling.BICUBIC)


def _moved(
    image: Image.Image,
    size: tuple[int, int],
    rng: np.random.Generator,
    strength: Strength,
    fill: Colour,
) -> Image.Image:
    """Flip, rotate, zoom, stretch and shift in one resampling."""
    height, width = size
    fit = min(width / image.width, height / image.height)
    zoom = math.exp(rng.uniform(*np.log(strength.zoom)))
    stretch = math.exp(rng.uniform(-strength.stretch, strength.stretch))
    if fit * zoom < 0.6:
        image = image.reduce(round(1 / (fit * zoom)))
        fit = min(width / image.width, height / image.height)
    angle = math.radians(rng.uniform(-strength.rotate, strength.rotate))
    across, down = fit * zoom * stretch, fit * zoom / stretch
    if rng.random() < 0.5:
        across = -across
    cos, sin = math.cos(angle), math.sin(angle)
    # Where the zoomed picture is larger than the frame any part may be seen; where it is
    # smaller it may lie anywhere within.
    slack_x = abs(width - image.width * abs(across)) / 2
    slack_y = abs(height - image.height * abs(down)) / 2
    centre_x = width / 2 + rng.uniform(-slack_x, slack_x)
    centre_y = height / 2 + rng.uniform(-slack_y, slack_y)
    a, b, d, e = cos / across, sin / across, -sin / down, cos / down
    c = image.width / 2 - a * centre_x - b * centre_y
    f = image.height / 2 - d * centre_x - e * centre_y
    return image.transform(
        (width, height),
        Image.Transform.AFFINE,
        (a, b, c, d, e, f),
        resample=Image.Resampling.BICUBIC,
        fillcolor=fill,
    )


def _relit(pixels: np.ndarray, rng: np.random.Generator, strength: Strength) -> np.ndarray:
    """Brightness, contrast, saturation, warmth and sensor noise."""
    light = math.exp(rng.normal(0, strength.light / 2))
    contrast = math.exp(rng.normal(0, strength.light / 2))
    gains = np.exp(rng.normal(0, strength.tint / 2, 3)).astype(np.float32)
    values = pixels.astype(np.float32) * (gains * light)
    values += (1 - contrast) * (values.mean() - values)
    saturation = 1 + rng.uniform(-strength.saturation, strength.saturation)
    grey = values.mean(axis=2, keepdims=True)
    values = grey + (values - grey) * saturation
    if rng.random() < 0.2:
        values += rng.normal(0, rng.uniform(1, 8), values.shape).astype(np.float32)
    return values.clip(0, 255).astype(np.uint8)


def _erase(image: Image.Image, rng: np.random.Generator) -> None:
    """Cover a small box with one colour, as a hand or a label would."""
    width, height = image.size
    box_width, box_height = rng.uniform(0.1, 0.35) * width, rng.uniform(0.1, 0.35) * height
    left, top = rng.uniform(0, width - box_width), rng.uniform(0, height - box_height)
    colour = tuple(int(v) for v in rng.integers(0, 256, 3))
    ImageDraw.Draw(image).rectangle((left, top, left + box_width, top + box_height), fill=colour)


def _recompressed(image: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")

"""Pictures that show no clothes, of which a shop should say that nothing is close.

Four sorts, as many of each: drawn scenes, text, noise and plain shapes, and the plain backgrounds
of phone photographs. A number decides each picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SIZE = (240, 320)
# A corner of a phone photograph, as a share of its sides, is mostly floor, bed or wall.
CORNER = 0.2
TEXT = (
    "the of and to in is that for it as was with be by on not he his but at are this have from or "
    "had an they which one you were all her she there would their we him been has when who will no "
    "more if out so up said what its about than into them can only other time new some could"
)

Colour = tuple[int, int, int]


def scene(rng: np.random.Generator) -> Image.Image:
    """A landscape or a street: sky, sun, hills or houses, trees."""
    picture = _sky(rng)
    draw = ImageDraw.Draw(picture)
    width, height = SIZE
    horizon = int(rng.uniform(0.4, 0.75) * height)
    x, y, radius = rng.uniform(0.1, 0.9) * width, rng.uniform(0.05, 0.3) * height, 18
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(255, 240, 190))
    (_hills if rng.random() < 0.5 else _houses)(draw, horizon, rng)
    draw.rectangle((0, horizon, width, height), fill=_colour(rng, 50, 150))
    for _ in range(int(rng.integers(0, 6))):
        _tree(draw, rng.uniform(0, width), rng.uniform(horizon, height), rng)
    return picture.filter(ImageFilter.GaussianBlur(float(rng.uniform(0, 1.5))))


def text(rng: np.random.Generator) -> Image.Image:
    """A page, a message or a receipt: lines of words, light or dark."""
    light = rng.random() < 0.7
    ground, ink = _colour(rng, 225, 256), _colour(rng, 0, 70)
    if not light:
        ground, ink = ink, ground
    picture = Image.new("RGB", SIZE, ground)
    draw = ImageDraw.Draw(picture)
    size = int(rng.integers(9, 26))
    margin = int(rng.integers(6, 40))
    draw.text((margin, margin), _line(rng, 2), ink, _font(2 * size))
    top = margin + 3 * size
    while top < SIZE[1] - margin:
        draw.text((margin, top), _line(rng, int(rng.integers(1, 9))), ink, _font(size))
        top += round(1.4 * size)
    return picture


def noise(rng: np.random.Generator) -> Image.Image:
    """A sensor's or a screen's noise, clouds, a gradient, stripes, or a single plain shape."""
    makers = (_grain, _clouds, _gradient, _stripes, _shape)
    return makers[int(rng.integers(len(makers)))](rng)


def background(corner: np.ndarray, rng: np.random.Generator) -> Image.Image:
    """A plain corner of a phone photograph, uint8 (h, w, 3), as large as any other picture."""
    turned = np.rot90(corner, int(rng.integers(4)))
    return Image.fromarray(turned).resize(SIZE, Image.Resampling.BICUBIC)


DRAWN: dict[str, Callable[[np.random.Generator], Image.Image]] = {
    "scene": scene,
    "text": text,
    "noise": noise,
}
SORTS = (*DRAWN, "background")
# The numbers from which on pictures are for fitting: those before are for measuring.
TO_FIT = 1_000_000


def pictures(
    photographs: Sequence[np.ndarray], count: int, first: int = 0
) -> tuple[list[Image.Image], np.ndarray]:
    """``count`` pictures, the four sorts by turns, and the sort of each: text (count,).

    ``photographs`` are phone photographs, of which the backgrounds come. ``first`` is the number
    of the first picture.
    """
    numbers = range(first, first + count)
    sorts = np.array([SORTS[number % len(SORTS)] for number in numbers])
    corners = _plainest(photographs)
    found = []
    for number, sort in zip(numbers, sorts, strict=True):
        rng = np.random.default_rng(number)
        if sort in DRAWN:
            found.append(DRAWN[sort](rng))
        else:
            found.append(background(corners[number // len(SORTS) % len(corners)], rng))
    return found, sorts


def _plainest(photographs: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Of each photograph the plainest corner, of all the plainest first: no garment reaches in."""
    return sorted((min(_corners(one), key=_spread) for one in photographs), key=_spread)


def _spread(corner: np.ndarray) -> float:
    return float(corner.std(axis=(0, 1)).mean())


def _corners(photograph: np.ndarray) -> list[np.ndarray]:
    height, width = photograph.shape[:2]
    down, across = round(CORNER * height), round(CORNER * width)
    return [
        photograph[rows, columns]
        for rows in (slice(down), slice(height - down, height))
        for columns in (slice(across), slice(width - across, width))
    ]


def _sky(rng: np.random.Generator) -> Image.Image:
    above, below = (np.array(_colour(rng, 110, 256), np.float32) for _ in range(2))
    share = np.linspace(0, 1, SIZE[1], dtype=np.float32)[:, None, None]
    rows = above + (below - above) * share
    return Image.fromarray(np.broadcast_to(rows, (SIZE[1], SIZE[0], 3)).astype(np.uint8))


def _hills(draw: ImageDraw.ImageDraw, horizon: int, rng: np.random.Generator) -> None:
    for _ in range(3):
        x, half = rng.uniform(0, SIZE[0]), rng.uniform(60, 160)
        top = horizon - rng.uniform(30, 130)
        outline = [(x - half, horizon), (x, top), (x + half, horizon)]
        draw.polygon(outline, fill=_colour(rng, 40, 170))


def _houses(draw: ImageDraw.ImageDraw, horizon: int, rng: np.random.Generator) -> None:
    left = 0.0
    while left < SIZE[0]:
        right, top = left + rng.uniform(30, 80), horizon - rng.uniform(40, 160)
        draw.rectangle((left, top, right, horizon), fill=_colour(rng, 60, 210))
        for x in np.arange(left + 6, right - 10, 14):
            for y in np.arange(top + 8, horizon - 12, 18):
                draw.rectangle((x, y, x + 6, y + 9), fill=(250, 240, 180))
        left = right + rng.uniform(0, 12)


def _tree(draw: ImageDraw.ImageDraw, x: float, y: float, rng: np.random.Generator) -> None:
    size = rng.uniform(15, 50)
    draw.rectangle((x - size / 8, y - size, x + size / 8, y), fill=(90, 62, 40))
    box = (x - size / 2, y - 1.9 * size, x + size / 2, y - 0.7 * size)
    draw.ellipse(box, fill=(40, int(rng.integers(80, 150)), 50))


def _grain(rng: np.random.Generator) -> Image.Image:
    coarse = int(rng.integers(1, 9))
    shape = (SIZE[1] // coarse, SIZE[0] // coarse, 3 if rng.random() < 0.5 else 1)
    grain = rng.integers(0, 256, shape, dtype=np.uint8)
    whole = Image.fromarray(np.broadcast_to(grain, (*shape[:2], 3)))
    return whole.resize(SIZE, Image.Resampling.NEAREST)


def _clouds(rng: np.random.Generator) -> Image.Image:
    coarse = Image.fromarray(rng.integers(0, 256, (8, 6, 3), dtype=np.uint8))
    return coarse.resize(SIZE, Image.Resampling.BICUBIC)


def _gradient(rng: np.random.Generator) -> Image.Image:
    return _sky(rng).rotate(float(rng.integers(4)) * 90, expand=True).resize(SIZE)


def _stripes(rng: np.random.Generator) -> Image.Image:
    down, across = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    angle, wave = rng.uniform(0, np.pi), rng.uniform(8, 60)
    lit = np.sin((across * np.cos(angle) + down * np.sin(angle)) * 2 * np.pi / wave) > 0
    one, other = (np.array(_colour(rng, 0, 256), np.uint8) for _ in range(2))
    return Image.fromarray(np.where(lit[..., None], one, other))


def _shape(rng: np.random.Generator) -> Image.Image:
    picture = Image.new("RGB", SIZE, _colour(rng, 150, 256))
    draw = ImageDraw.Draw(picture)
    x, y, size = rng.uniform(40, 120), rng.uniform(40, 180), rng.uniform(40, 120)
    box, colour = (x, y, x + size, y + size), _colour(rng, 0, 256)
    sides = int(rng.integers(3, 8))
    if sides == 7:
        draw.ellipse(box, fill=colour)
    else:
        draw.regular_polygon((x + size / 2, y + size / 2, size / 2), sides, fill=colour)
    return picture


def _line(rng: np.random.Generator, count: int) -> str:
    return " ".join(rng.choice(TEXT.split(), count).tolist())


def _colour(rng: np.random.Generator, low: int, high: int) -> Colour:
    red, green, blue = rng.integers(low, high, 3).tolist()
    return red, green, blue


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)

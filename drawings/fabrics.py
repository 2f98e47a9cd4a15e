"""Cloth as tiles: a pattern (stripe, check, floral, ...) printed on a weave (knit, denim, ...).

A tile is a square of cloth, 192 board units wide, that repeats without a seam: every period below
divides 192. Patterns give colour; weaves give brightness around 1.0, as if lit from the top left.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from drawings.outlines import Outline, ellipse, turn
from drawings.palette import RGB, Colour

TILE = 192.0
SIDE_STEP = 48
NOISE_EDGE = 8

Grid = NDArray[np.float32]
Paint = Colour | RGB


def rgb_of(paint: Paint) -> RGB:
    """The paint's red, green and blue."""
    return paint.rgb if isinstance(paint, Colour) else paint


def mix(first: Paint, second: Paint, share: float) -> RGB:
    """The first paint with `share` (0 to 1) of the second in it."""
    pairs = zip(rgb_of(first), rgb_of(second), strict=True)
    red, green, blue = (round(a + (b - a) * share) for a, b in pairs)
    return red, green, blue


@dataclass(frozen=True)
class Cloth:
    """What a piece is cut from. `accents` are the pattern's further colours."""

    colour: Paint
    weave: str = "jersey"
    pattern: str = "solid"
    accents: tuple[Paint, ...] = ()

    @property
    def gloss(self) -> float:
        """How strongly the cloth throws light back, 0 to 1."""
        return WEAVES[self.weave].gloss

    def plain(self) -> "Cloth":
        """The same cloth without its pattern."""
        return replace(self, pattern="solid", accents=())

    def dyed(self, paint: Paint) -> "Cloth":
        """The same weave, plain, in another colour."""
        return replace(self, colour=paint, pattern="solid", accents=())

    def woven(self, weave: str) -> "Cloth":
        """The same colour and pattern on another weave."""
        return replace(self, weave=weave)

    def tile(self, zoom: float) -> NDArray[np.uint8]:
        """One repeat of the cloth, at about `zoom` pixels a unit: uint8 (n, n, 3)."""
        # In steps, so that views of nearly one zoom share their tiles.
        return _tile(self, SIDE_STEP * max(1, round(TILE * zoom / SIDE_STEP)))


@lru_cache(maxsize=48)
def _tile(cloth: Cloth, side: int) -> NDArray[np.uint8]:
    weave = WEAVES[cloth.weave]
    colour = PATTERNS[cloth.pattern](cloth, side)
    relief = 1 + weave.depth * _relief(cloth.weave, side)
    lift = (relief - 1) * 16
    lit = colour * relief[..., None] + lift[..., None]
    shown: NDArray[np.uint8] = np.clip(lit + 0.5, 0, 255).astype(np.uint8)
    return shown


@lru_cache(maxsize=48)
def _relief(weave: str, side: int) -> Grid:
    relief = WEAVES[weave].relief(side)
    centred: Grid = (relief - relief.mean()).astype(np.float32)
    return centred


# Coordinates, noise and soft edges


def _uv(side: int) -> tuple[Grid, Grid]:
    axis = ((np.arange(side, dtype=np.float32) + 0.5) * (TILE / side)).astype(np.float32)
    return axis[None, :], axis[:, None]


def _noise(side: int, fine_u: float, fine_v: float, seed: int = 1) -> Grid:
    """Seamless noise with features about `fine_u` by `fine_v` units, of standard deviation 1."""
    smooth = _smooth_noise(fine_u, fine_v, seed)
    box = (NOISE_EDGE, NOISE_EDGE, smooth.width - NOISE_EDGE, smooth.height - NOISE_EDGE)
    return np.asarray(smooth.resize((side, side), Image.Resampling.BICUBIC, box=box))


@lru_cache(maxsize=64)
def _smooth_noise(fine_u: float, fine_v: float, seed: int) -> Image.Image:
    """The noise at one pixel a unit, with some of the neighbouring repeats around it."""
    base = round(TILE)
    white = np.random.default_rng(seed).standard_normal((base, base))
    fu = np.fft.fftfreq(base)[None, :] * fine_u
    fv = np.fft.fftfreq(base)[:, None] * fine_v
    kept = np.fft.fft2(white) * np.exp(-12 * (fu**2 + fv**2))
    smooth = np.real(np.fft.ifft2(kept)).astype(np.float32)
    return Image.fromarray(np.pad(smooth / smooth.std(), NOISE_EDGE, mode="wrap"))


def _spread(share: NDArray[Any], side: int) -> Grid:
    """A row or a column of shares over the whole tile."""
    return np.broadcast_to(share, (side, side)).astype(np.float32)


def _band(axis: Grid, period: float, start: float, width: float, soft: float) -> Grid:
    """1 inside the band [start, start + width) of every period, 0 outside, edges `soft` wide."""
    middle = start + width / 2
    away = np.abs((axis - middle + period / 2) % period - period / 2)
    inside: Grid = np.clip((width / 2 - away) / soft + 0.5, 0, 1).astype(np.float32)
    return inside


def _blend(below: Grid, above: Paint, share: Grid) -> Grid:
    return below + (np.asarray(rgb_of(above), np.float32) - below) * share[..., None]


def _ground(cloth: Cloth, side: int) -> Grid:
    return np.broadcast_to(np.asarray(rgb_of(cloth.colour), np.float32), (side, side, 3))


# Patterns: cloth, side -> float32 colour (side, side, 3)


def _solid(cloth: Cloth, side: int) -> Grid:
    return _ground(cloth, side)


def _bands(*rows: tuple[float, float, float, int], upright: bool) -> Callable[[Cloth, int], Grid]:
    """Stripes as (period, start, width, which accent), across the cloth or along it."""

    def paint(cloth: Cloth, side: int) -> Grid:
        u, v = _uv(side)
        colour = _ground(cloth, side)
        for period, start, width, accent in rows:
            share = _band(u if upright else v, period, start, width, max(0.9, TILE / side))
            accents = cloth.accents[min(accent, len(cloth.accents) - 1)]
            colour = _blend(colour, accents, _spread(share, side))
        return colour

    return paint


def _gingham(cloth: Cloth, side: int) -> Grid:
    u, v = _uv(side)
    soft = max(0.7, TILE / side)
    share = 0.5 * (_band(u, 32, 0, 16, soft) + _band(v, 32, 0, 16, soft))
    return _blend(_ground(cloth, side), cloth.accents[0], share)


def _plaid(cloth: Cloth, side: int) -> Grid:
    u, v = _uv(side)
    soft = max(0.9, TILE / side)
    colour = _ground(cloth, side)
    twill = 0.5 + 0.5 * _band(u + v, 6, 0, 3, 1.5)
    first, second = cloth.accents[0], cloth.accents[-1]
    for axis in (u, v):
        wide = 0.62 * _band(axis, 96, 8, 36, soft) * np.broadcast_to(twill, (side, side))
        colour = _blend(colour, first, wide)
    for axis in (u, v):
        thin = _band(axis, 96, 66, 5, soft) + 0.7 * _band(axis, 96, 23, 4, soft)
        colour = _blend(colour, second, _spread(0.75 * thin, side))
    return colour


def _check(cloth: Cloth, side: int) -> Grid:
    u, v = _uv(side)
    soft = max(0.7, TILE / side)
    colour = _ground(cloth, side)
    for axis in (u, v):
        line = _band(axis, 48, 10, 2.6, soft) + 0.55 * _band(axis, 48, 17, 1.8, soft)
        colour = _blend(colour, cloth.accents[0], _spread(0.8 * line, side))
    return colour


def _houndstooth(cloth: Cloth, side: int) -> Grid:
    u, v = _uv(side)
    cell = 24.0
    dark_u, dark_v = (u % cell) < cell / 2, (v % cell) < cell / 2
    twill = ((u + v) % (cell / 2)) < cell / 4
    tooth = np.where(dark_u == dark_v, dark_u & dark_v, twill).astype(np.float32)
    return _blend(_ground(cloth, side), cloth.accents[0], tooth)


def _herringbone(cloth: Cloth, side: int) -> Grid:
    u, v = _uv(side)
    zigzag = np.abs((u % 48) - 24)
    share = _band(v + zigzag, 8, 0, 4, max(1.2, TILE / side))
    return _blend(_ground(cloth, side), cloth.accents[0], 0.8 * share)


def _chevron(cloth: Cloth, side: int) -> Grid:
    u, v = _uv(side)
    zigzag = np.abs((u % 48) - 24)
    share = _band(v + zigzag, 48, 0, 18, max(1.0, TILE / side))
    colour = _blend(_ground(cloth, side), cloth.accents[0], share)
    thin = _band(v + zigzag, 48, 26, 7, max(1.0, TILE / side))
    return _blend(colour, cloth.accents[-1], thin)


class _Stamp:
    """Motifs stamped on a seamless tile, drawn three times too large and shrunk."""

    def __init__(self, cloth: Cloth, side: int) -> None:
        self.side, self.unit = side, 3 * side / TILE
        self.image = Image.new("RGB", (3 * side, 3 * side), rgb_of(cloth.colour))
        self.draw = ImageDraw.Draw(self.image)

    def put(self, shape: Outline, paint: Paint) -> None:
        for dx in (-TILE, 0, TILE):
            for dy in (-TILE, 0, TILE):
                points = (shape + (dx, dy)) * self.unit
                self.draw.polygon([(x, y) for x, y in points], fill=rgb_of(paint))

    def done(self) -> Grid:
        return np.asarray(self.image.reduce(3), np.float32)


def _dots(cloth: Cloth, side: int) -> Grid:
    return _dotted(cloth, side, 32, 7.5)


def _pin_dots(cloth: Cloth, side: int) -> Grid:
    return _dotted(cloth, side, 16, 2.2)


def _dotted(cloth: Cloth, side: int, apart: int, radius: float) -> Grid:
    """Dots in rows, every other row shifted by half of what they are apart."""
    stamp, half = _Stamp(cloth, side), apart // 2
    for row in range(int(TILE) // apart):
        for column in range(int(TILE) // apart):
            x = column * apart + (half if row % 2 else 0)
            stamp.put(ellipse(x, row * apart + half, radius, radius), cloth.accents[0])
    return stamp.done()


def _flower(stamp: _Stamp, x: float, y: float, size: float, paint: Paint, heart: Paint) -> None:
    for petal in range(5):
        shape = ellipse(x, y - size * 0.62, size * 0.42, size * 0.52)
        stamp.put(turn(shape, 72 * petal + 11 * x, (x, y)), paint)
    stamp.put(ellipse(x, y, size * 0.3, size * 0.3), heart)


def _leaf(stamp: _Stamp, x: float, y: float, size: float, degrees: float, paint: Paint) -> None:
    arc = np.linspace(0, np.pi, 13)
    edge = np.column_stack([np.cos(arc) * size, np.sin(arc) * size * 0.32])
    shape = np.vstack([edge, edge[::-1] * (1, -1)]) + (x, y)
    stamp.put(turn(shape, degrees, (x, y)), paint)


_FLOWERS = ((30, 34, 24), (118, 22, 17), (160, 92, 25), (78, 92, 18), (28, 140, 19), (112, 156, 25))
_LEAVES = (
    (66, 48, 40),
    (148, 48, 160),
    (112, 110, 75),
    (60, 122, 200),
    (164, 146, 20),
    (70, 176, 110),
)


def _floral(cloth: Cloth, side: int) -> Grid:
    stamp = _Stamp(cloth, side)
    petals, hearts, leaves = (cloth.accents * 3)[:3]
    for x, y, degrees in _LEAVES:
        _leaf(stamp, x, y, 15, degrees, leaves)
        _leaf(stamp, x + 7, y + 11, 10, degrees + 65, leaves)
    for x, y, size in _FLOWERS:
        _flower(stamp, x, y, size, petals, hearts)
    return stamp.done()


def _ditsy(cloth: Cloth, side: int) -> Grid:
    stamp = _Stamp(cloth, side)
    petals, hearts, leaves = (cloth.accents * 3)[:3]
    for row in range(4):
        for column in range(4):
            x, y = column * 48 + (24 if row % 2 else 6), row * 48 + 14 + 9 * (column % 2)
            _leaf(stamp, x + 15, y + 13, 8, 40 + 90 * column, leaves)
            _leaf(stamp, x - 13, y + 15, 7, 130 + 70 * row, leaves)
            _flower(stamp, x, y, 11, petals, hearts)
    return stamp.done()


def _brush(cloth: Cloth, side: int) -> Grid:
    """An abstract print of loose brush marks."""
    stamp = _Stamp(cloth, side)
    marks = np.random.default_rng(11)
    for index in range(22):
        x, y = marks.uniform(0, TILE, 2)
        length, width = marks.uniform(14, 26), marks.uniform(5, 9)
        shape = turn(ellipse(x, y, length, width), float(marks.uniform(-35, 35)) - 30, (x, y))
        stamp.put(shape, cloth.accents[index % len(cloth.accents)])
    return stamp.done()


def _camo(cloth: Cloth, side: int) -> Grid:
    colour = _ground(cloth, side)
    for index, accent in enumerate(cloth.accents):
        field = _noise(side, 34, 22, seed=31 + index)
        colour = _blend(colour, accent, np.clip((field - 0.35 - 0.25 * index) * 14, 0, 1))
    return colour


def _leopard(cloth: Cloth, side: int) -> Grid:
    stamp = _Stamp(cloth, side)
    marks = np.random.default_rng(5)
    for row in range(6):
        for column in range(6):
            x = column * 32 + (16 if row % 2 else 0) + marks.uniform(-5, 5)
            y = row * 32 + marks.uniform(-5, 5)
            size, start = marks.uniform(9, 12), float(marks.uniform(0, 360))
            stamp.put(ellipse(x, y, size, size * 0.85, start, start + 270), cloth.accents[-1])
            stamp.put(ellipse(x, y, size * 0.62, size * 0.5), cloth.accents[0])
    return stamp.done()


def _marl(cloth: Cloth, side: int) -> Grid:
    flecks = np.clip(0.5 + 0.3 * _noise(side, 5, 2, seed=8), 0, 1)
    return _blend(_ground(cloth, side), cloth.accents[0], 0.55 * flecks)


def _fairisle(cloth: Cloth, side: int) -> Grid:
    u, v = _uv(side)
    step_u, step_v = np.floor(u / 8), np.floor(v / 8) % 24
    first, second = cloth.accents[0], cloth.accents[-1]
    zigzag = np.abs(step_u % 6 - 3)
    rows = step_v - 4
    diamond = (np.abs(rows - 3) == zigzag) | ((rows == 3) & (zigzag == 0))
    teeth = (step_v == 10) & (step_u % 2 == 0) | (step_v == 2) & (step_u % 2 == 1)
    crosses = (np.abs(step_v - 17) + np.abs(step_u % 8 - 4)) <= 1
    colour = _blend(_ground(cloth, side), first, (diamond | teeth).astype(np.float32))
    return _blend(colour, second, np.broadcast_to(crosses, (side, side)).astype(np.float32))


PATTERNS: dict[str, Callable[[Cloth, int], Grid]] = {
    "solid": _solid,
    "breton": _bands((32, 4, 10, 0), upright=False),
    "stripe": _bands((48, 0, 24, 0), upright=False),
    "multi-stripe": _bands((96, 0, 30, 0), (96, 30, 9, 1), (96, 62, 16, 2), upright=False),
    "fine-stripe": _bands((12, 2, 4.4, 0), upright=True),
    "pinstripe": _bands((24, 2, 1.8, 0), upright=True),
    "deckchair": _bands((48, 0, 22, 0), upright=True),
    "gingham": _gingham,
    "plaid": _plaid,
    "check": _check,
    "houndstooth": _houndstooth,
    "herringbone": _herringbone,
    "chevron": _chevron,
    "dots": _dots,
    "pin-dots": _pin_dots,
    "floral": _floral,
    "ditsy": _ditsy,
    "brush": _brush,
    "camo": _camo,
    "leopard": _leopard,
    "marl": _marl,
    "fair-isle": _fairisle,
}


# Weaves: side -> float32 brightness (side, side), any mean


def _jersey(side: int) -> Grid:
    u, _ = _uv(side)
    wales = 0.35 * np.sin(u * (2 * np.pi / 4))
    return _noise(side, 2, 4, seed=2) * 0.5 + wales + 0.3 * _noise(side, 40, 40, seed=3)


def _poplin(side: int) -> Grid:
    return 0.6 * _noise(side, 2, 2, seed=4) + 0.3 * _noise(side, 30, 30, seed=5)


def _oxford(side: int) -> Grid:
    u, v = _uv(side)
    basket: Grid = np.sin(u * (2 * np.pi / 4)) * np.sin(v * (2 * np.pi / 4))
    return basket + 0.5 * _noise(side, 3, 3, seed=6)


def _linen(side: int) -> Grid:
    slub = _noise(side, 48, 1.5, seed=7) + _noise(side, 1.5, 48, seed=8)
    return slub + 0.35 * _noise(side, 2, 2, seed=9)


def _twill(side: int) -> Grid:
    u, v = _uv(side)
    return 0.8 * np.sin((u + v) * (2 * np.pi / 4)) + 0.6 * _noise(side, 3, 3, seed=10)


def _denim(side: int) -> Grid:
    u, v = _uv(side)
    diagonal = np.sin((u - v) * (2 * np.pi / 4.8)) + 0.4 * np.sin((u - v) * (2 * np.pi / 2.4))
    slub = 0.9 * _noise(side, 1.6, 40, seed=12) + 0.3 * _noise(side, 24, 1.6, seed=13)
    return 0.6 * diagonal + slub + 0.6 * _noise(side, 2, 2, seed=14)


def _knit_of(width: float, height: float) -> Callable[[int], Grid]:
    """Stocking stitch: columns of V-shaped stitches, each a small rounded hill."""

    def relief(side: int) -> Grid:
        u, v = _uv(side)
        across = (u % width) / width - 0.5
        leg = np.abs(across)
        along = ((v - leg * height * 1.3) % height) / height
        leaf = np.clip(np.cos(np.pi * (leg * 2 - 0.5)), 0, 1)
        hill = np.sin(np.pi * along) ** 0.7 * leaf**0.6
        slant = np.where(across < 0, 0.22, -0.22)
        return (2.4 * hill + slant + 0.25 * _noise(side, 2, 4, seed=15)).astype(np.float32)

    return relief


def _rib(side: int) -> Grid:
    u, _ = _uv(side)
    ridge = np.sin(u * (2 * np.pi / 8)) + 0.5 * np.cos(u * (2 * np.pi / 8))
    return np.broadcast_to(ridge, (side, side)) + 0.25 * _noise(side, 2, 5, seed=16)


def _wide_rib(side: int) -> Grid:
    u, _ = _uv(side)
    ridge = np.sin(u * (2 * np.pi / 16)) + 0.45 * np.cos(u * (4 * np.pi / 16))
    return np.broadcast_to(ridge, (side, side)) + 0.3 * _noise(side, 2, 5, seed=17)


def _cable(side: int) -> Grid:
    """Twisted ropes between columns of purl."""
    u, v = _uv(side)
    across = np.broadcast_to((u % 64) - 32, (side, side))
    rope, best = np.zeros((side, side)), np.full((side, side), -2.0)
    for start in (0.0, np.pi):
        phase = v * (2 * np.pi / 64) + start
        away = (across - 10.5 * np.sin(phase)) / 9.5
        height = np.cos(phase) - 2.0 * (np.abs(away) > 1)
        round_ = np.sqrt(np.clip(1 - away**2, 0, 1)) - 0.45 * away
        rope = np.where(height > best, round_, rope)
        best = np.maximum(best, height)
    inside = np.abs(across) < 21
    knit = 0.45 * _knit_of(8, 8)(side) - 0.6
    twisted: Grid = np.where(inside & (best > -1), 1.5 * rope, knit).astype(np.float32)
    return twisted


def _wool(side: int) -> Grid:
    fuzz: Grid = _noise(side, 3, 3, seed=18) + 0.4 * _noise(side, 7, 4, seed=19)
    return fuzz + 0.2 * _noise(side, 30, 30, seed=20)


def _teddy(side: int) -> Grid:
    curl = _noise(side, 7, 7, seed=21)
    lit = np.roll(curl, (-side // 64, -side // 64), (0, 1)) - np.roll(curl, (2, 2), (0, 1))
    return 0.8 * curl - 0.9 * lit


def _leather(side: int) -> Grid:
    pebble = _noise(side, 6, 6, seed=22)
    grain: Grid = np.abs(pebble) ** 0.6 + 0.3 * _noise(side, 3, 3, seed=23)
    return grain + 0.25 * _noise(side, 40, 40, seed=24)


def _suede(side: int) -> Grid:
    return _noise(side, 4, 4, seed=25) + 0.6 * _noise(side, 34, 22, seed=26)


def _smooth(side: int) -> Grid:
    return _noise(side, 60, 60, seed=27)


def _corduroy(side: int) -> Grid:
    u, _ = _uv(side)
    wale = np.sin(u * (2 * np.pi / 9.6)) + 0.35 * np.cos(u * (4 * np.pi / 9.6))
    cord: Grid = np.broadcast_to(wale, (side, side)) + 0.5 * _noise(side, 3, 14, seed=28)
    return cord


def _canvas(side: int) -> Grid:
    u, v = _uv(side)
    warp: Grid = np.sin(u * (2 * np.pi / 6)) * (np.floor(v / 3) % 2 * 2 - 1)
    return 0.8 * warp + 0.7 * _noise(side, 2, 2, seed=29)


def _straw(side: int) -> Grid:
    u, v = _uv(side)
    over = (np.floor(u / 8) + np.floor(v / 8)) % 2
    across = np.abs(np.sin(u * (np.pi / 8)))
    down = np.abs(np.sin(v * (np.pi / 8)))
    braid = np.where(over > 0, down * (0.7 + 0.3 * across), across * (0.55 + 0.3 * down))
    return 1.6 * braid.astype(np.float32) + 0.3 * _noise(side, 12, 2, seed=30)


def _rope(side: int) -> Grid:
    """Jute rope wound round and round: slanted strands."""
    u, v = _uv(side)
    strand = np.sin((u * 0.75 + v) * (2 * np.pi / 12)) * np.abs(np.cos(v * (np.pi / 16)))
    return 1.3 * strand + 0.4 * _noise(side, 3, 3, seed=33)


def _mesh(side: int) -> Grid:
    u, v = _uv(side)
    shifted = u + np.where(np.floor(v / 6) % 2 > 0, 4.0, 0.0)
    hole = np.hypot((shifted % 8) - 4, (v % 6) - 3)
    return np.clip(hole - 1.4, 0, 1).astype(np.float32) * 1.5


@dataclass(frozen=True)
class Weave:
    """A way of making cloth: its relief, how deep that shows, and how it throws light back."""

    relief: Callable[[int], Grid]
    depth: float
    gloss: float = 0.0


WEAVES: dict[str, Weave] = {
    "jersey": Weave(_jersey, 0.018),
    "poplin": Weave(_poplin, 0.012, 0.05),
    "oxford": Weave(_oxford, 0.028),
    "linen": Weave(_linen, 0.024),
    "twill": Weave(_twill, 0.024),
    "denim": Weave(_denim, 0.056),
    "fine-knit": Weave(_knit_of(6, 6), 0.05),
    "knit": Weave(_knit_of(9.6, 9.6), 0.085),
    "chunky": Weave(_knit_of(19.2, 16), 0.11),
    "rib": Weave(_rib, 0.06),
    "wide-rib": Weave(_wide_rib, 0.08),
    "cable": Weave(_cable, 0.085),
    "wool": Weave(_wool, 0.034),
    "teddy": Weave(_teddy, 0.06),
    "leather": Weave(_leather, 0.026, 0.55),
    "patent": Weave(_smooth, 0.01, 1.0),
    "suede": Weave(_suede, 0.028),
    "satin": Weave(_smooth, 0.012, 0.75),
    "corduroy": Weave(_corduroy, 0.085),
    "canvas": Weave(_canvas, 0.035),
    "nylon": Weave(_poplin, 0.012, 0.4),
    "straw": Weave(_straw, 0.12),
    "rope": Weave(_rope, 0.09),
    "mesh": Weave(_mesh, 0.10),
    "rubber": Weave(_poplin, 0.012, 0.12),
    "smooth-glass": Weave(_smooth, 0.008, 0.5),
    "metal": Weave(_smooth, 0.02, 1.0),
}

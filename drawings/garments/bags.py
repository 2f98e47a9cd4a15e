"""Bags: totes, shoulder and crossbody bags, backpacks, bucket bags, clutches, weekenders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

import numpy as np

from drawings.canvas import Canvas
from drawings.fabrics import Cloth
from drawings.garments import trims
from drawings.light import Fold
from drawings.look import Look, darker
from drawings.outlines import (
    Outline,
    beside,
    both,
    curve,
    ellipse,
    evenly,
    mirrored,
    outline,
    ribbon,
    rounded,
    turn,
)


@dataclass(frozen=True)
class Bag:
    """One model of bag and what varies within it."""

    model: Annotated[str, _MODELS]
    chain: bool = False
    quilted: bool = False
    width: float = 1.0
    height: float = 1.0


def draw_bag(canvas: Canvas, look: Look, bag: Bag) -> None:
    """Lay the bag down; from behind, its plain side."""
    _MODELS[bag.model](canvas, look, bag)


def _strap(canvas: Canvas, line: Outline, look: Look, width: float, bag: Bag) -> None:
    if bag.chain:
        _chain(canvas, line, look)
        return
    canvas.piece(ribbon(line, width), look.trim, edge=4, cast=0.8)
    canvas.stitches([beside(line, width / 2 - 5), beside(line, 5 - width / 2)], look.thread, 1.6)


def _chain(canvas: Canvas, line: Outline, look: Look) -> None:
    points = evenly(line, 19)
    links, holes = [], []
    for (x, y), (next_x, next_y) in pairwise(points):
        degrees = float(np.degrees(np.arctan2(next_y - y, next_x - x)))
        middle = ((x + next_x) / 2, (y + next_y) / 2)
        links.append(turn(ellipse(*middle, 13.5, 8.5), degrees, middle))
        holes.append(turn(ellipse(*middle, 7.5, 3.2), degrees, middle))
    canvas.piece(links, Cloth(look.metal, "metal"), cut=holes, edge=4, cast=0.7, reach=4)


def _around(shape: Outline, inset: float) -> Outline:
    """A row of stitches inside an outline."""
    return beside(np.vstack([shape, shape[:1]]), inset)


def _sag(width: float, top: float, bottom: float, seed: int) -> list[Fold]:
    rng = np.random.default_rng(seed)
    folds = []
    for _ in range(5):
        x = float(rng.uniform(-0.7, 0.7)) * width
        y = float(rng.uniform(top + 60, bottom - 180))
        line = curve(
            (x, y), (x + rng.uniform(-30, 30), y + 90), (x + rng.uniform(-40, 40), y + 170)
        )
        folds.append(Fold(line, float(rng.choice([-0.35, 0.35])), 36))
    return folds


def _tote(canvas: Canvas, look: Look, bag: Bag) -> None:
    half, top = 280 * bag.width, 500.0
    bottom = top + 460 * bag.height
    for lift, width in ((-20.0, 34), (0.0, 34)):
        handle = curve(
            (-118, top + 60),
            (-104, top - 170 + lift),
            (0, top - 268 + lift),
            (104, top - 170 + lift),
            (118, top + 60),
        )
        if lift:
            inside = mirrored(
                [(0.0, top - 12), (half - 4, top - 4)], [(half - 2, top + 16)], [(0.0, top + 30)]
            )
            canvas.piece(ribbon(handle + (10, 0), width), look.trim, edge=4, tone=0.86)
            canvas.piece(inside, look.cloth.plain(), tone=0.6, edge=2, puff=0.3)
    body = mirrored(
        [(0.0, top + 12), (half, top)],
        [(half + 6, (top + bottom) / 2), (half - 18, bottom - 18)],
        [(half - 44, bottom), (0.0, bottom + 6)],
    )
    canvas.piece(body, look.cloth, folds=_sag(half, top, bottom, look.seed), edge=6)
    hem = curve((-half + 4, top + 32), (0, top + 44), (half - 4, top + 32))
    canvas.stitches([hem, hem + (0, 7)], look.thread, 1.8)
    front = curve(
        (-118, top + 118), (-110, top - 160), (0, top - 250), (110, top - 160), (118, top + 118)
    )
    _strap(canvas, front, look, 34, bag)
    for x in (-118, 118):
        box = rounded(x - 17, top + 62, x + 17, top + 122, 2)
        canvas.stitches(np.vstack([_around(box, 5)]), look.thread, 2)
    if not look.back:
        _stamp(canvas, look, 0, top + 250)


def _stamp(canvas: Canvas, look: Look, x: float, y: float) -> None:
    """A small pressed mark in place of a maker's name."""
    paint = darker(look.cloth.colour, 0.5)
    canvas.line(ellipse(x, y, 24, 24), paint, 3, 0.6)
    canvas.line(np.array([[x - 12, y + 4], [x, y - 11], [x + 12, y + 4]]), paint, 3, 0.6)


def _crossbody(canvas: Canvas, look: Look, bag: Bag) -> None:
    half, top, bottom = 250 * bag.width, 620.0, 620 + 330 * bag.height
    strap = curve(
        (-half + 16, top + 46),
        (-half * 0.94, 380),
        (-130, 220),
        (60, 196),
        (half * 0.86, 330),
        (half - 16, top + 46),
    )
    _strap(canvas, strap, look, 26, bag)
    body = rounded(-half, top, half, bottom, 52)
    canvas.piece(body, look.cloth, edge=7)
    canvas.stitches(_around(body, 11), look.thread, 2)
    for x in (-half + 16, half - 16):
        trims.ring(canvas, x, top + 34, 20, 22, 7, look.metal)
    if look.back:
        trims.zipper(
            canvas,
            np.array([[-half + 60, top + 70], [half - 60, top + 70]]),
            look.metal,
            darker(look.cloth.colour, 0.4),
            False,
        )
        return
    flap = mirrored(
        [(0.0, top - 14), (half - 60, top - 14), (half + 2, top + 34)],
        [(half + 2, top + 110), (half * 0.72, top + 196), (0.0, top + 216)],
    )
    canvas.piece(flap, look.cloth, edge=7, cast=1.3)
    if bag.quilted:
        _diamonds(canvas, flap, half, top)
    else:
        canvas.stitches(_around(flap, 12), look.thread, 2)
    trims.snaps(canvas, [(0.0, top + 184)], 22, look.metal)


def _diamonds(canvas: Canvas, shape: Outline, half: float, top: float) -> None:
    lines = []
    for start in np.arange(-half - 240, half + 240, 58):
        for lean in (-1, 1):
            ts = np.linspace(0, 1, 40)
            line = np.column_stack([start + lean * 240 * ts, top - 14 + 240 * ts])
            lines.append(line[_inside(line, shape)])
    lines = [line for line in lines if len(line) > 3]
    canvas.glow([ribbon(line + (3, 4), 10) for line in lines], 0.10, 4)
    canvas.seam(lines, 0.4, 3)


def _inside(points: Outline, shape: Outline) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which of the points lie within the outline, by counting crossings."""
    x, y = points[:, 0:1], points[:, 1:2]
    x0, y0 = shape[:, 0], shape[:, 1]
    x1, y1 = np.roll(x0, -1), np.roll(y0, -1)
    spans = (y0 > y) != (y1 > y)
    rise = np.where(y1 == y0, 1e-9, y1 - y0)
    crossed = spans & (x < (x1 - x0) * (y - y0) / rise + x0)
    odd: np.ndarray[tuple[int], np.dtype[np.bool_]] = crossed.sum(axis=1) % 2 == 1
    return odd


def _half_moon(canvas: Canvas, look: Look, bag: Bag) -> None:
    half, top = 340 * bag.width, 560.0
    strap = curve(
        (-half + 60, top + 10),
        (-half * 0.7, 350),
        (0, 236),
        (half * 0.7, 350),
        (half - 60, top + 10),
    )
    _strap(canvas, strap, look, 36, bag)
    body = mirrored(
        [(0.0, top + 26), (half * 0.6, top + 8), (half - 20, top - 18)],
        [(half + 4, top + 20), (half * 0.86, top + 220), (half * 0.5, top + 330), (0.0, top + 352)],
    )
    folds = [
        Fold(curve((x, top + 60), (x * 0.8, top + 150), (x * 0.6, top + 250)), d, 40)
        for x, d in ((-190, -0.5), (-110, 0.4), (60, -0.4), (170, 0.5))
    ]
    canvas.piece(body, look.cloth, edge=8, folds=folds)
    zip_line = curve((-half + 60, top + 16), (0, top + 52), (half - 60, top + 16))
    trims.zipper(canvas, zip_line, look.metal, darker(look.cloth.colour, 0.4), pull=False, width=15)
    canvas.stitches([zip_line + (0, 17)], look.thread, 1.8)
    for x in (-half + 56, half - 56):
        trims.ring(canvas, x, top + 4, 22, 24, 8, look.metal)
    piping = curve(
        (-half * 0.84, top + 226),
        (-half * 0.46, top + 316),
        (0, top + 334),
        (half * 0.46, top + 316),
        (half * 0.84, top + 226),
    )
    canvas.seam(piping, 0.3)


def _backpack(canvas: Canvas, look: Look, bag: Bag) -> None:
    half, top, bottom = 262.0, 300.0, 960.0
    handle = curve((-46, top + 16), (-40, top - 66), (40, top - 66), (46, top + 16))
    canvas.piece(ribbon(handle, 24), look.trim, edge=5)
    for side in (-1, 1):
        strap = curve(
            (side * 120, top + 30),
            (side * (half + 60), top + 190),
            (side * (half + 66), 700),
            (side * (half - 20), 900),
        )
        if not look.back:
            canvas.piece(ribbon(strap, 46, 30), look.trim, tone=0.9, edge=5)
    body = mirrored(
        [(0.0, top), (half * 0.62, top + 16), (half - 6, top + 150)],
        [(half + 8, 640), (half + 2, bottom - 60)],
        [(half - 30, bottom), (0.0, bottom + 4)],
    )
    canvas.piece(body, look.cloth, edge=8, folds=_sag(half, top, bottom, look.seed))
    if look.back:
        _backpack_straps(canvas, look, top, half)
        return
    arch = curve(
        (-half + 30, 560),
        (-half * 0.84, top + 130),
        (0, top + 46),
        (half * 0.84, top + 130),
        (half - 30, 560),
    )
    trims.zipper(canvas, arch[::-1], look.metal, darker(look.cloth.colour, 0.4), width=15)
    pocket = mirrored(
        [(0.0, 640), (half * 0.7, 646), (half - 36, 690)],
        [(half - 28, bottom - 70)],
        [(half - 60, bottom - 22), (0.0, bottom - 18)],
    )
    canvas.piece(pocket, look.cloth, edge=7, cast=1.0, puff=1.2)
    trims.zipper(
        canvas,
        curve((half - 62, 700), (0, 684), (-half + 62, 700)),
        look.metal,
        darker(look.cloth.colour, 0.4),
        width=14,
    )
    canvas.piece(rounded(-52, 470, 52, 540, 8), look.trim.woven("leather"), edge=4, cast=0.6)
    _stamp(canvas, look, 0, 506)


def _backpack_straps(canvas: Canvas, look: Look, top: float, half: float) -> None:
    panel = rounded(-half + 60, top + 90, half - 60, 880, 50)
    canvas.piece(panel, look.cloth.woven("mesh"), edge=6, cast=0.5)
    for side in (-1, 1):
        strap = curve(
            (side * 70, top + 60), (side * 130, top + 200), (side * 150, 660), (side * 196, 880)
        )
        canvas.piece(ribbon(strap, 66, 34), look.trim, edge=7, cast=1.1)
        canvas.stitches([beside(strap, 16), beside(strap, -16)], look.thread, 1.8)


def _bucket(canvas: Canvas, look: Look, bag: Bag) -> None:
    top, bottom, half = 520.0, 960.0, 220.0
    strap = curve((-half + 30, top + 60), (-210, 320), (0, 210), (210, 320), (half - 30, top + 60))
    _strap(canvas, strap, look, 30, bag)
    inside = ellipse(0, top + 6, half + 14, 44)
    canvas.piece(inside, look.cloth.plain(), tone=0.6, edge=4, puff=0.5)
    body = mirrored(
        [(0.0, top + 44), (half * 0.66, top + 34), (half + 14, top)],
        [(half - 24, top + 90), (half + 6, top + 230), (half + 12, bottom - 70)],
        [(half - 30, bottom - 8), (0.0, bottom + 8)],
    )
    folds = []
    for x in np.linspace(-190, 190, 9).tolist():
        folds.append(
            Fold(curve((x, top + 40), (x * 0.86, top + 100), (x * 1.04, top + 190)), -0.9, 20)
        )
        folds.append(
            Fold(
                curve((x + 22, top + 40), (x * 0.86 + 20, top + 100), (x + 22, top + 180)), 0.7, 20
            )
        )
    canvas.piece(body, look.cloth, edge=7, folds=folds)
    line = curve((-half + 22, top + 86), (0, top + 118), (half - 22, top + 86))
    eyelets = [(float(x), float(y)) for x, y in line[2:-1:3]]
    trims.snaps(canvas, eyelets, 12, look.metal)
    trims.cord(canvas, line, 12, look.trim.colour)
    for x in (-22.0, 26.0):
        trims.cord(
            canvas,
            curve((x, top + 116), (x * 1.6, top + 190), (x * 1.3, top + 250)),
            11,
            look.trim.colour,
        )
        canvas.piece(ellipse(x * 1.3, top + 262, 14, 18), look.trim, edge=5, cast=0.8)
    base = mirrored(
        [(0.0, bottom - 92), (half + 10, bottom - 104)],
        [(half + 12, bottom - 70)],
        [(half - 30, bottom - 8), (0.0, bottom + 8)],
    )
    canvas.piece(base, look.trim, edge=6, cast=0.5)
    canvas.stitches(
        curve((-half - 6, bottom - 94), (0, bottom - 82), (half + 6, bottom - 94)), look.thread, 2
    )


def _clutch(canvas: Canvas, look: Look, bag: Bag) -> None:
    half, top, bottom = 350.0, 420.0, 800.0
    loop = curve(
        (half - 10, top + 60),
        (half + 70, top + 160),
        (half + 40, top + 290),
        (half - 20, top + 150),
    )
    if bag.chain:
        _chain(canvas, loop, look)
    body = rounded(-half, top, half, bottom, 22)
    canvas.piece(body, look.cloth, edge=8)
    if look.back:
        canvas.stitches(_around(body, 12), look.thread, 2)
        return
    flap = outline(
        [(-half - 2, top - 6), (half + 2, top - 6)],
        [(half + 2, top + 40)],
        [(60, top + 250), (0.0, top + 268), (-60, top + 250), (-half - 2, top + 40)],
        [(-half - 2, top - 6)],
    )
    canvas.piece(flap, look.cloth, edge=7, cast=1.3)
    if bag.quilted:
        _diamonds(canvas, flap, half, top)
    else:
        canvas.stitches(_around(flap, 12), look.thread, 2)
    trims.snaps(canvas, [(0.0, top + 232)], 17, look.metal)


def _weekender(canvas: Canvas, look: Look, bag: Bag) -> None:
    half, top, bottom = 380.0, 540.0, 930.0
    for dx in (14, 0):
        handle = curve(
            (-150, top + 120), (-138, top - 120), (0, top - 196), (138, top - 120), (150, top + 120)
        ) + (dx, -dx)
        if dx:
            canvas.piece(ribbon(handle, 32), look.trim, tone=0.86, edge=5)
    body = mirrored(
        [(0.0, top + 4), (half * 0.7, top + 8), (half - 16, top + 60)],
        [(half + 10, top + 220), (half, bottom - 40)],
        [(half - 50, bottom), (0.0, bottom + 6)],
    )
    canvas.piece(body, look.cloth, edge=8, folds=_sag(half, top, bottom, look.seed))
    trims.zipper(
        canvas,
        curve((-half + 70, top + 26), (0, top + 16), (half - 70, top + 26)),
        look.metal,
        darker(look.cloth.colour, 0.4),
        False,
        15,
    )
    ends = outline(
        [(half - 92, top + 60), (half - 14, top + 62)],
        [(half + 10, top + 220), (half, bottom - 40)],
        [(half - 50, bottom), (half - 120, bottom + 2)],
        [(half - 108, top + 240), (half - 92, top + 60)],
    )
    canvas.piece(both(ends), look.trim, edge=5, cast=0.6)
    strips = [ribbon(np.array([[x, top + 90], [x, bottom + 2]]), 34) for x in (-150, 150)]
    canvas.piece(strips, look.trim, edge=4, cast=0.7, over=True)
    canvas.piece(
        ribbon(
            curve(
                (-150, top + 130),
                (-138, top - 110),
                (0, top - 180),
                (138, top - 110),
                (150, top + 130),
            ),
            32,
        ),
        look.trim,
        edge=5,
        cast=1.0,
    )
    trims.snaps(canvas, [(x, top + 112.0) for x in (-150, 150)], 11, look.metal)


def _satchel(canvas: Canvas, look: Look, bag: Bag) -> None:
    half, top, bottom = 300.0, 500.0, 900.0
    handle = curve((-86, top + 10), (-78, top - 88), (78, top - 88), (86, top + 10))
    canvas.piece(ribbon(handle, 26), look.trim, edge=6)
    body = rounded(-half, top + 20, half, bottom, 30)
    canvas.piece(body, look.cloth, edge=8)
    if look.back:
        canvas.stitches(_around(body, 12), look.thread, 2)
        return
    flap = mirrored(
        [(0.0, top - 8), (half - 20, top - 8), (half + 3, top + 20)],
        [(half + 3, top + 190)],
        [(half - 40, top + 232), (0.0, top + 236)],
    )
    canvas.piece(flap, look.cloth, edge=7, cast=1.3)
    canvas.stitches(_around(flap, 12), look.thread, 2)
    for x in (-150, 150):
        canvas.piece(
            ribbon(np.array([[x, top + 60], [x, top + 330]]), 44), look.trim, edge=5, cast=0.9
        )
        canvas.stitches(
            [np.array([[x + dx, top + 66], [x + dx, top + 322]]) for dx in (-15, 15)],
            look.thread,
            1.8,
        )
        trims.buckle(canvas, x, top + 262, 68, 56, look.metal, 9, 90)


def _basket(canvas: Canvas, look: Look, bag: Bag) -> None:
    top, bottom, half = 520.0, 930.0, 330.0
    for dx, tone in ((12, 0.85), (0, 1.0)):
        handle = curve(
            (-140, top + 70), (-120, top - 150), (0, top - 220), (120, top - 150), (140, top + 70)
        ) + (dx, -dx)
        if dx:
            canvas.piece(ribbon(handle, 24), look.trim, tone=tone, edge=6)
            canvas.piece(ellipse(0, top + 4, half, 36), look.cloth, tone=0.55, edge=4, puff=0.5)
    body = mirrored(
        [(0.0, top + 34), (half * 0.6, top + 26), (half, top)],
        [(half - 6, top + 160), (half - 66, bottom - 40)],
        [(half - 130, bottom), (0.0, bottom + 10)],
    )
    canvas.piece(body, look.cloth, edge=9)
    for drop, strength in ((26, 0.5), (70, 0.2), (74, 0.2)):
        line = curve((-half + 6, top + drop), (0, top + drop + 32), (half - 6, top + drop))
        canvas.seam(line, strength, 4)
    if look.trim.colour != look.cloth.colour:
        band = ribbon(curve((-half + 22, top + 190), (0, top + 226), (half - 22, top + 190)), 60)
        canvas.piece(band, look.trim.woven("straw"), edge=0, puff=0, cast=0, over=True)
    front = curve(
        (-140, top + 110), (-126, top - 140), (0, top - 206), (126, top - 140), (140, top + 110)
    )
    canvas.piece(ribbon(front, 24), look.trim.woven("leather"), edge=6, cast=0.9)


_MODELS: dict[str, Callable[[Canvas, Look, Bag], None]] = {
    "tote": _tote,
    "crossbody": _crossbody,
    "half-moon": _half_moon,
    "backpack": _backpack,
    "bucket": _bucket,
    "clutch": _clutch,
    "weekender": _weekender,
    "satchel": _satchel,
    "basket": _basket,
}

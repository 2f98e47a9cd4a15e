"""Jackets and coats: lapels, zips, quilting, flaps, belts and hoods."""

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from drawings.canvas import Canvas
from drawings.garments import trims
from drawings.garments.shirts import draw_collar
from drawings.garments.torso import Torso, Tube, body_folds, tube_folds
from drawings.light import Fold
from drawings.look import Look, darker
from drawings.outlines import (
    Outline,
    beside,
    both,
    curve,
    flip,
    mirrored,
    outline,
    ribbon,
    shift,
)

JACKET = Torso(
    top=225,
    neck=92,
    depth=60,
    length=660,
    sleeve=490,
    angle=15,
    cuff=116,
    shoulder=240,
    chest=244,
    waist=236,
    hip=242,
    armhole=190,
)


@dataclass(frozen=True)
class Coat:
    """Anything worn on top and how it closes."""

    torso: Torso = field(default_factory=lambda: JACKET)
    front: Literal["zip", "buttons", "double", "lapel"] = "zip"
    collar: Literal["point", "camp", "stand", "rib"] = "point"
    pockets: Literal["welt", "flap", "patch", "chest", "cargo", "zip", "none"] = "welt"
    ribbed: float = 0.0
    quilt: float = 0.0
    seams: Literal["", "denim"] = ""
    belt: bool = False
    hood: bool = False
    fur: bool = False
    epaulettes: bool = False
    sleeves: bool = True
    folds: float = 1.0
    closes: float = 300.0
    buttons: int = 2


def draw_coat(canvas: Canvas, look: Look, coat: Coat) -> None:
    """Lay the whole jacket or coat down, seen from the front or the back."""
    torso = replace(coat.torso, depth=22.0, neckline="crew") if look.back else coat.torso
    if coat.hood:
        _hood(canvas, look, torso, coat)
    canvas.piece(torso.inside(), look.trim, tone=0.66, puff=0.3, edge=0)
    if not look.back:
        trims.label(canvas, 0, torso.top + 4, width=54)
    if coat.sleeves:
        _sleeves(canvas, look, coat, torso)
    _body(canvas, look, coat, torso)
    if look.back:
        _back(canvas, look, coat, torso)
        return
    if coat.front == "lapel":
        _lapels(canvas, look, coat, torso)
    else:
        _closed_front(canvas, look, coat, torso)
    _pockets(canvas, look, coat, torso)
    if coat.epaulettes:
        _epaulettes(canvas, look, torso)
    if coat.belt:
        _belt(canvas, look, torso)


def _quilting(torso: Torso, step: float) -> list[Outline]:
    heights = np.arange(torso.top + 86, torso.hem - 20, step)
    lines = []
    for y in heights:
        half = torso.half_width(float(y)) if y > torso.underarm else torso.shoulder - 8
        xs = np.linspace(-half, half, 61)
        lines.append(np.column_stack([xs, y + 5 * np.cos(xs / half * 1.5) + 1.5 * np.sin(xs / 17)]))
    return lines


def _body(canvas: Canvas, look: Look, coat: Coat, torso: Torso) -> None:
    folds = body_folds(torso, look.seed, coat.folds)
    if coat.quilt:
        for line in _quilting(torso, coat.quilt):
            folds.append(Fold(line, -1.5, 20))
            folds.append(Fold(line + (0, coat.quilt * 0.45), 0.7, 26))
            folds.extend(_puckers(line, look.seed))
    canvas.piece(torso.body(), look.cloth, folds=folds)
    if coat.quilt:
        canvas.seam(_quilting(torso, coat.quilt), 0.28, 2)
    if coat.ribbed:
        _ribbed_hem(canvas, look, coat, torso)
    elif not coat.quilt:
        trims.hem_stitch(canvas, torso.across(torso.hem - 20, 3), look.thread, double=False)
    if coat.seams == "denim":
        _denim_seams(canvas, look, torso)


def _puckers(line: Outline, seed: int) -> list[Fold]:
    """Short creases that a quilting seam pulls into the filling."""
    rng = np.random.default_rng(seed + int(line[0, 1]))
    folds = []
    for _ in range(9):
        x, y = line[rng.integers(2, len(line) - 2)]
        end = (x + rng.uniform(-10, 10), y + rng.choice([-1, 1]) * rng.uniform(16, 30))
        folds.append(Fold(curve((x, y), ((x + end[0]) / 2 + 2, (y + end[1]) / 2), end), -0.5, 9))
    return folds


def _ribbed_hem(canvas: Canvas, look: Look, coat: Coat, torso: Torso) -> None:
    start = torso.hem - coat.ribbed
    rib = look.trim.plain().woven("rib")
    canvas.piece(torso.band(start, torso.hem), rib, cast=0.6, edge=4, puff=0.8)
    canvas.seam(torso.across(start), 0.35)


def _sleeves(canvas: Canvas, look: Look, coat: Coat, torso: Torso) -> None:
    arm = torso.arm()
    sides = ((arm, torso.sleeve_shape(arm)), (arm.mirrored(), flip(torso.sleeve_shape(arm))))
    for index, (tube, shape) in enumerate(sides):
        folds = tube_folds(tube, look.seed + index, coat.folds, 5)
        lines = []
        if coat.quilt:
            lines = [tube.across(float(t), 5) for t in np.arange(0.1, 0.97, coat.quilt / 560)]
            for line in lines:
                folds += [Fold(line, -1.4, 18), Fold(line + (0, coat.quilt * 0.45), 0.7, 24)]
        canvas.piece(shape, look.cloth, grain=tube.grain, folds=folds)
        canvas.seam(lines, 0.25, 2)
        _cuff(canvas, look, coat, tube)


def _cuff(canvas: Canvas, look: Look, coat: Coat, tube: Tube) -> None:
    if coat.ribbed:
        rib = look.trim.plain().woven("rib")
        canvas.piece(tube.band(0.885, 1, 4), rib, grain=tube.grain, cast=0.6, edge=4)
        canvas.seam(tube.across(0.885, 2), 0.35)
    elif coat.seams == "denim":
        canvas.piece(tube.band(0.9, 1, 3), look.cloth, grain=tube.grain, cast=0.6, edge=4)
        canvas.stitches([tube.across(0.912, 2), tube.across(0.985, 3)], look.thread, 2)
    elif coat.epaulettes:
        band = tube.band(0.84, 0.885, 2)
        canvas.piece(band, look.cloth, grain=tube.grain, cast=0.8, edge=3)
        at = tube.middle(0.86, 0.87, 0.4)[0]
        trims.buckle(canvas, float(at[0]), float(at[1]), 30, 34, look.button, 6, -tube.grain)
    elif coat.front in ("lapel", "double"):
        places = [tube.middle(t, t + 0.01, 0.82)[0] for t in (0.9, 0.93, 0.96)]
        trims.buttons(canvas, [(float(x), float(y)) for x, y in places], 7.5, look.button)
    else:
        canvas.stitches(tube.across(0.955, 2), look.thread, 1.6)


def _lapels(canvas: Canvas, look: Look, coat: Coat, torso: Torso) -> None:
    """A tailored front: the right side over the left, lapels turned back down to the closing."""
    x, top = torso.neck, torso.top
    close = top + coat.closes
    double = coat.front == "lapel" and coat.buttons > 3
    lap = 62.0 if double else 16.0
    edge = curve(
        (lap, close), (lap + 2, torso.hem - 60), (lap - 10 if double else 2, torso.hem + torso.dip)
    )
    canvas.glow(ribbon(edge - (4, 0), 12), -0.14, 5)
    canvas.seam(edge - (0, 2), 0.5, 3)
    canvas.flat(_opening(torso, close, lap), darker(look.trim.colour, 0.45), 1.0)
    canvas.piece(
        _opening(torso, close, lap), look.trim, tone=0.62, puff=0.2, edge=0, cast=0, over=True
    )
    trims.label(canvas, 0, top + 6, width=56)
    for side in (-1, 1):
        lapel = outline(
            [(side * (x + 4), top - 6), (side * (x * 0.62), top + 110), (lap * 0.9, close)],
            [
                (side * (x + 42) * 0.86 + lap * 0.1, top + (close - top) * 0.56),
                (side * (x + 62), top + 122),
            ],
            [(side * (x + 26), top + 100)],
            [(side * (x + 40), top + 50), (side * (x + 4), top - 6)],
        )
        canvas.piece(lapel, look.cloth, grain=side * -8, edge=4.5, cast=1.0, puff=0.9)
    _tailored_collar(canvas, look, torso)
    _tailored_buttons(canvas, look, coat, torso, close, lap, double)


def _opening(torso: Torso, close: float, lap: float) -> Outline:
    x, top = torso.neck, torso.top
    return outline(
        [(-x - 2, top), (-x * 0.6, top + 110), (lap * 0.9, close)],
        [(x * 0.62, top + 110), (x + 2, top)],
        [(0, top + 18), (-x - 2, top)],
    )


def _tailored_collar(canvas: Canvas, look: Look, torso: Torso) -> None:
    x, top = torso.neck, torso.top
    stand = mirrored(
        [(0.0, top - 40), (x * 0.7, top - 38), (x + 6, top - 22)],
        [(x + 4, top + 12)],
        [(x * 0.6, top + 14), (0.0, top + 16)],
    )
    canvas.piece(stand, look.cloth, tone=0.86, edge=4, cast=0.6)
    leaf = outline(
        [(x * 0.98, top - 28), (x + 24, top - 16), (x + 44, top + 40)],
        [(x + 58, top + 72)],
        [(x + 22, top + 101)],
        [(x * 0.86, top + 62), (x * 0.86, top + 12), (x * 0.98, top - 28)],
    )
    canvas.piece(both(leaf), look.cloth, edge=4.5, cast=0.9, puff=0.9)


def _tailored_buttons(
    canvas: Canvas, look: Look, coat: Coat, torso: Torso, close: float, lap: float, double: bool
) -> None:
    rows = coat.buttons // 2 if double else coat.buttons
    step = min(150.0, (torso.hem - close - 90) / max(rows - 1, 1))
    places = [(lap - 14.0, close + 16 + i * step) for i in range(rows)]
    if double:
        places = [(x, y) for _, y in places for x in (lap - 26, -lap + 10)]
    trims.buttons(canvas, places, 13, look.button)


def _closed_front(canvas: Canvas, look: Look, coat: Coat, torso: Torso) -> None:
    top, bottom = torso.top + torso.depth, torso.hem + torso.dip - 3
    if coat.front == "zip":
        middle = curve(
            (0, top - 20 if coat.collar == "stand" else top), (1, (top + bottom) / 2), (0, bottom)
        )
        trims.zipper(canvas, middle, look.metal, darker(look.cloth.colour, 0.35))
        canvas.stitches([beside(middle, 15), beside(middle, -15)], look.thread, 1.5)
    else:
        _button_front(canvas, look, coat, torso, top, bottom)
    if coat.hood:
        return
    if coat.collar == "stand":
        _stand_collar(canvas, look, coat, torso)
    elif coat.collar == "rib":
        _rib_collar(canvas, look, torso)
    else:
        draw_collar(
            canvas, look.trim if coat.collar == "camp" else look.cloth, torso, coat.collar, look
        )


def _button_front(
    canvas: Canvas, look: Look, coat: Coat, torso: Torso, top: float, bottom: float
) -> None:
    lap = 70.0 if coat.front == "double" else 24.0
    edge = np.array([[lap, top + (26 if lap > 30 else 0)], [lap, bottom]])
    canvas.glow(ribbon(edge + (4, 0), 10), -0.14, 5)
    canvas.seam(edge, 0.5, 3)
    canvas.stitches(edge - (8, 0), look.thread, 1.6)
    count = 3 if coat.front == "double" else coat.buttons
    heights = np.linspace(top + 60, min(bottom - 70, top + 470), count)
    xs = (lap - 28, -lap + 12) if coat.front == "double" else (0.0,)
    places = [(x, float(y)) for y in heights for x in xs]
    if coat.seams == "denim":
        canvas.stitches(edge - (44, 0), look.thread, 1.8)
        trims.snaps(canvas, places, 11, look.metal)
    else:
        trims.buttons(canvas, places, 15, look.button)


def _stand_collar(canvas: Canvas, look: Look, coat: Coat, torso: Torso) -> None:
    x, top, deep = torso.neck, torso.top, torso.top + torso.depth
    back = mirrored(
        [(0.0, top - 58), (x * 0.7, top - 56), (x, top - 44)], [(x, top + 12)], [(0.0, top + 20)]
    )
    canvas.piece(back, look.trim, tone=0.74, edge=4, cast=0.4)
    half = outline(
        [(3.0, deep - 44), (x * 0.6, deep - 66), (x * 0.94, top - 46)],
        [(x + 20, top - 30), (x + 26, top + 16)],
        [(x * 0.7, deep + 8), (3.0, deep + 22)],
    )
    canvas.piece(both(half), look.cloth, edge=6, cast=0.8, puff=1.1)
    if coat.front == "zip":
        trims.zipper(
            canvas,
            np.array([[0, deep - 42], [0, deep + 30]]),
            look.metal,
            darker(look.cloth.colour, 0.35),
            width=11,
        )


def _rib_collar(canvas: Canvas, look: Look, torso: Torso) -> None:
    x, top, deep = torso.neck, torso.top, torso.top + torso.depth
    rib = look.trim.plain().woven("rib")
    back = mirrored(
        [(0.0, top - 28), (x * 0.7, top - 27), (x, top - 18)], [(x, top + 8)], [(0.0, top + 16)]
    )
    canvas.piece(back, rib, tone=0.74, edge=4, cast=0.4)
    half = outline(
        [(2.0, deep - 8), (x * 0.6, deep - 26), (x * 0.95, top - 20)],
        [(x + 26, top + 6)],
        [(x * 0.72, deep + 8), (2.0, deep + 28)],
    )
    canvas.piece(both(half), rib, edge=4, cast=0.7)


def _hood(canvas: Canvas, look: Look, torso: Torso, coat: Coat) -> None:
    x, top, deep = torso.neck, torso.top, torso.top + torso.depth
    shape = mirrored(
        [(0.0, top - 128), (x * 0.95, top - 112), (x + 56, top - 24), (x + 42, top + 66)],
        [(x * 0.6, deep + 24), (0.0, deep + 40)],
    )
    canvas.piece(shape, look.cloth, puff=1.2)
    if look.back:
        canvas.seam(np.array([[0, top - 120], [0, deep + 20]]), 0.3)
        return
    inner = mirrored(
        [(0.0, top - 84), (x * 0.72, top - 72), (x * 0.98, top - 10), (x * 0.8, top + 40)],
        [(x * 0.5, deep + 10), (0.0, deep + 26)],
    )
    canvas.piece(inner, look.trim.plain(), tone=0.62, edge=0, puff=0.6, cast=0.0)
    if coat.fur:
        fur = _fur_edge(inner)
        canvas.piece(
            fur, look.trim.dyed(darker((222, 205, 178), 0.05)).woven("teddy"), edge=6, puff=1.4
        )


def _fur_edge(inner: Outline) -> Outline:
    ring = ribbon(np.vstack([inner[:-1], inner[:1]]), 46)
    rng = np.random.default_rng(4)
    wobbly: Outline = ring + rng.normal(0, 3.5, ring.shape)
    return wobbly


def _pockets(canvas: Canvas, look: Look, coat: Coat, torso: Torso) -> None:
    low = torso.underarm + (torso.hem - torso.underarm) * 0.56
    for side in (-1, 1):
        if coat.pockets == "welt":
            start, end = (side * 188.0, low + 96), (side * 150.0, low - 10)
            trims.welt_pocket(canvas, start, end, look.cloth, 18)
        elif coat.pockets == "flap":
            trims.flap(canvas, side * 148 - 62, low + 10, 124, 46, look.cloth, look.thread, point=0)
        elif coat.pockets == "patch":
            trims.patch_pocket(
                canvas, side * 146 - 64, low - 6, 128, 142, look.cloth, look.thread, point=0
            )
        elif coat.pockets == "chest":
            _chest_pocket(canvas, look, torso, side)
        elif coat.pockets == "cargo":
            trims.patch_pocket(
                canvas, side * 146 - 64, low - 20, 128, 138, look.cloth, look.thread, point=0
            )
            trims.flap(canvas, side * 146 - 68, low - 30, 136, 52, look.cloth, look.thread)
            trims.snaps(canvas, [(side * 146.0, low + 8)], 8, look.metal)
        elif coat.pockets == "zip":
            line = np.array([[side * 182.0, low - 30], [side * 150.0, low + 84]])
            trims.zipper(canvas, line, look.metal, darker(look.cloth.colour, 0.4), width=12)


def _chest_pocket(canvas: Canvas, look: Look, torso: Torso, side: int) -> None:
    y = torso.underarm - 22
    trims.patch_pocket(
        canvas, side * 120 - 50, y - 8, 100, 118, look.cloth, look.thread, point=26, double=True
    )
    trims.flap(canvas, side * 120 - 54, y - 20, 108, 48, look.cloth, look.thread, point=14)
    trims.snaps(canvas, [(side * 120.0, y + 8)], 9, look.metal)


def _denim_seams(canvas: Canvas, look: Look, torso: Torso) -> None:
    y = torso.underarm - 44
    half = torso.scye[0] - 4
    yoke = curve((-half, y - 2), (0, y + 4), (half, y - 2))
    canvas.seam(yoke, 0.4)
    canvas.stitches([yoke - (0, 6), yoke - (0, 12)], look.thread, 2)
    start = torso.hem - 46
    canvas.piece(torso.band(start, torso.hem), look.cloth, cast=0.5, edge=4, puff=0.7)
    canvas.stitches([torso.across(start + 8, 4), torso.across(torso.hem - 8, 4)], look.thread, 2)
    if look.back:
        lines = [curve((64, y + 8), (48, start)), curve((150, y + 6), (118, start))]
    else:
        lines = [curve((78, y + 100), (52, start)), curve((162, y + 98), (120, start))]
    for line in lines:
        canvas.seam(both(line), 0.3)
        canvas.stitches(both(line + (6, 0)), look.thread, 1.8)


def _epaulettes(canvas: Canvas, look: Look, torso: Torso) -> None:
    start = np.array([torso.tip[0] - 8, torso.tip[1] + 12])
    end = np.array([torso.neck + 52, torso.top + 46])
    strap = ribbon(np.array([start, end]), 40, 32)
    canvas.piece(both(strap), look.cloth, edge=3.5, cast=0.8)
    x, y = end + (start - end) * 0.12
    trims.buttons(canvas, [(float(x), float(y)), (-float(x), float(y))], 9, look.button)
    gun = curve(
        (torso.neck + 62, torso.top + 62), (96, torso.underarm - 34), (206, torso.underarm - 30)
    )
    canvas.seam(gun, 0.35)
    canvas.stitches(beside(gun, -7), look.thread, 1.5)


def _belt(canvas: Canvas, look: Look, torso: Torso) -> None:
    y = torso.underarm + (torso.hem - torso.underarm) * 0.27
    band = torso.band(y, y + 50)
    canvas.piece(band, look.cloth, edge=4, cast=1.0, puff=0.8)
    canvas.stitches([torso.across(y + 8, 3), torso.across(y + 42, 3)], look.thread, 1.5)
    tail = ribbon(curve((24, y + 34), (70, y + 96), (84, y + 176)), 44)
    canvas.piece(tail, look.cloth, edge=4, cast=1.0, grain=-14)
    trims.buckle(canvas, 4, y + 30, 66, 72, look.button, 11)
    for side in (-1, 1):
        loop = ribbon(np.array([[side * 150, y - 8], [side * 150, y + 62]]), 15)
        canvas.piece(loop, look.cloth, edge=3, cast=0.8)


def _back(canvas: Canvas, look: Look, coat: Coat, torso: Torso) -> None:
    if not coat.quilt and coat.seams != "denim":
        canvas.seam(np.array([[0, torso.top + 30], [0, torso.hem + torso.dip - 4]]), 0.28)
        if coat.front in ("lapel", "double"):
            vent = np.array([[0, torso.hem - 190], [0, torso.hem + torso.dip]])
            canvas.glow(ribbon(shift(vent, 6, 0), 10), -0.2, 5)
            canvas.seam(vent, 0.6, 3.4)
    if coat.belt:
        y = torso.underarm + (torso.hem - torso.underarm) * 0.27
        canvas.piece(torso.band(y, y + 50), look.cloth, edge=4, cast=1.0, puff=0.8)
    if coat.hood:
        _hood_hanging(canvas, look, torso)
        return
    x, top = torso.neck, torso.top
    height = 46.0 if coat.collar == "stand" else 36.0
    cloth = look.trim.plain().woven("rib") if coat.collar == "rib" else look.cloth
    shape = mirrored(
        [(0.0, top - height), (x * 0.7, top - height + 4), (x + 4, top - height * 0.5)],
        [(x + 26, top + 30)],
        [(x * 0.6, top + 34), (0.0, top + 40)],
    )
    canvas.piece(shape, cloth, edge=5, cast=0.9)


def _hood_hanging(canvas: Canvas, look: Look, torso: Torso) -> None:
    x, top = torso.neck, torso.top
    shape = mirrored(
        [(0.0, top - 36), (x * 0.8, top - 30), (x + 34, top + 24)],
        [(x + 26, top + 120), (x * 0.6, top + 206), (0.0, top + 226)],
    )
    canvas.piece(shape, look.cloth, puff=1.3, edge=6)
    canvas.seam(np.array([[0, top - 30], [0, top + 220]]), 0.3)

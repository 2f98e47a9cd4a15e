"""Shirts and blouses: collars, plackets, cuffs and curved hems."""

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from drawings.canvas import Canvas
from drawings.fabrics import Cloth
from drawings.garments import trims
from drawings.garments.torso import Torso, Tube, body_folds, tube_folds
from drawings.look import Look, darker
from drawings.outlines import Outline, both, curve, flip, mirrored, outline, ribbon

SHIRT = Torso(
    top=215,
    neck=84,
    depth=66,
    length=690,
    dip=64,
    sleeve=500,
    angle=15,
    cuff=104,
    chest=232,
    waist=222,
    hip=226,
    slope=58,
)


@dataclass(frozen=True)
class Shirt:
    """A woven shirt and how it is finished."""

    torso: Torso = field(default_factory=lambda: SHIRT)
    collar: Literal["point", "button-down", "camp", "band"] = "point"
    pockets: int = 1
    flaps: bool = False
    placket: float = 40.0
    half: bool = False
    cuffs: float = 52.0
    ruffle: bool = False
    folds: float = 1.0


def draw_shirt(canvas: Canvas, look: Look, shirt: Shirt) -> None:
    """Lay the whole shirt down, seen from the front or the back."""
    torso = shirt.torso
    if look.back:
        torso = replace(torso, depth=20.0, neckline="crew")
    canvas.piece(torso.inside(), look.cloth, tone=0.7, puff=0.3, edge=0)
    if not look.back:
        trims.label(canvas, 0, torso.top + 6, width=50)
    _sleeves(canvas, look, shirt, torso)
    canvas.piece(torso.body(), look.cloth, folds=body_folds(torso, look.seed, shirt.folds))
    canvas.stitches(torso.across(torso.hem - 12, 4), look.thread, 1.5)
    if look.back:
        _back(canvas, look, shirt, torso)
        return
    _front(canvas, look, shirt, torso)
    draw_collar(canvas, look.trim, torso, shirt.collar, look)


def _sleeves(canvas: Canvas, look: Look, shirt: Shirt, torso: Torso) -> None:
    arm = torso.arm()
    sides = ((arm, torso.sleeve_shape(arm)), (arm.mirrored(), flip(torso.sleeve_shape(arm))))
    for index, (tube, shape) in enumerate(sides):
        short = torso.sleeve < 300
        folds = tube_folds(tube, look.seed + 1 + index, shirt.folds, 2 if short else 5)
        canvas.piece(shape, look.cloth, grain=tube.grain, folds=folds)
        if short:
            t = 1 - 26 / (torso.sleeve + 60)
            canvas.seam(tube.across(t, 2), 0.2)
            canvas.stitches(tube.across(t + 0.01, 2), look.thread, 1.5)
        else:
            _cuff(canvas, look, tube, torso, shirt.cuffs)


def _cuff(canvas: Canvas, look: Look, tube: Tube, torso: Torso, height: float) -> None:
    start = 1 - height / (torso.sleeve + 60)
    canvas.piece(
        tube.band(start, 1.0, 3), look.trim, grain=tube.grain, cast=0.6, edge=3.5, puff=0.6
    )
    canvas.stitches(tube.across(start + 0.012, 2), look.thread, 1.5)
    canvas.stitches(tube.across(0.988, 3), look.thread, 1.5)
    at = tube.middle((start + 1) / 2, (start + 1) / 2 + 0.01, 0.25)[0]
    trims.buttons(canvas, [(float(at[0]), float(at[1]))], 8, look.button)


def _front(canvas: Canvas, look: Look, shirt: Shirt, torso: Torso) -> None:
    top = torso.top + torso.depth
    bottom = top + 210 if shirt.half else torso.hem + torso.dip - 4
    middle = np.array([[0.0, top - 6], [0.0, bottom]])
    canvas.piece(
        ribbon(middle, shirt.placket), look.cloth, edge=3, cast=0.7, puff=0.4, over=not shirt.half
    )
    for x in (-shirt.placket / 2 + 6, shirt.placket / 2 - 6):
        canvas.stitches(middle + (x, 0), look.thread, 1.4)
    last = bottom - 22 if shirt.half else torso.hem - 34
    count = 3 if shirt.half else 7
    places = [(0.0, float(y)) for y in np.linspace(top + 34, last, count)]
    trims.buttonholes(canvas, places, 26, darker(look.cloth.colour, 0.25))
    trims.buttons(canvas, places, 9.5, look.button)
    if shirt.ruffle:
        _ruffle(canvas, look, top, torso)
    _pockets(canvas, look, shirt, torso)


def _pockets(canvas: Canvas, look: Look, shirt: Shirt, torso: Torso) -> None:
    y = torso.top + 196
    for side in (1, -1)[: shirt.pockets]:
        x = side * 110 - 50
        trims.patch_pocket(canvas, x, y, 100, 118, look.cloth, look.thread)
        if shirt.flaps:
            trims.flap(canvas, x - 5, y - 10, 110, 46, look.cloth, look.thread)
            trims.buttons(canvas, [(x + 50, y + 22)], 8, look.button)


def _ruffle(canvas: Canvas, look: Look, top: float, torso: Torso) -> None:
    ys = np.linspace(top + 6, top + 330, 120)
    frill = 34 + 9 * np.sin(ys / 9)
    edge = np.column_stack([18 + frill, ys])
    inner = np.column_stack([np.full(120, 18.0), ys])
    strip = np.vstack([edge, inner[::-1]])
    canvas.piece(both(strip), look.trim, puff=1.2, edge=4, cast=0.9, reach=8)
    waves = [np.array([[22, y], [22 + 26, y + 4]]) for y in np.arange(top + 14, top + 326, 28.27)]
    canvas.seam([line for wave in waves for line in both(wave)], 0.22, 3)


def _back(canvas: Canvas, look: Look, shirt: Shirt, torso: Torso) -> None:
    y = torso.top + torso.slope + 58
    half = torso.shoulder - 16
    yoke = curve((-half, y - 4), (0, y + 6), (half, y - 4))
    canvas.seam(yoke, 0.35)
    canvas.stitches(yoke + (0, -6), look.thread, 1.4)
    pleat = np.array([[[x, y + 4], [x * 0.8, y + 250]] for x in (-16.0, 16.0)])
    canvas.seam([pleat[0], pleat[1]], 0.3)
    canvas.piece(ribbon(np.array([[0, y - 3], [0, y - 26]]), 12), look.cloth, edge=3, cast=0.8)
    _collar_back(canvas, look.trim, torso)


def _collar_back(canvas: Canvas, cloth: Cloth, torso: Torso) -> None:
    x, top = torso.neck, torso.top
    shape = mirrored(
        [(0.0, top - 40), (x * 0.7, top - 36), (x + 2, top - 18)],
        [(x + 28, top + 30)],
        [(x * 0.6, top + 32), (0.0, top + 38)],
    )
    canvas.piece(shape, cloth, edge=5, cast=0.9)


def draw_collar(canvas: Canvas, cloth: Cloth, torso: Torso, kind: str, look: Look) -> None:
    """A collar of that kind around the torso's neck, from the front."""
    _stand(canvas, cloth, torso)
    if kind == "band":
        _band(canvas, cloth, torso)
        return
    leaf = _leaf(torso, kind)
    canvas.piece(both(leaf), cloth, grain=0, edge=4.5, cast=1.0, puff=0.8)
    tip = _leaf_edge(torso, kind)
    canvas.stitches(both(beside_in(tip)), look.thread, 1.4)
    if kind == "button-down":
        x, y = _tip(torso, kind)
        trims.buttons(canvas, [(x - 10, y - 18), (-x + 10, y - 18)], 6.5, look.button)


def beside_in(line: Outline) -> Outline:
    """A row of stitches just inside a collar's outer edge."""
    return line + (-4.0, -6.5)


def _stand(canvas: Canvas, cloth: Cloth, torso: Torso) -> None:
    """The part of the collar behind the neck, seen from the inside."""
    x, top = torso.neck, torso.top
    shape = mirrored(
        [(0.0, top - 34), (x * 0.66, top - 33), (x * 0.98, top - 22)],
        [(x + 2, top + 8)],
        [(x * 0.6, top + 12), (0.0, top + 14)],
    )
    canvas.piece(shape, cloth, tone=0.84, edge=4, cast=0.5)


def _band(canvas: Canvas, cloth: Cloth, torso: Torso) -> None:
    x, top, deep = torso.neck, torso.top, torso.top + torso.depth
    half = outline(
        [(2.0, deep + 4), (x * 0.55, deep - 12), (x * 0.92, top + 24), (x * 0.98, top - 22)],
        [(x + 22, top - 8)],
        [(x + 14, top + 36), (x * 0.64, deep + 14), (2.0, deep + 34)],
    )
    canvas.piece(both(half), cloth, edge=4, cast=0.8, puff=0.7)


def _tip(torso: Torso, kind: str) -> tuple[float, float]:
    deep = torso.top + torso.depth
    return {
        "camp": (102.0, deep + 66),
        "button-down": (72.0, deep + 66),
    }.get(kind, (84.0, deep + 64))


def _leaf_edge(torso: Torso, kind: str) -> Outline:
    x, top = torso.neck, torso.top
    tip_x, tip_y = _tip(torso, kind)
    return curve(
        (tip_x, tip_y), ((tip_x + x + 36) / 2 + 3, (tip_y + top + 30) / 2), (x + 34, top + 26)
    )


def _leaf(torso: Torso, kind: str) -> Outline:
    x, top, deep = torso.neck, torso.top, torso.top + torso.depth
    start = (26.0, deep + 34) if kind == "camp" else (3.0, deep + 3)
    edge = [(float(a), float(b)) for a, b in _leaf_edge(torso, kind)[::6]]
    return outline(
        [start, (x * 0.6, deep - 22), (x * 0.93, top + 8), (x * 0.98, top - 24)],
        [(x + 20, top - 12), (x + 34, top + 26)],
        edge[::-1][1:],
        [((tip := _tip(torso, kind))[0] * 0.5, tip[1] - 22), start],
    )

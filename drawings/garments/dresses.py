"""Dresses and jumpsuits of bodice and skirt: slip, tea, wrap, shirt and knitted dresses."""

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from drawings.canvas import Canvas
from drawings.garments import trims
from drawings.garments.bottoms import Skirt, lay_skirt
from drawings.garments.shirts import draw_collar
from drawings.garments.tops import neckband
from drawings.garments.torso import Torso, body_folds, tube_folds
from drawings.light import Fold
from drawings.look import Look
from drawings.outlines import Outline, both, curve, flip, mirrored, outline, ribbon, rounded

BODICE = Torso(
    top=140,
    neck=92,
    depth=96,
    shoulder=196,
    slope=50,
    armhole=160,
    chest=196,
    waist=178,
    hip=158,
    length=330,
    dip=8,
    sleeve=130,
    angle=38,
    cuff=130,
)
SKIRT = Skirt(top=462, waist=160, hip=232, hem=318, length=600)


@dataclass(frozen=True)
class Dress:
    """A dress. `straps` leaves out shoulders; `finish` is how it ends at the neck."""

    bodice: Torso = field(default_factory=lambda: BODICE)
    skirt: Skirt = field(default_factory=lambda: SKIRT)
    straps: bool = False
    finish: Literal["band", "collar", "wrap"] = "band"
    belt: bool = False
    buttons: bool = False
    puffed: bool = False


def draw_dress(canvas: Canvas, look: Look, dress: Dress) -> None:
    """Lay the whole dress down, seen from the front or the back."""
    if dress.straps:
        _strap_bodice(canvas, look, dress)
    else:
        _bodice(canvas, look, dress)
    lay_skirt(canvas, look, dress.skirt)
    _waist(canvas, look, dress)
    if look.back:
        top = dress.bodice.top + (150 if dress.straps else 30)
        canvas.seam(np.array([[0, top], [0, dress.skirt.top + 120]]), 0.4, 3)
        return
    if dress.buttons:
        _placket(canvas, look, dress)
    if dress.finish == "collar" and not dress.straps:
        draw_collar(canvas, look.trim, dress.bodice, "point", look)
    if dress.finish == "wrap":
        _wrap(canvas, look, dress)


def _bodice(canvas: Canvas, look: Look, dress: Dress) -> None:
    torso = dress.bodice
    if look.back:
        torso = replace(torso, depth=28.0, neckline="crew")
    canvas.piece(torso.inside(), look.cloth, tone=0.66, puff=0.3, edge=0)
    if not look.back:
        trims.label(canvas, 0, torso.top + 4, width=40)
    if torso.sleeve > 0:
        _sleeves(canvas, look, dress, torso)
    folds = body_folds(replace(torso, length=torso.length + 260), look.seed, 0.8) + _darts(torso)
    canvas.piece(torso.body(), look.cloth, folds=folds)
    if torso.sleeve <= 0:
        edge = curve((torso.tip[0] - 3, torso.tip[1]), torso.scye, torso.pit)
        canvas.piece([ribbon(e, 10) for e in both(edge)], look.trim, edge=3, cast=0.3, over=True)
    if dress.finish == "band" or look.back:
        neckband(canvas, look.trim, torso, 12)


def _darts(torso: Torso) -> list[Fold]:
    line = curve((96, torso.underarm + 30), (90, torso.hem - 50), (84, torso.hem + 4))
    return [Fold(each, depth, 16) for each in both(line) for depth in (-0.35,)]


def _sleeves(canvas: Canvas, look: Look, dress: Dress, torso: Torso) -> None:
    arm = torso.arm()
    sides = ((arm, torso.sleeve_shape(arm)), (arm.mirrored(), flip(torso.sleeve_shape(arm))))
    for index, (tube, shape) in enumerate(sides):
        folds = tube_folds(tube, look.seed + index, 0.9, 2 if torso.sleeve < 300 else 4)
        if dress.puffed:
            folds += [
                Fold(tube.middle(0.1, 0.95, lean), d, 18)
                for lean, d in ((0.2, 0.6), (0.36, -0.6), (0.52, 0.6), (0.68, -0.6), (0.84, 0.5))
            ]
        canvas.piece(
            shape, look.cloth, grain=tube.grain, folds=folds, puff=1.3 if dress.puffed else 1.0
        )
        start = 1 - 26 / (torso.sleeve + 60)
        canvas.piece(tube.band(start, 1, 3), look.trim, grain=tube.grain, edge=3, cast=0.5)


def _strap_bodice(canvas: Canvas, look: Look, dress: Dress) -> None:
    torso = dress.bodice
    top = torso.top + 130
    for side in (-1, 1):
        front = curve(
            (side * 92, top + 4), (side * 84, torso.top + 20), (side * 66, torso.top - 30)
        )
        canvas.piece(ribbon(front, 11), look.trim, edge=4)
    drop = 46 if look.back else 0
    inside = mirrored(
        [(0.0, top + 58), (92.0, top + 44), (136.0, top + 76)],
        [(140, top + 120)],
        [(0.0, top + 150)],
    )
    canvas.piece(inside, look.cloth.plain(), tone=0.62, edge=2, puff=0.3)
    side_top = torso.underarm - 6
    bodice = mirrored(
        [(0.0, top + 74 - drop * 0.2), (46.0, top + 44), (92.0, top + drop)],
        [(112.0, top + 50), (150.0, side_top - 4)],
        [(154.0, side_top + 60), (torso.hip, torso.hem)],
        [(torso.hip * 0.5, torso.hem + 10), (0.0, torso.hem + 14)],
    )
    folds = [
        Fold(line, d, 24)
        for base, d in (
            (curve((100, top + 50), (80, top + 130), (110, torso.hem)), -0.4),
            (curve((20, top + 100), (60, top + 150), (120, side_top + 60)), 0.45),
        )
        for line in both(base)
    ]
    canvas.piece(bodice, look.cloth, folds=folds, edge=4)
    edge = curve((2, top + 82 - drop * 0.2), (48, top + 52), (90, top + 10 + drop))
    canvas.stitches(both(edge), look.thread, 1.4)


def _waist(canvas: Canvas, look: Look, dress: Dress) -> None:
    y, half = dress.skirt.top, dress.skirt.waist
    line = curve((-half, y), (0, y + 22), (half, y))
    if not dress.belt:
        canvas.seam(line + (0, 2), 0.28)
        return
    canvas.piece(ribbon(line + (0, 2), 40), look.trim, edge=4, cast=0.8)
    if look.back:
        return
    if look.trim.weave == "leather":
        trims.buckle(canvas, 0, y + 24, 62, 58, look.metal, 9)
        return
    for side, length in ((-1, 150.0), (1, 172.0)):
        tail = ribbon(curve((side * 4, y + 30), (side * 26, y + 96), (side * 20, y + length)), 24)
        canvas.piece(tail, look.trim, edge=4, cast=0.9)
        loop = curve((0, y + 22), (side * 56, y - 8), (side * 66, y + 26), (0, y + 28))
        canvas.piece(ribbon(loop, 18), look.trim, edge=4, cast=0.8)
    canvas.piece(rounded(-17, y + 8, 17, y + 42, 9), look.trim, edge=5, cast=0.8)


def _placket(canvas: Canvas, look: Look, dress: Dress) -> None:
    torso, skirt = dress.bodice, dress.skirt
    top = torso.top + 210 if dress.straps else torso.top + torso.depth + 4
    bottom = skirt.top + skirt.length - 6
    middle = np.array([[0.0, top], [0.0, bottom]])
    canvas.piece(ribbon(middle, 34), look.cloth, edge=3, cast=0.6, puff=0.4, over=True)
    places = [(0.0, float(y)) for y in np.arange(top + 34, bottom - 50, 84)]
    trims.buttons(canvas, places, 9, look.button)
    if dress.belt:
        _waist(canvas, look, dress)


def _wrap(canvas: Canvas, look: Look, dress: Dress) -> None:
    torso, skirt = dress.bodice, dress.skirt
    y, bottom = skirt.top, skirt.top + skirt.length
    edge = curve(
        (skirt.waist * 0.5, y + 22), (skirt.hip * 0.46, y + 240), (skirt.hem * 0.2, bottom - 4)
    )
    canvas.glow(ribbon(edge + (8, 0), 14), -0.2, 8)
    canvas.seam(edge, 0.5, 3.2)
    deep = torso.top + torso.depth
    over = outline(
        [
            (-torso.neck, torso.top),
            (-torso.neck * 0.5, torso.top + torso.depth * 0.5),
            (12, deep + 22),
        ],
        [(skirt.waist * 0.72, y + 6)],
        [(30, deep + 74)],
        [(-torso.neck * 0.7, torso.top + torso.depth * 0.62), (-torso.neck - 22, torso.top + 8)],
        [(-torso.neck, torso.top)],
    )
    other: Outline = flip(over)
    canvas.piece(other, look.cloth, edge=3.5, cast=0.6, over=True)
    canvas.piece(over, look.cloth, edge=3.5, cast=0.9, over=True)
    sash = curve((-skirt.waist, y), (0, y + 22), (skirt.waist, y))
    canvas.piece(ribbon(sash, 38), look.cloth, edge=4, cast=0.8)
    x = skirt.waist * 0.62
    for dx, length in ((-6, 190.0), (22, 160.0)):
        tail = ribbon(curve((x, y + 14), (x + dx, y + 90), (x + dx * 1.6, y + length)), 24, 30)
        canvas.piece(tail, look.cloth, edge=4, cast=1.0)
    canvas.piece(rounded(x - 20, y - 8, x + 20, y + 34, 12), look.cloth, edge=6, cast=0.9)

"""T-shirts, sweatshirts and knitwear: everything pulled over the head, and cardigans."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

import numpy as np

from drawings.canvas import Canvas
from drawings.fabrics import Cloth
from drawings.garments import trims
from drawings.garments.torso import Torso, Tube, body_folds, tube_folds
from drawings.look import Look, darker
from drawings.outlines import (
    Outline,
    both,
    curve,
    ellipse,
    flip,
    mirrored,
    outline,
    ribbon,
    rounded,
)


@dataclass(frozen=True)
class Top:
    """A jersey or knitted top: its torso and how its edges are finished.

    `edges` is "stitched" (a turned hem) or "ribbed" (a band of `rib` units at hem and cuffs).
    """

    torso: Torso = field(default_factory=Torso)
    edges: Literal["stitched", "ribbed"] = "stitched"
    rib: float = 0.0
    collar: float = 22.0
    raglan: bool = False
    pocket: bool = False
    placket: float = 0.0
    printed: Annotated[str, _PRINTS] = ""
    kangaroo: bool = False
    hood: bool = False
    roll: float = 0.0
    opens: bool = False
    folds: float = 1.0
    sleeves_in_trim: bool = False


def draw_top(canvas: Canvas, look: Look, top: Top) -> None:
    """Lay the whole top down, seen from the front or the back."""
    torso = _turned(top.torso) if look.back else top.torso
    trim = look.trim
    if top.hood:
        _hood_back(canvas, look, torso)
    canvas.piece(torso.inside(), look.cloth.plain(), tone=0.66, puff=0.3, edge=0)
    if not look.back:
        trims.label(canvas, 0, torso.top + 2)
    if top.torso.sleeve > 0:
        _sleeves(canvas, look, top, torso)
    canvas.piece(torso.body(), look.cloth, folds=body_folds(torso, look.seed, top.folds))
    if top.raglan:
        _raglan_seams(canvas, torso)
    _hem(canvas, look, top, torso)
    if top.torso.sleeve <= 0:
        _armhole_binding(canvas, look, torso)
    if top.roll:
        _roll_neck(canvas, trim, torso, top.roll)
    elif not top.hood:
        neckband(canvas, trim, torso, top.collar)
    if look.back:
        return
    if top.placket:
        _henley(canvas, look, torso, top.placket)
    if top.pocket:
        trims.patch_pocket(
            canvas, 50, torso.top + 190, 96, 108, look.cloth.dyed(trim.colour), look.thread
        )
    if top.kangaroo:
        _kangaroo(canvas, look, torso, top.rib)
    if top.hood:
        _hood_front(canvas, look, torso)
    if top.opens:
        _button_front(canvas, look, torso, top)
    if top.printed:
        _PRINTS[top.printed](canvas, look, torso)


def _turned(torso: Torso) -> Torso:
    """The same torso from the back: a shallow neck."""
    return replace(torso, depth=min(torso.depth, 24.0), neckline="crew")


def _sleeves(canvas: Canvas, look: Look, top: Top, torso: Torso) -> None:
    arm = torso.arm()
    cloth = look.trim if top.sleeves_in_trim else look.cloth
    for tube, shape, seed in (
        (arm, torso.sleeve_shape(arm), look.seed + 1),
        (arm.mirrored(), flip(torso.sleeve_shape(arm)), look.seed + 2),
    ):
        folds = tube_folds(tube, seed, top.folds, 2 if torso.sleeve < 300 else 5)
        canvas.piece(shape, cloth, grain=tube.grain, folds=folds)
        _cuff(canvas, look, top, tube, torso)


def _cuff(canvas: Canvas, look: Look, top: Top, tube: Tube, torso: Torso) -> None:
    if top.edges == "ribbed" and torso.sleeve > 300:
        start = 1 - top.rib / (torso.sleeve + 60)
        band = tube.band(start, 1.0, 4)
        canvas.piece(band, look.trim.woven(_ribbing(look)), grain=tube.grain, cast=0.5, edge=4)
        canvas.seam(tube.across(start, 2), 0.3)
        return
    t = 1 - 24 / (torso.sleeve + 60)
    canvas.stitches(tube.across(t, 2), look.thread, 1.7)
    if torso.sleeve < 300:
        canvas.stitches(tube.across(t - 0.025, 2), look.thread, 1.7)


def _ribbing(look: Look) -> str:
    return "wide-rib" if look.cloth.weave in ("chunky", "cable", "knit") else "rib"


def _hem(canvas: Canvas, look: Look, top: Top, torso: Torso) -> None:
    if top.edges == "ribbed":
        start = torso.hem - top.rib
        cloth = look.trim.woven(_ribbing(look))
        canvas.piece(torso.band(start, torso.hem), cloth, cast=0.5, edge=4, puff=0.8)
        canvas.seam(torso.across(start), 0.3)
    else:
        trims.hem_stitch(canvas, torso.across(torso.hem - 24), look.thread)


def _raglan_seams(canvas: Canvas, torso: Torso) -> None:
    line = curve(
        (torso.neck + 6, torso.top + 20), (torso.chest - 66, torso.underarm - 110), torso.pit
    )
    canvas.seam(both(line), 0.32)


def _armhole_binding(canvas: Canvas, look: Look, torso: Torso) -> None:
    edge = curve((torso.tip[0] - 3, torso.tip[1]), torso.scye, torso.pit)
    canvas.piece([ribbon(line, 13) for line in both(edge)], look.trim, edge=3, cast=0.4, over=True)


def neckband(canvas: Canvas, cloth: Cloth, torso: Torso, width: float) -> None:
    """A band of ribbing around the neckline."""
    inner = torso.neck_curve
    outer = [
        (x + width * 0.75 * (x / torso.neck), y + width * (1 - 0.55 * x / torso.neck))
        for x, y in inner
    ]
    end = (torso.neck + width * 0.82, torso.top + width * 0.32)
    if torso.neckline == "v":
        outer = [
            (0.0, inner[0][1] + width * 1.35),
            (inner[1][0] + width * 0.75, inner[1][1] + width * 0.5),
        ]
        shape = mirrored(inner[:1], inner[1:], [end], [*outer[::-1][:-1]], outer[:1])
    else:
        outer[-1] = end
        shape = mirrored(inner, [end], [*outer[::-1][1:]])
    ribbing = cloth if cloth.weave in ("leather", "satin") else cloth.plain().woven("rib")
    canvas.piece(shape, ribbing, edge=3.2, cast=0.55, puff=0.8)
    canvas.stitches(_below(torso, width + 6), darker(cloth.colour, 0.3), 1.4, strength=0.6)


def _below(torso: Torso, drop: float) -> Outline:
    knots = torso.neck_curve
    right = [
        (x * (1 + drop / torso.neck * 0.7), y + drop * (1 - 0.6 * x / torso.neck)) for x, y in knots
    ]
    if torso.neckline == "v":
        right[0] = (0.0, knots[0][1] + drop * 1.35)
        half = curve(*right)
        return np.vstack([flip(half)[::-1], half[1:]])
    left = [(-x, y) for x, y in right[:0:-1]]
    return curve(*left, *right)


def _roll_neck(canvas: Canvas, cloth: Cloth, torso: Torso, height: float) -> None:
    x, top = torso.neck, torso.top
    back = mirrored(
        [(0.0, top - height), (x * 0.6, top - height + 2), (x * 0.92, top - height + 9)],
        [(x, top + 10)],
        [(0.0, top + 30)],
    )
    ribbed = cloth.plain().woven(
        "wide-rib" if cloth.weave in ("chunky", "cable", "knit") else "rib"
    )
    canvas.piece(back, ribbed, tone=0.72, cast=0.4)
    front = mirrored(
        [(0.0, top - height + 24), (x * 0.6, top - height + 19), (x * 0.94, top - height + 6)],
        [(x + 12, top - height * 0.4), (x + 10, top + 18)],
        [(x * 0.62, top + 48), (0.0, top + 58)],
    )
    canvas.piece(front, ribbed, edge=6, cast=1.0)
    if height > 70:
        return
    canvas.seam(curve((-x, top - 8), (0, top + 14), (x, top - 8)), 0.2)


def _henley(canvas: Canvas, look: Look, torso: Torso, length: float) -> None:
    top = torso.top + torso.depth
    strip = rounded(-19, top + 2, 19, top + length, 3)
    canvas.piece(strip, look.trim.plain(), edge=3, cast=0.6, puff=0.5)
    canvas.stitches(np.array([[-14, top + 8], [-14, top + length - 5]]), look.thread, 1.5)
    canvas.stitches(np.array([[14, top + 8], [14, top + length - 5]]), look.thread, 1.5)
    places = [(0.0, top + 26 + i * (length - 46) / 2) for i in range(3)]
    trims.buttons(canvas, places, 9, look.button)


def _kangaroo(canvas: Canvas, look: Look, torso: Torso, rib: float) -> None:
    bottom = torso.hem - rib + 6
    shape = mirrored(
        [(0.0, bottom - 190), (92.0, bottom - 190)],
        [(126, bottom - 118), (152.0, bottom - 92)],
        [(152.0, bottom)],
        [(0.0, bottom + 8)],
    )
    canvas.piece(shape, look.cloth, puff=0.6, edge=4, cast=0.7)
    edge = curve((92, bottom - 190), (126, bottom - 118), (152, bottom - 92))
    canvas.stitches(both(edge + (-9, 4)), look.thread, 1.7)
    canvas.stitches(np.array([[-90, bottom - 181], [90, bottom - 181]]), look.thread, 1.7)


def _hood_back(canvas: Canvas, look: Look, torso: Torso) -> None:
    x, top = torso.neck, torso.top
    shape = mirrored(
        [(0.0, top - 118), (x * 0.9, top - 104), (x + 44, top - 30), (x + 26, top + 44)],
        [(0.0, top + 90)],
    )
    canvas.piece(shape, look.cloth, puff=1.2, tone=0.9)
    canvas.seam(np.array([[0, top - 116], [0, top + 40]]), 0.35)


def _hood_front(canvas: Canvas, look: Look, torso: Torso) -> None:
    x, top, deep = torso.neck, torso.top, torso.top + torso.depth
    lapel = outline(
        [(4.0, deep + 34), (x * 0.55, deep - 6), (x * 0.86, top + 30), (x * 0.8, top - 52)],
        [(x + 34, top - 62), (x + 46, top + 6), (x + 14, top + 62)],
        [(x * 0.62, deep + 34), (4.0, deep + 58)],
    )
    canvas.piece([lapel, flip(lapel)], look.cloth, puff=1.1, edge=6)
    inner = curve((7, deep + 38), (x * 0.58, deep), (x * 0.9, top + 34), (x * 0.86, top - 48))
    canvas.stitches(both(inner + (9, 3)), look.thread, 1.7)
    trims.snaps(canvas, [(-26, deep + 36), (26, deep + 36)], 6, look.metal)
    trims.drawstring(canvas, 0, deep + 38, 150, look.trim.colour)


def _button_front(canvas: Canvas, look: Look, torso: Torso, top: Top) -> None:
    """A cardigan's front: two bands of ribbing meeting in the middle, with buttons."""
    start = torso.top + torso.depth
    band = np.array([[0.0, start + 2], [0.0, torso.hem + torso.dip - 3]])
    ribbing = look.trim.plain().woven("rib")
    canvas.piece(ribbon(band, 46), ribbing, edge=4, cast=0.6, puff=0.7)
    canvas.seam(band + (-22, 0), 0.2)
    count = 5 if torso.length < 720 else 6
    heights = np.linspace(start + 26, torso.hem - 24, count)
    trims.buttons(canvas, [(0.0, float(y)) for y in heights], 12, look.button)
    for side in (-1, 1):
        if top.pocket:
            x = side * 112 - 52
            trims.patch_pocket(
                canvas, x, torso.hem - top.rib - 150, 104, 128, look.cloth, look.thread, point=0
            )


# Placement prints


def _sun(canvas: Canvas, look: Look, torso: Torso) -> None:
    """A sun over three waves."""
    y = torso.top + 265
    canvas.flat(ellipse(0, y, 74, 74, 180, 360), look.trim.colour, 0.94)
    for row in range(3):
        xs = np.linspace(-104, 104, 60)
        wave = np.column_stack([xs, y + 22 + row * 25 + 7 * np.sin(xs / 15 + row)])
        canvas.line(wave, look.trim.colour, 9, 0.94)


def _mountain(canvas: Canvas, look: Look, torso: Torso) -> None:
    """Two peaks in a ring."""
    y = torso.top + 275
    canvas.line(ellipse(0, y, 92, 92), look.trim.colour, 7, 0.94)
    peaks = np.array([[-78, y + 46], [-26, y - 44], [2, y + 4], [28, y - 22], [78, y + 46]])
    canvas.flat(peaks, look.trim.colour, 0.94)


_PRINTS = {
    "sun": _sun,
    "mountain": _mountain,
}

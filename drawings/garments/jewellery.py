"""Small precious things: watches, sunglasses, necklaces, earrings, rings and bracelets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians, sin
from typing import Annotated

import numpy as np

from drawings.canvas import Canvas
from drawings.fabrics import Cloth, Paint, rgb_of
from drawings.garments import trims
from drawings.light import Fold
from drawings.look import OFF_WHITE, Look, darker, lighter
from drawings.outlines import (
    Outline,
    Point,
    beside,
    both,
    curve,
    ellipse,
    evenly,
    flip,
    mirrored,
    outline,
    ribbon,
    rounded,
    shift,
    turn,
)


@dataclass(frozen=True)
class Jewel:
    """One model of jewellery, glasses or watch and what varies within it."""

    model: Annotated[str, _MODELS]
    square: bool = False
    links: bool = False
    size: float = 1.0


def draw_jewel(canvas: Canvas, look: Look, jewel: Jewel) -> None:
    """Lay the piece down."""
    _MODELS[jewel.model](canvas, look, jewel)


def _metal(look: Look) -> Cloth:
    return Cloth(look.metal, "metal")


# Watches


def _watch(canvas: Canvas, look: Look, jewel: Jewel) -> None:
    for half in (1, -1):
        _watch_strap(canvas, look, jewel, half)
    x, y = 0.0, 600.0
    lugs = [
        rounded(sx * 62 - 15, y + sy * 150 - 36, sx * 62 + 15, y + sy * 150 + 36, 8)
        for sx in (-1, 1)
        for sy in (-1, 1)
    ]
    canvas.piece(lugs, _metal(look), edge=6, cast=0.6)
    canvas.piece(rounded(150, y - 20, 178, y + 20, 6), _metal(look), edge=5, cast=0.6)
    case = rounded(-146, y - 162, 146, y + 162, 54) if jewel.square else ellipse(x, y, 158, 158)
    canvas.piece(case, _metal(look), edge=14, cast=1.2, reach=12)
    face = rounded(-116, y - 132, 116, y + 132, 40) if jewel.square else ellipse(x, y, 130, 130)
    if look.back:
        canvas.piece(face, _metal(look), edge=5, cast=0.3, tone=0.94)
        canvas.line(ellipse(x, y, 96, 96), darker(look.metal, 0.4), 3, 0.5)
        return
    canvas.piece(face, Cloth(look.stone, "satin"), edge=5, cast=0.4, puff=-0.5)
    _dial(canvas, look, jewel, x, y)
    canvas.glow(turn(rounded(x - 150, y - 86, x + 30, y - 46, 18), -38, (x, y)), 0.16, 10)


def _dial(canvas: Canvas, look: Look, jewel: Jewel, x: float, y: float) -> None:
    ink: Paint = OFF_WHITE if sum(rgb_of(look.stone)) < 330 else (44, 42, 44)
    marks = []
    for hour in range(12):
        angle = radians(hour * 30)
        inner = 96 if hour % 3 else 86
        tall = 1.14 if jewel.square else 1.0
        marks.append(
            np.array(
                [
                    [x + inner * sin(angle), y - inner * tall * cos(angle)],
                    [x + 112 * sin(angle), y - 112 * tall * cos(angle)],
                ]
            )
        )
    canvas.line(marks[::3], ink, 8)
    canvas.line([mark for i, mark in enumerate(marks) if i % 3], ink, 4)
    hands = [
        ribbon(np.array([[x, y], [x - 50, y - 34]]), 11, 7),
        ribbon(np.array([[x, y], [x + 44, y - 76]]), 8, 5),
    ]
    canvas.piece(hands, Cloth(ink, "metal"), edge=2, cast=0.7)
    canvas.line(np.array([[x - 12, y - 22], [x + 40, y + 84]]), look.trim.colour, 3)
    canvas.piece(ellipse(x, y, 9, 9), _metal(look), edge=3, cast=0.6)
    canvas.line(ellipse(x, y + 46, 20, 20), ink, 2, 0.35)


def _watch_strap(canvas: Canvas, look: Look, jewel: Jewel, half: int) -> None:
    end = 600 + half * 470
    start = 600 + half * 130
    line = np.column_stack([np.zeros(24), np.linspace(start, end, 24)])
    if jewel.links:
        _bracelet_links(canvas, look, start, end)
        return
    width, last = 124.0, 96.0
    shape = ribbon(line, width, last)
    tip = ellipse(0, end, last / 2, last / 2.4)
    canvas.piece([shape, tip] if half > 0 else shape, look.cloth, edge=7, cast=0.5)
    edges = [beside(line, 48) * [0.88, 1], beside(line, -48) * [0.88, 1]]
    canvas.stitches(edges, look.thread, 2.6, 11)
    if half > 0:
        holes = [ellipse(0, start + 130 + i * 44, 7, 9) for i in range(4)]
        canvas.flat(holes, darker(look.cloth.colour, 0.75))
        return
    for y in (end + 92, end + 140):
        canvas.piece(rounded(-62, y - 13, 62, y + 13, 6), look.cloth, edge=5, cast=0.9)
    trims.buckle(canvas, 0, end, 126, 86, look.metal, 14, 90)


def _bracelet_links(canvas: Canvas, look: Look, start: float, end: float) -> None:
    steps = np.arange(min(start, end), max(start, end), 34)
    bright, dull = _metal(look), Cloth(darker(look.metal, 0.12), "metal")
    sides = [rounded(x, y, x + 36, y + 31, 6) for y in steps for x in (-58.0, 22.0)]
    middles = [rounded(-20, y + 14, 20, y + 45, 6) for y in steps]
    canvas.piece(sides, dull, edge=6, cast=0.6)
    canvas.piece(middles, bright, edge=6, cast=0.6)


# Sunglasses


def _lens(jewel: Jewel, look: Look) -> Outline:
    return {
        "round": ellipse(196, 600, 142, 138),
        "aviator": outline(
            [
                (60, 520),
                (200, 500),
                (336, 530),
                (346, 620),
                (280, 730),
                (170, 744),
                (80, 660),
                (60, 520),
            ]
        ),
        "cat-eye": outline(
            [(60, 560), (140, 522), (260, 500), (376, 462)],
            [(370, 580), (310, 690), (190, 712), (80, 660), (60, 560)],
        ),
        "square": rounded(50, 494, 346, 710, 54),
        "wayfarer": outline(
            [(50, 540), (130, 506), (260, 500), (366, 504)],
            [(350, 620), (290, 702), (190, 716), (90, 690), (58, 620), (50, 540)],
        ),
    }[jewel.model.removeprefix("glasses-")]


def _glasses(canvas: Canvas, look: Look, jewel: Jewel) -> None:
    lens = _lens(jewel, look)
    thin = jewel.model in ("glasses-aviator", "glasses-round")
    bar = 15.0 if thin else 30.0
    frame = _metal(look) if thin else look.cloth
    for side in (-1, 1):
        arm = curve(
            (side * 372, 560), (side * 384, 470), (side * 330, 400), (side * 180, 376 + side * 14)
        )
        canvas.piece(ribbon(arm, 16 if thin else 26, 14), frame, edge=5, tone=0.9)
    glass = [lens, flip(lens)]
    canvas.piece(glass, Cloth(look.stone, "smooth-glass"), edge=4, puff=0.5, cast=0.5)
    canvas.glow(both(shift(lens * [0.9, 0.4] + (20, 380), 0, 20)), -0.10, 30)
    shine = turn(rounded(120, 520, 158, 700, 18), 28, (140, 600))
    canvas.glow([shine, shift(shine, -392, 0)], 0.28, 10)
    bridge = curve((-76, 560), (0, 536), (76, 560))
    canvas.piece(ribbon(bridge, bar * 0.9), frame, edge=5)
    if jewel.model == "glasses-aviator":
        canvas.piece(ribbon(curve((-120, 508), (0, 498), (120, 508)), 12), frame, edge=4)
    cuts = [_shrunk(each, bar) for each in glass]
    outers = [_shrunk(each, -bar) for each in glass]
    canvas.piece(outers, frame, cut=cuts, edge=7, reach=7, cast=0.9)
    hinge = [rounded(s * 356 - 12, 536, s * 356 + 12, 552, 4) for s in (-1, 1)]
    canvas.piece(hinge, _metal(look), edge=3, cast=0.5)


def _shrunk(line: Outline, by: float) -> Outline:
    """The outline drawn in by half of that distance towards its middle."""
    middle = (line.max(axis=0) + line.min(axis=0)) / 2
    size = (line.max(axis=0) - line.min(axis=0)) / 2
    result: Outline = middle + (line - middle) * (1 - by / 2 / size)
    return result


# Jewellery


def _gem(canvas: Canvas, x: float, y: float, radius: float, paint: Paint) -> None:
    """A faceted stone."""
    canvas.piece(ellipse(x, y, radius, radius), Cloth(paint, "patent"), edge=radius * 0.3, cast=0.6)
    table = [
        (x + radius * 0.58 * cos(radians(a)), y + radius * 0.58 * sin(radians(a)))
        for a in range(0, 360, 45)
    ]
    canvas.flat(np.array(table), lighter(paint, 0.35), 0.55)
    rays = [np.array([[px, py], [x + (px - x) * 1.65, y + (py - y) * 1.65]]) for px, py in table]
    canvas.line(rays, lighter(paint, 0.6), 2, 0.5)
    canvas.flat(
        ellipse(x - radius * 0.28, y - radius * 0.3, radius * 0.2, radius * 0.14),
        (255, 255, 255),
        0.85,
    )


def _beads(canvas: Canvas, line: Outline, radius: float, paint: Paint) -> None:
    places = evenly(line, radius * 1.96)
    canvas.piece(
        [ellipse(float(x), float(y), radius, radius) for x, y in places],
        Cloth(paint, "patent"),
        edge=radius * 0.5,
        cast=0.7,
        reach=radius * 0.5,
    )
    shine = [
        ellipse(float(x) - radius * 0.3, float(y) - radius * 0.34, radius * 0.2, radius * 0.16)
        for x, y in places
    ]
    canvas.flat(shine, (255, 255, 255), 0.75)


def _necklace_line(drop: float = 860.0) -> Outline:
    return curve(
        (0, 300),
        (-150, 320),
        (-250, 440),
        (-214, 640),
        (-130, 790),
        (0, drop),
        (130, 790),
        (214, 640),
        (250, 440),
        (150, 320),
        (0, 300),
    )


def _fine_chain(canvas: Canvas, line: Outline, look: Look, size: float = 7.0) -> None:
    places = evenly(line, size * 1.5)
    links = [
        ellipse(float(x), float(y), size * (1.0 if i % 2 else 0.6), size * (0.6 if i % 2 else 1.0))
        for i, (x, y) in enumerate(places)
    ]
    canvas.piece(links, _metal(look), edge=3, cast=0.6, reach=3)


def _clasp(canvas: Canvas, look: Look) -> None:
    trims.ring(canvas, 0, 300, 14, 14, 5, look.metal)


def _pendant(canvas: Canvas, look: Look, jewel: Jewel) -> None:
    _fine_chain(canvas, _necklace_line(), look)
    _clasp(canvas, look)
    trims.ring(canvas, 0, 868, 12, 14, 5, look.metal)
    if jewel.square:
        disc = ellipse(0, 930, 56, 56)
        canvas.piece(disc, _metal(look), edge=7)
        canvas.line(ellipse(0, 930, 42, 42), darker(look.metal, 0.35), 3, 0.6)
        rays = [
            np.array([[0 + 12 * cos(a), 930 + 12 * sin(a)], [32 * cos(a), 930 + 32 * sin(a)]])
            for a in np.linspace(0, 2 * np.pi, 13)[:-1]
        ]
        canvas.line(rays, darker(look.metal, 0.4), 3, 0.6)
        return
    drop = outline([(0, 876), (44, 944), (40, 988), (0, 1010), (-40, 988), (-44, 944), (0, 876)])
    canvas.piece(drop, _metal(look), edge=6)
    _gem(canvas, 0, 952, 32, look.stone)


def _bead_necklace(canvas: Canvas, look: Look, jewel: Jewel) -> None:
    _beads(canvas, _necklace_line(880), 17 * jewel.size, look.stone)
    canvas.piece(rounded(-26, 288, 26, 314, 10), _metal(look), edge=6, cast=0.8)


def _heavy_chain(canvas: Canvas, look: Look, jewel: Jewel) -> None:
    line = evenly(_necklace_line(870), 30 * jewel.size)
    links, holes = [], []
    for (x, y), (next_x, next_y) in pairwise(line):
        degrees = float(np.degrees(np.arctan2(next_y - y, next_x - x)))
        middle: Point = (float(x + next_x) / 2, float(y + next_y) / 2)
        links.append(turn(ellipse(*middle, 22 * jewel.size, 13 * jewel.size), degrees, middle))
        holes.append(turn(ellipse(*middle, 13 * jewel.size, 5 * jewel.size), degrees, middle))
    canvas.piece(links, _metal(look), cut=holes, edge=6, reach=6)
    canvas.piece(links[::2], _metal(look), cut=holes[::2], edge=6, reach=6, cast=0.8)


def _hoops(canvas: Canvas, look: Look, jewel: Jewel) -> None:
    radius = 150 * jewel.size
    for side in (-1, 1):
        x, y = side * 195.0, 600.0 + side * 14
        ring = ellipse(x, y, radius, radius * 1.04)
        hole = ellipse(x - 2, y - 4, radius - 26, radius * 1.04 - 26)
        canvas.piece(ring, _metal(look), cut=[hole], edge=10, reach=10)
        canvas.piece(ellipse(x, y - radius * 1.04 + 12, 15, 15), _metal(look), edge=5, cast=0.8)


def _drops(canvas: Canvas, look: Look, jewel: Jewel) -> None:
    for side in (-1, 1):
        x = side * 130.0
        hook = curve((x - 26, 430), (x - 22, 352), (x + 10, 338), (x + 22, 390), (x, 440))
        canvas.piece(ribbon(hook, 9), _metal(look), edge=4)
        _gem(canvas, x, 470, 34, lighter(look.stone, 0.2))
        trims.ring(canvas, x, 516, 13, 14, 5, look.metal)
        drop = outline(
            [
                (x, 528),
                (x + 62, 650),
                (x + 56, 730),
                (x, 768),
                (x - 56, 730),
                (x - 62, 650),
                (x, 528),
            ]
        )
        canvas.piece(drop, _metal(look), edge=9)
        inner = outline(
            [
                (x, 574),
                (x + 42, 660),
                (x + 38, 716),
                (x, 742),
                (x - 38, 716),
                (x - 42, 660),
                (x, 574),
            ]
        )
        canvas.piece(inner, Cloth(look.stone, "patent"), edge=9, cast=0.3)
        canvas.flat(turn(ellipse(x - 14, 640, 8, 26), 16, (x - 14, 640)), (255, 255, 255), 0.55)


def _studs(canvas: Canvas, look: Look, jewel: Jewel) -> None:
    for side in (-1, 1):
        x, y = side * 150.0, 600.0 - side * 10
        canvas.piece(ellipse(x, y, 96, 96), _metal(look), edge=12)
        _gem(canvas, x, y, 74, look.stone)


def _ring_(canvas: Canvas, look: Look, jewel: Jewel) -> None:
    band = ellipse(0, 690, 216, 222)
    canvas.piece(band, _metal(look), cut=[ellipse(0, 684, 176, 180)], edge=13, reach=12)
    canvas.piece(
        ellipse(0, 684, 182, 188),
        _metal(look),
        cut=[ellipse(0, 696, 176, 180)],
        edge=4,
        tone=0.7,
        cast=0,
        reach=5,
    )
    if jewel.square:
        canvas.piece(
            mirrored([(0.0, 396), (96.0, 404)], [(112.0, 500), (120.0, 520)], [(0.0, 486)]),
            _metal(look),
            edge=10,
        )
        return
    setting = mirrored([(0.0, 470), (54.0, 470)], [(70.0, 410)], [(0.0, 402)])
    canvas.piece(setting, _metal(look), edge=7)
    _gem(canvas, 0, 398, 74, look.stone)
    for x in (-54, 54):
        canvas.piece(ellipse(x, 360, 11, 13), _metal(look), edge=4, cast=0.6)
        canvas.piece(ellipse(x, 440, 11, 13), _metal(look), edge=4, cast=0.6)


def _bangle(canvas: Canvas, look: Look, jewel: Jewel) -> None:
    for index in range(3):
        y = 520.0 + index * 66
        tilt = (-7, 3, -2)[index]
        ring = turn(ellipse(0, y, 330, 210), tilt, (0, y))
        hole = turn(ellipse(0, y - 3, 298, 180), tilt, (0, y))
        material = Cloth(look.stone, "patent") if index == 1 else _metal(look)
        canvas.piece(ring, material, cut=[hole], edge=10, reach=9)


def _bead_bracelet(canvas: Canvas, look: Look, jewel: Jewel) -> None:
    _beads(canvas, ellipse(0, 600, 290, 250), 34 * jewel.size, look.stone)
    angle = radians(70)
    canvas.piece(
        ellipse(290 * cos(angle), 600 + 250 * sin(angle), 36, 36), _metal(look), edge=10, cast=0.9
    )


def _brooch(canvas: Canvas, look: Look, jewel: Jewel) -> None:
    petals = [turn(ellipse(0, 470, 84, 130), 60.0 * i, (0, 600)) for i in range(6)]
    for petal in petals:
        canvas.piece(
            petal, Cloth(look.stone, "patent"), edge=9, cast=0.7, folds=[Fold(petal[:18], 0.3, 20)]
        )
        canvas.line(np.vstack([petal, petal[:1]]), look.metal, 7)
    canvas.piece(ellipse(0, 600, 66, 66), _metal(look), edge=10)
    _beads(canvas, ellipse(0, 600, 36, 36), 13, OFF_WHITE)


_MODELS: dict[str, Callable[[Canvas, Look, Jewel], None]] = {
    "watch": _watch,
    "glasses-round": _glasses,
    "glasses-aviator": _glasses,
    "glasses-cat-eye": _glasses,
    "glasses-square": _glasses,
    "glasses-wayfarer": _glasses,
    "pendant": _pendant,
    "beads": _bead_necklace,
    "chain": _heavy_chain,
    "hoops": _hoops,
    "drops": _drops,
    "studs": _studs,
    "ring": _ring_,
    "bangle": _bangle,
    "bead-bracelet": _bead_bracelet,
    "brooch": _brooch,
}

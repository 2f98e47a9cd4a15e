"""Hats, scarves and belts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
    curve,
    ellipse,
    mirrored,
    outline,
    ribbon,
    rounded,
    turn,
)


@dataclass(frozen=True)
class Accessory:
    """One model of hat, scarf or belt and what varies within it."""

    model: Annotated[str, _MODELS]
    pompom: bool = False
    fringe: bool = False
    wide: float = 1.0
    plaited: bool = False


def draw_accessory(canvas: Canvas, look: Look, accessory: Accessory) -> None:
    """Lay the accessory down."""
    _MODELS[accessory.model](canvas, look, accessory)


# Hats


def _cap(canvas: Canvas, look: Look, hat: Accessory) -> None:
    crown = outline(
        [(-270, 690), (-276, 520), (-170, 380), (0, 340), (170, 380), (276, 520), (270, 690)],
        [(140, 716), (0, 722), (-140, 716), (-270, 690)],
    )
    folds = [Fold(curve((-180, 640), (-210, 540), (-150, 440)), 0.4, 40)]
    if look.back:
        canvas.piece(crown, look.cloth, edge=6, folds=folds)
        gap = outline(
            [(-92, 712), (-84, 630), (0, 596), (84, 630), (92, 712)], [(0, 722), (-92, 712)]
        )
        canvas.piece(gap, look.cloth.plain(), tone=0.5, edge=3, puff=0.4)
        canvas.piece(ribbon(curve((-96, 692), (0, 706), (96, 692)), 30), look.cloth, edge=4)
        trims.buckle(canvas, 26, 702, 36, 36, look.metal, 6)
    else:
        canvas.piece(crown, look.cloth, edge=6, folds=folds)
    for line in (
        curve((0, 344), (-110, 470), (-130, 708)),
        curve((0, 344), (110, 470), (130, 708)),
    ):
        canvas.seam(line, 0.3)
        canvas.stitches([beside(line, 8), beside(line, -8)], look.thread, 1.6)
    holes = [ellipse(x, y, 6, 6) for x, y in ((-56, 470), (56, 470), (-200, 500), (200, 500))]
    canvas.piece(holes, Cloth(darker(look.cloth.colour, 0.5), "rib"), edge=2, cast=0)
    canvas.piece(ellipse(0, 344, 20, 12), look.trim, edge=4, cast=0.7)
    if look.back:
        return
    brim = mirrored(
        [(0.0, 668), (150.0, 680), (264.0, 694)],
        [(330, 770), (300, 838), (160, 866), (0.0, 872)],
    )
    canvas.piece(brim, look.trim, edge=7, cast=1.2, puff=1.3)
    for inset in (0.92, 0.82, 0.72, 0.62):
        row = curve(
            (-300 * inset, 700 + 118 * inset),
            (0, 716 + 142 * inset),
            (300 * inset, 700 + 118 * inset),
        )
        canvas.stitches(row, look.thread, 1.6)
    patch = rounded(-52, 552, 52, 622, 8)
    canvas.piece(patch, look.trim, edge=3, cast=0.5)
    canvas.line(np.array([[-30, 600], [0, 568], [30, 600]]), look.thread, 5, 0.9)


def _beanie(canvas: Canvas, look: Look, hat: Accessory) -> None:
    if hat.pompom:
        rng = np.random.default_rng(6)
        around = np.linspace(0, 2 * np.pi, 27)
        far = 82 + np.append(wool := rng.normal(0, 4, 26), wool[0])
        puff = np.column_stack([far * np.cos(around), 268 + far * np.sin(around)])
        puff = curve(*map(tuple, puff.tolist()))
        canvas.piece(puff, look.trim.plain().woven("teddy"), edge=9, puff=1.5)
    crown = mirrored(
        [(0.0, 316), (110.0, 330), (216.0, 430), (250.0, 600), (258.0, 740)],
        [(130.0, 760), (0.0, 766)],
    )
    folds = [
        Fold(curve((x * 0.12, 330), (x * 0.75, 440), (x, 700)), d, 26)
        for x, d in ((-200, -0.5), (-120, 0.5), (-50, -0.4), (40, 0.4), (120, -0.5), (200, 0.4))
    ]
    canvas.piece(crown, look.cloth, edge=8, folds=folds, puff=1.2)
    cuff = mirrored(
        [(0.0, 704), (140.0, 698), (264.0, 676)],
        [(274.0, 760), (268.0, 832)],
        [(140.0, 858), (0.0, 864)],
    )
    canvas.piece(cuff, look.trim.plain().woven("wide-rib"), edge=9, cast=1.1, puff=1.2)
    if not look.back:
        tag = rounded(110, 752, 172, 806, 4)
        canvas.piece(tag, Cloth((150, 104, 66), "leather"), edge=3, cast=0.6)


def _bucket_hat(canvas: Canvas, look: Look, hat: Accessory) -> None:
    brim = mirrored(
        [(0.0, 600), (240.0, 610)],
        [(330.0, 700), (380.0, 800)],
        [(300.0, 862), (140.0, 892), (0.0, 898)],
    )
    canvas.piece(
        brim,
        look.cloth,
        edge=7,
        puff=1.2,
        folds=[
            Fold(curve((-150, 680), (-190, 760), (-220, 850)), 0.5, 44),
            Fold(curve((120, 690), (150, 780), (170, 870)), -0.5, 44),
        ],
    )
    for row in range(5):
        t = 0.25 + row * 0.17
        line = curve(
            (-(244 + 130 * t), 634 + 190 * t),
            (-150, 676 + 200 * t),
            (0, 690 + 200 * t),
            (150, 676 + 200 * t),
            (244 + 130 * t, 634 + 190 * t),
        )
        canvas.stitches(line, look.thread, 1.7)
    crown = mirrored(
        [(0.0, 352), (130.0, 358), (206.0, 396), (248.0, 640)], [(140.0, 690), (0.0, 702)]
    )
    canvas.piece(crown, look.cloth, edge=7, cast=1.0)
    top = curve((-206, 400), (-110, 440), (0, 450), (110, 440), (206, 400))
    canvas.seam(top, 0.35)
    canvas.stitches([top + (0, 9)], look.thread, 1.7)
    if look.trim.colour != look.cloth.colour:
        band = ribbon(curve((-242, 620), (-140, 668), (0, 680), (140, 668), (242, 620)), 34)
        canvas.piece(band, look.trim, edge=3, cast=0.5, over=True)


def _brimmed(canvas: Canvas, look: Look, hat: Accessory) -> None:
    """A felt or straw hat with a wide brim and a pinched crown."""
    wide = 400 * hat.wide
    canvas.piece(
        ellipse(0, 740, wide, 128),
        look.cloth,
        edge=8,
        puff=1.1,
        folds=[Fold(curve((-wide * 0.9, 760), (-wide * 0.5, 836), (0, 850)), 0.5, 50)],
    )
    canvas.stitches(ellipse(0, 740, wide - 14, 116), look.thread, 1.6)
    crown = mirrored(
        [(0.0, 452), (70.0, 428), (150.0, 440), (192.0, 520), (222.0, 730)],
        [(120.0, 776), (0.0, 786)],
    )
    folds = [
        Fold(curve((-20, 460), (-6, 540), (0, 600)), -1.2, 46),
        Fold(curve((-120, 470), (-100, 560), (-110, 640)), 0.7, 50),
        Fold(curve((110, 470), (96, 550), (100, 620)), -0.7, 46),
    ]
    canvas.piece(crown, look.cloth, edge=8, folds=folds, cast=1.2, puff=1.2)
    band = outline(
        [(-212, 660), (-110, 708), (0, 718), (110, 708), (212, 660)],
        [(223, 730)],
        [(120, 776), (0, 787), (-120, 776), (-223, 730)],
        [(-212, 660)],
    )
    canvas.piece(band, look.trim, edge=4, cast=0.6)
    if not look.back:
        bow = rounded(150, 668, 196, 752, 8)
        canvas.piece(turn(bow, 8, (170, 710)), look.trim, edge=5, cast=0.8)


def _beret(canvas: Canvas, look: Look, hat: Accessory) -> None:
    stalk = ribbon(curve((20, 420), (26, 392), (40, 372)), 14)
    canvas.piece(stalk, look.cloth, edge=4)
    crown = outline(
        [
            (-250, 760),
            (-360, 690),
            (-372, 580),
            (-270, 470),
            (-40, 410),
            (200, 430),
            (350, 530),
            (372, 640),
            (290, 730),
            (220, 770),
        ],
        [(0, 800), (-250, 760)],
    )
    folds = [
        Fold(curve((-330, 600), (-240, 540), (-120, 520)), 0.6, 60),
        Fold(curve((330, 620), (240, 690), (160, 720)), -0.7, 50),
        Fold(curve((-60, 740), (60, 700), (200, 690)), 0.5, 40),
    ]
    canvas.piece(crown, look.cloth, edge=9, puff=1.4, folds=folds)
    band = outline(
        [(-252, 752), (0, 790), (222, 762)], [(224, 806)], [(0, 838), (-246, 798)], [(-252, 752)]
    )
    canvas.piece(band, look.trim, edge=5, cast=0.8)


# Scarves


def _fringe(canvas: Canvas, look: Look, left: float, right: float, y: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    threads = []
    for x in np.arange(left + 5, right - 2, 11):
        drop = 62 + rng.uniform(-6, 8)
        threads.append(
            ribbon(
                curve(
                    (x, y - 6),
                    (x + rng.uniform(-5, 5), y + drop / 2),
                    (x + rng.uniform(-7, 7), y + drop),
                ),
                8,
                4,
            )
        )
    canvas.piece(threads, look.cloth.plain().woven("wool"), edge=3, cast=0.5, reach=3)


def _long_scarf(canvas: Canvas, look: Look, scarf: Accessory) -> None:
    """Folded in half and draped: two tails hanging from a fold."""
    width = 190 * scarf.wide
    bottoms = (1010.0, 930.0)
    if look.back:
        _folded_scarf(canvas, look, scarf)
        return
    for left, bottom, seed in ((-width - 20, bottoms[1], 3), (16.0, bottoms[0], 4)):
        right = left + width
        inner = left > 0
        tail = outline(
            [(left + (30 if inner else -6), 330), (left + 8, 560), (left, bottom)],
            [(right, bottom + (6 if inner else -4))],
            [(right - 4, 600), (right + (6 if inner else -30), 330)],
            [((left + right) / 2, 300), (left + (30 if inner else -6), 330)],
        )
        folds = [
            Fold(
                curve(
                    (left + width * s, 330),
                    (left + width * s + 8, 600),
                    (left + width * (s + 0.06), bottom - 40),
                ),
                d,
                26,
            )
            for s, d in ((0.22, 0.6), (0.42, -0.7), (0.62, 0.5), (0.82, -0.6))
        ]
        if scarf.fringe:
            _fringe(canvas, look, left, right, bottom, look.seed + seed)
        canvas.piece(tail, look.cloth, edge=6, folds=folds, grain=2 if inner else -2)
    wrap = outline(
        [(-230, 340), (-236, 250), (-130, 176), (0, 160), (130, 176), (236, 250), (230, 340)],
        [(150, 430), (0, 462), (-150, 430), (-230, 340)],
    )
    folds = [
        Fold(
            curve((-216, 250 + d), (-100, 330 + d), (0, 350 + d), (100, 330 + d), (216, 250 + d)),
            h,
            26,
        )
        for d, h in ((0, 0.7), (36, -0.9), (72, 0.8), (-44, -0.7))
    ]
    canvas.piece(
        wrap, look.cloth, cut=[ellipse(0, 236, 118, 44)], edge=8, folds=folds, puff=1.2, cast=1.1
    )


def _folded_scarf(canvas: Canvas, look: Look, scarf: Accessory) -> None:
    for index, (top, bottom) in enumerate(((280.0, 900.0), (300.0, 760.0))):
        half = 235.0 - 6 * index
        if scarf.fringe:
            _fringe(canvas, look, -half, half, bottom, look.seed + index)
        sheet = rounded(-half, top, half, bottom, 14)
        canvas.piece(
            sheet,
            look.cloth,
            edge=8,
            cast=1.0,
            folds=[
                Fold(
                    curve(
                        (-half * 0.3, top + 60),
                        (-half * 0.2, top + 240),
                        (-half * 0.4, bottom - 30),
                    ),
                    0.4,
                    50,
                )
            ],
        )


def _silk_square(canvas: Canvas, look: Look, scarf: Accessory) -> None:
    """A silk square, one corner folded over."""
    square = turn(rounded(-310, 290, 310, 910, 5), 4, (0, 600))
    folds = [
        Fold(curve((-260, 360 + d), (0, 480 + d), (270, 380 + d)), h, 60)
        for d, h in ((0, 0.5), (130, -0.5), (280, 0.5), (400, -0.4))
    ]
    canvas.piece(square, look.cloth, edge=4, folds=folds, grain=-4)
    inset = turn(rounded(-282, 318, 282, 882, 4), 4, (0, 600))
    canvas.line(np.vstack([inset, inset[:1]]), look.trim.colour, 26, 0.95)
    inset = turn(rounded(-250, 350, 250, 850, 4), 4, (0, 600))
    canvas.line(np.vstack([inset, inset[:1]]), darker(look.trim.colour, 0.3), 4, 0.9)
    canvas.glow([ribbon(fold.line, 46) for fold in folds[::2]], 0.1, 20)
    if look.back:
        return
    corner = outline([(330, 640), (338, 912)], [(60, 896)], [(150, 800), (250, 720), (330, 640)])
    canvas.piece(corner, look.trim, edge=5, cast=1.3, tone=0.92)


def _snood(canvas: Canvas, look: Look, scarf: Accessory) -> None:
    ring = outline(
        [
            (-330, 560),
            (-300, 400),
            (-150, 310),
            (0, 296),
            (150, 310),
            (300, 400),
            (330, 560),
            (310, 740),
            (180, 850),
            (0, 880),
            (-180, 850),
            (-310, 740),
            (-330, 560),
        ],
    )
    folds = [
        Fold(
            curve((-300, 480 + d), (-190, 690 + d), (0, 744 + d), (190, 690 + d), (300, 480 + d)),
            h,
            40,
        )
        for d, h in ((-60, 0.8), (0, -0.9), (60, 0.8), (112, -0.7))
    ]
    hole = ellipse(0, 450, 196, 96)
    canvas.piece(hole, look.cloth, tone=0.58, edge=0, puff=0.4)
    canvas.piece(ring, look.cloth, cut=[hole], edge=10, folds=folds, puff=1.4)


# Belts


def _belt(canvas: Canvas, look: Look, belt: Accessory) -> None:
    """Buckled and laid as a loop, the buckle in front."""
    width = 62 * belt.wide
    back = ellipse(0, 560, 380, 170, 180, 360)
    canvas.piece(ribbon(back, width), look.cloth, tone=0.82, edge=5, puff=0.5)
    front = ellipse(0, 560, 380, 190, 180, 0)
    canvas.piece(ribbon(front, width), look.cloth, edge=5, cast=1.0, puff=0.5)
    if belt.plaited:
        _plait(canvas, front, width, look)
    else:
        canvas.stitches(
            [beside(front, width / 2 - 8), beside(front, 8 - width / 2)], look.thread, 2
        )
    tail = ellipse(0, 560, 382, 192, 96, 48)
    canvas.piece(ribbon(tail, width * 0.97), look.cloth, edge=5, cast=0.9)
    if not belt.plaited:
        spots = [(382 * np.cos(a), 560 + 192 * np.sin(a)) for a in np.radians([78, 71, 64, 57])]
        canvas.flat(
            [ellipse(float(x), float(y), 6, 6) for x, y in spots], darker(look.cloth.colour, 0.75)
        )
    angle = np.radians(66)
    keeper = np.array([[380 * np.cos(angle), 560 + 190 * np.sin(angle)]])[0]
    loop = rounded(
        keeper[0] - 13, keeper[1] - width * 0.62, keeper[0] + 13, keeper[1] + width * 0.62, 5
    )
    canvas.piece(
        turn(loop, -12, (float(keeper[0]), float(keeper[1]))), look.cloth, edge=5, cast=0.9
    )
    trims.buckle(canvas, -20, 752, width * 1.45, width * 1.55, look.metal, 12)


def _plait(canvas: Canvas, line: Outline, width: float, look: Look) -> None:
    dark = darker(look.cloth.colour, 0.55)
    marks = []
    for index, (x, y) in enumerate(line[1:-1]):
        lean = 0.35 if index % 2 else -0.35
        marks.append(
            np.array([[x - width * lean, y - width * 0.42], [x + width * lean, y + width * 0.42]])
        )
    canvas.line(marks, dark, 4, 0.55)
    canvas.line([mark + (4, 2) for mark in marks], (255, 255, 255), 2, 0.12)
    canvas.seam([beside(line, width * 0.17), beside(line, -width * 0.17)], 0.3)


def _flat_belt(canvas: Canvas, look: Look, belt: Accessory) -> None:
    """Folded double: the tail runs back under the buckle's half."""
    width = 66 * belt.wide
    path = curve(
        (250, 720), (-180, 712), (-330, 690), (-372, 630), (-330, 566), (-180, 540), (300, 520)
    )
    canvas.piece(ribbon(path, width), look.cloth, edge=5, puff=0.5)
    if belt.plaited:
        _plait(canvas, path, width, look)
    else:
        canvas.stitches([beside(path, width / 2 - 8), beside(path, 8 - width / 2)], look.thread, 2)
        spots = [ellipse(60.0 + 46 * i, 717, 6, 6) for i in range(4)]
        canvas.flat(spots, darker(look.cloth.colour, 0.75))
    canvas.piece(ellipse(250, 720, width * 0.42, width / 2), look.cloth, edge=5, cast=0.3)
    loop = rounded(236, 522 - width * 0.6, 262, 522 + width * 0.6, 5)
    canvas.piece(loop, look.cloth, edge=5, cast=0.9)
    trims.buckle(canvas, 330, 518, width * 1.4, width * 1.5, look.metal, 12)


_MODELS: dict[str, Callable[[Canvas, Look, Accessory], None]] = {
    "cap": _cap,
    "beanie": _beanie,
    "bucket-hat": _bucket_hat,
    "brimmed": _brimmed,
    "beret": _beret,
    "long-scarf": _long_scarf,
    "silk-square": _silk_square,
    "snood": _snood,
    "belt": _belt,
    "flat-belt": _flat_belt,
}

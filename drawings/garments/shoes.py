"""Shoes, seen from the side with the toe to the left: sneakers, boots, loafers, heels, sandals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from drawings.canvas import Canvas
from drawings.fabrics import Cloth, Paint
from drawings.garments import trims
from drawings.light import Fold
from drawings.look import GUM, OFF_WHITE, Look, darker, lighter
from drawings.outlines import Outline, Point, beside, curve, ellipse, outline, ribbon, rounded


@dataclass(frozen=True)
class Shoe:
    """One model of shoe: the function that draws it and what varies within the model."""

    model: Annotated[str, _MODELS]
    sole: Paint = OFF_WHITE
    heel: float = 60.0
    shaft: float = 0.0
    strap: bool = False
    pointed: bool = False


def draw_shoes(canvas: Canvas, look: Look, shoe: Shoe) -> None:
    """Lay down a pair, the far shoe behind; from the other side, a single shoe."""
    draw = _MODELS[shoe.model]
    if not look.back:
        with canvas.moved(78, -118 if shoe.shaft < 300 else -60):
            draw(canvas, replace(look, seed=look.seed + 3), shoe)
    draw(canvas, look, shoe)


def _lining(look: Look) -> Cloth:
    return Cloth(darker(look.trim.colour, 0.25), "jersey")


# Sneakers


def _low_upper() -> Outline:
    return outline(
        [(-392, 742), (-394, 686), (-348, 630), (-236, 598), (-120, 560), (-34, 500), (44, 430)],
        [(92, 420), (112, 452), (170, 490), (250, 476), (322, 418)],
        [(352, 416), (356, 500), (346, 600), (354, 742)],
        [(0, 748), (-392, 742)],
    )


def _cup_sole(canvas: Canvas, shoe: Shoe, thick: float = 62.0) -> None:
    sole = outline(
        [(-400, 732), (-200, 734), (60, 726), (362, 716)],
        [(372, 716 + thick * 0.6), (358, 728 + thick)],
        [(0, 734 + thick), (-340, 736 + thick)],
        [(-404, 718 + thick), (-412, 756), (-400, 732)],
    )
    canvas.piece(sole, Cloth(shoe.sole, "rubber"), edge=7, cast=0.8, reach=14)
    groove = curve((-402, 752), (-200, 752), (60, 745), (364, 734))
    canvas.stitches(groove, darker(shoe.sole, 0.3), 2.2, 9, 0.7)
    canvas.line(groove + (0, thick * 0.52), darker(shoe.sole, 0.25), 2.5, 0.5)


def _eyelets(count: int, start: Point, end: Point) -> list[Point]:
    xs, ys = np.linspace(start[0], end[0], count), np.linspace(start[1], end[1], count)
    return [(float(x), float(y)) for x, y in zip(xs, ys, strict=True)]


def _lace_up(
    canvas: Canvas,
    count: int,
    start: Point,
    end: Point,
    paint: Paint,
    reach: float = 46,
    metal: Paint = (120, 120, 122),
) -> None:
    """Laces from eyelets over the edge of the tongue, and a bow at the top."""
    near = _eyelets(count, start, end)
    far = [(x - reach * 0.86, y - reach * 0.46) for x, y in near]
    trims.snaps(canvas, near, 8, metal)
    trims.laces(canvas, near, far, paint, 14)
    x, y = far[-1]
    loop = curve(
        (x + 16, y + 8), (x + 54, y - 34), (x + 92, y - 6), (x + 62, y + 26), (x + 18, y + 12)
    )
    trims.cord(canvas, loop, 10, paint, "fine-knit")
    trims.cord(
        canvas, curve((x + 14, y + 8), (x + 44, y + 56), (x + 40, y + 104)), 10, paint, "fine-knit"
    )
    canvas.piece(ellipse(x + 16, y + 10, 13, 11), Cloth(paint, "fine-knit"), edge=4, cast=0.8)


def _tongue(canvas: Canvas, cloth: Cloth, lift: float = 0.0) -> None:
    shape = outline(
        [(-150, 560), (-70, 490), (0, 410), (34, 362 - lift)],
        [(64, 340 - lift), (112, 352 - lift), (122, 384 - lift)],
        [(96, 470), (20, 560), (-60, 610)],
    )
    canvas.piece(shape, cloth, edge=6, cast=0.5)


def _opening(canvas: Canvas, look: Look) -> None:
    shape = outline(
        [(60, 440), (130, 420), (240, 414), (336, 414)],
        [(320, 470), (200, 520), (100, 500), (60, 440)],
    )
    canvas.piece(shape, _lining(look), tone=0.7, edge=4, puff=0.5)


def _court(canvas: Canvas, look: Look, shoe: Shoe) -> None:
    _opening(canvas, look)
    _tongue(canvas, look.cloth)
    folds = [
        Fold(curve((-250, 610), (-232, 660), (-250, 700)), -0.5, 16),
        Fold(curve((-200, 592), (-182, 650), (-204, 700)), -0.4, 16),
    ]
    canvas.piece(_low_upper(), look.cloth, edge=5, folds=folds)
    _toe_line(canvas, look)
    stay = outline(
        [(-150, 584), (-70, 530), (44, 430)],
        [(92, 420), (112, 458)],
        [(60, 560), (0, 620)],
        [(-90, 634), (-150, 584)],
    )
    canvas.piece(stay, look.cloth, edge=4, cast=0.6)
    canvas.stitches(beside(curve((112, 462), (60, 560), (0, 618), (-90, 630)), 7), look.thread, 1.8)
    heel = outline(
        [(262, 470), (322, 418)],
        [(352, 416), (356, 500), (350, 590)],
        [(300, 600), (270, 540), (262, 470)],
    )
    canvas.piece(heel, look.trim, edge=4, cast=0.6)
    _side_mark(canvas, look)
    _lace_up(canvas, 6, (-82, 560), (66, 440), lighter(look.cloth.colour, 0.5))
    _cup_sole(canvas, shoe)


def _toe_line(canvas: Canvas, look: Look) -> None:
    cap = curve((-250, 610), (-214, 668), (-226, 736))
    canvas.seam(cap, 0.28)
    canvas.stitches(cap - (8, 0), look.thread, 1.8)
    holes = [
        ellipse(-312 + c * 22 + r * 9, 668 + r * 20 - c * 5, 3.6, 3)
        for r in range(3)
        for c in range(3)
    ]
    canvas.flat(holes, darker(look.cloth.colour, 0.6), 0.7)


def _side_mark(canvas: Canvas, look: Look) -> None:
    swing = outline(
        [(-60, 704), (60, 690), (180, 600), (226, 520)],
        [(250, 530)],
        [(214, 640), (90, 730), (-46, 728)],
        [(-60, 704)],
    )
    canvas.piece(swing, look.trim, edge=3, cast=0.5)


def _runner(canvas: Canvas, look: Look, shoe: Shoe) -> None:
    _opening(canvas, look)
    _tongue(canvas, look.trim, 10)
    mesh = look.cloth.woven("mesh")
    canvas.piece(_low_upper(), mesh, edge=5)
    toe = outline(
        [(-392, 742), (-386, 690), (-330, 634)],
        [(-296, 660), (-230, 690), (-150, 742)],
        [(-392, 742)],
    )
    mid = outline(
        [(-120, 742), (-60, 640), (-104, 566)],
        [(-40, 520), (60, 430)],
        [(100, 440), (60, 560), (90, 742)],
        [(30, 742), (20, 640)],
        [(-30, 742)],
    )
    heel = outline(
        [(196, 742), (210, 620), (292, 560), (346, 560)], [(346, 620), (354, 742)], [(196, 742)]
    )
    suede = Cloth(look.cloth.colour, "suede")
    canvas.piece([toe, heel], suede, edge=4, cast=0.6)
    canvas.piece(mid, look.trim.woven("suede"), edge=4, cast=0.6)
    tab = outline(
        [(286, 452), (322, 418)], [(356, 410), (366, 470)], [(356, 540)], [(318, 540), (286, 452)]
    )
    canvas.piece(tab, look.trim, edge=5, cast=0.6)
    _lace_up(canvas, 5, (-70, 552), (62, 442), OFF_WHITE)
    _wave_sole(canvas, look, shoe)


def _wave_sole(canvas: Canvas, look: Look, shoe: Shoe) -> None:
    midsole = outline(
        [(-412, 728), (-300, 742), (-120, 736), (60, 716), (240, 690), (368, 668)],
        [(404, 700), (396, 772), (372, 808)],
        [(200, 812), (-120, 816), (-330, 812)],
        [(-410, 782), (-412, 728)],
    )
    canvas.piece(midsole, Cloth(shoe.sole, "rubber"), edge=8, cast=0.8, reach=20)
    wave = curve((-380, 770), (-240, 784), (-60, 756), (120, 776), (300, 726), (388, 720))
    canvas.piece(ribbon(wave, 10, 20), look.trim.woven("rubber"), edge=3, cast=0.3, over=True)
    tread = [rounded(x, 802, x + 34, 822, 4) for x in np.arange(-350.0, 350.0, 44)]
    canvas.piece(tread, Cloth(darker(shoe.sole, 0.7), "rubber"), edge=3, cast=0)


def _high_top(canvas: Canvas, look: Look, shoe: Shoe) -> None:
    inside = outline([(92, 246), (180, 232), (336, 240)], [(322, 300), (200, 316), (92, 246)])
    canvas.piece(inside, _lining(look), tone=0.7, edge=4, puff=0.5)
    tongue = outline(
        [(-130, 560), (-50, 470), (10, 340), (56, 214)],
        [(100, 196), (142, 216)],
        [(120, 400), (20, 560), (-60, 610)],
    )
    canvas.piece(tongue, look.cloth, edge=5, cast=0.5)
    upper = outline(
        [
            (-392, 742),
            (-394, 690),
            (-346, 634),
            (-240, 602),
            (-130, 560),
            (-50, 480),
            (10, 372),
            (60, 262),
        ],
        [(150, 282), (250, 268), (346, 238)],
        [(352, 400), (338, 560), (354, 742)],
        [(0, 748), (-392, 742)],
    )
    canvas.piece(upper, look.cloth, edge=4)
    strip = np.array([[336, 246], [344, 420], [330, 560], [342, 738]])
    canvas.piece(ribbon(curve(*map(tuple, strip)), 24), look.cloth, edge=3, cast=0.5)
    canvas.stitches(curve((96, 290), (60, 440), (-20, 580), (-120, 640)), look.thread, 2)
    toe = outline(
        [(-400, 742), (-390, 684), (-330, 634), (-262, 622)],
        [(-222, 660), (-214, 742)],
        [(-400, 742)],
    )
    canvas.piece(toe, Cloth(shoe.sole, "rubber"), edge=6, cast=0.5)
    patch = ellipse(216, 372, 54, 54)
    canvas.piece(patch, look.trim, edge=3, cast=0.5)
    canvas.line(ellipse(216, 372, 40, 40), OFF_WHITE, 4, 0.9)
    _lace_up(canvas, 8, (-96, 566), (82, 276), OFF_WHITE, 44)
    _cup_sole(canvas, shoe)
    canvas.line(curve((-404, 758), (-200, 760), (60, 752), (366, 742)), look.trim.colour, 7, 0.9)


def _slip_on(canvas: Canvas, look: Look, shoe: Shoe) -> None:
    _slip_opening(canvas, look)
    upper = outline(
        [(-392, 742), (-384, 682), (-310, 628), (-190, 590), (-70, 540), (0, 500)],
        [(60, 494), (120, 540), (220, 548), (320, 476)],
        [(350, 470), (352, 580), (354, 742)],
        [(0, 748), (-392, 742)],
    )
    canvas.piece(upper, look.cloth, edge=5)
    gore = outline([(-6, 504), (60, 496)], [(86, 560), (60, 622)], [(6, 600), (-6, 504)])
    canvas.piece(gore, Cloth(darker(look.cloth.colour, 0.4), "rib"), edge=3, cast=0.4)
    canvas.stitches(curve((-80, 552), (-60, 620), (10, 690), (40, 738)), look.thread, 2)
    canvas.piece(
        ribbon(curve((66, 500), (126, 546), (222, 554), (322, 480)), 14),
        look.trim,
        edge=4,
        cast=0.4,
    )
    _cup_sole(canvas, shoe)


def _slip_opening(canvas: Canvas, look: Look) -> None:
    shape = outline(
        [(20, 502), (120, 478), (230, 468), (336, 470)],
        [(330, 520), (220, 584), (110, 570), (20, 502)],
    )
    canvas.piece(shape, _lining(look), tone=0.68, edge=4, puff=0.5)


# Boots


def _boot_sole(canvas: Canvas, shoe: Shoe, lugged: bool = False) -> None:
    paint = shoe.sole
    welt = outline(
        [(-404, 738), (-200, 746), (40, 742), (358, 738)],
        [(364, 760)],
        [(40, 766), (-200, 770), (-396, 764)],
        [(-404, 738)],
    )
    block = outline(
        [(190, 756), (362, 756)], [(366, 756 + shoe.heel)], [(196, 756 + shoe.heel)], [(190, 756)]
    )
    front = outline(
        [(-394, 758), (-100, 764), (196, 758)],
        [(190, 786), (-60, 796), (-340, 796)],
        [(-398, 776), (-394, 758)],
    )
    sole = Cloth(darker(paint, 0.25), "rubber")
    canvas.piece([block, front], sole, edge=5, cast=0.6, reach=12)
    if lugged:
        lugs = [rounded(x, 788, x + 26, 756 + shoe.heel, 4) for x in np.arange(-340.0, 180.0, 40)]
        canvas.piece(lugs, sole, edge=4, cast=0.4)
    canvas.piece(welt, Cloth(paint, "leather"), edge=5, cast=0.6)
    canvas.stitches(
        curve((-396, 748), (-200, 755), (40, 751), (354, 747)), lighter(paint, 0.4), 2.2
    )


def _ankle_folds() -> list[Fold]:
    return [
        Fold(curve((-80, 560), (0, 590), (90, 584)), -0.8, 22),
        Fold(curve((-60, 520), (30, 552), (120, 540)), -0.6, 22),
        Fold(curve((300, 520), (240, 560), (180, 566)), -0.5, 20),
        Fold(curve((-240, 640), (-214, 690), (-226, 730)), -0.5, 18),
        Fold(curve((-190, 620), (-164, 680), (-178, 730)), -0.4, 18),
    ]


def _boot_upper(shaft: float, toe: float = 0.0) -> Outline:
    top = 520 - shaft
    return outline(
        [
            (-392 - toe, 750),
            (-396 - toe, 690),
            (-340, 632),
            (-206, 596),
            (-96, 544),
            (-24, 450),
            (-6, top + 40),
            (2, top),
        ],
        [(160, top + 10), (330, top - 4)],
        [(342, top + 120), (322, 560), (338, 660), (354, 750)],
        [(0, 756), (-392 - toe, 750)],
    )


def _shaft_inside(canvas: Canvas, look: Look, shaft: float) -> None:
    top = 520 - shaft
    canvas.piece(ellipse(166, top + 2, 165, 24), _lining(look), tone=0.62, edge=4, puff=0.4)


def _chelsea(canvas: Canvas, look: Look, shoe: Shoe) -> None:
    _shaft_inside(canvas, look, 250)
    for x in (40.0, 300.0):
        tab = curve((x - 12, 290), (x - 10, 226), (x + 14, 226), (x + 14, 292))
        canvas.piece(ribbon(tab, 20), Cloth(look.trim.colour, "canvas"), edge=4, cast=0.5)
    canvas.piece(_boot_upper(250), look.cloth, edge=6, folds=_ankle_folds())
    gore = outline(
        [(84, 286), (240, 284)],
        [(232, 420), (196, 540)],
        [(160, 570), (126, 540)],
        [(92, 420), (84, 286)],
    )
    elastic = Cloth(darker(look.trim.colour, 0.1), "rib")
    canvas.piece(gore, elastic, edge=3, cast=0.4, puff=0.6)
    canvas.stitches(beside(np.vstack([gore[1:], gore[:1]]), -7), look.thread, 1.8)
    _boot_sole(canvas, shoe)


def _lace_boot(canvas: Canvas, look: Look, shoe: Shoe) -> None:
    _shaft_inside(canvas, look, 270)
    tongue = outline(
        [(-120, 560), (-60, 470), (-34, 330), (-20, 212)],
        [(30, 196), (72, 210)],
        [(70, 400), (0, 560), (-60, 600)],
    )
    canvas.piece(tongue, look.cloth, edge=6, cast=0.5)
    upper = outline(
        [
            (-392, 750),
            (-396, 690),
            (-340, 632),
            (-206, 596),
            (-110, 556),
            (-40, 470),
            (0, 360),
            (14, 252),
        ],
        [(160, 246), (334, 236)],
        [(344, 380), (322, 560), (338, 660), (354, 750)],
        [(0, 756), (-392, 750)],
    )
    canvas.piece(upper, look.cloth, edge=6, folds=_ankle_folds())
    canvas.piece(ribbon(curve((14, 262), (160, 256), (334, 246)), 34), look.trim, edge=6, cast=0.5)
    quarter = curve((120, 270), (90, 430), (20, 560), (-90, 640), (-80, 746))
    canvas.seam(quarter, 0.35)
    canvas.stitches([beside(quarter, 8), beside(quarter, 15)], look.thread, 2)
    cap = curve((-262, 620), (-228, 680), (-240, 748))
    canvas.seam(cap, 0.35)
    canvas.stitches(cap - (8, 0), look.thread, 2)
    heel = curve((330, 450), (250, 480), (226, 620), (236, 748))
    canvas.seam(heel, 0.3)
    canvas.stitches(heel - (8, 0), look.thread, 2)
    _lace_up(canvas, 8, (-84, 572), (44, 280), look.button, 42, look.metal)
    _boot_sole(canvas, shoe, lugged=True)


def _desert_boot(canvas: Canvas, look: Look, shoe: Shoe) -> None:
    _shaft_inside(canvas, look, 170)
    canvas.piece(
        outline(
            [(-130, 570), (-70, 480), (-20, 340)], [(40, 318), (90, 340)], [(60, 500), (-60, 610)]
        ),
        look.cloth,
        edge=5,
        cast=0.5,
    )
    canvas.piece(_boot_upper(170), look.cloth, edge=6, folds=_ankle_folds())
    quarter = curve((20, 352), (-10, 480), (-40, 600), (-60, 748))
    canvas.seam(quarter, 0.35)
    canvas.stitches(beside(quarter, 8), look.thread, 2)
    _lace_up(canvas, 3, (16, 500), (46, 394), look.button, 52)
    _boot_sole(canvas, replace(shoe, heel=40))


def _heeled_boot(canvas: Canvas, look: Look, shoe: Shoe) -> None:
    top = 470.0 - shoe.shaft
    canvas.piece(ellipse(176, top + 2, 140, 20), _lining(look), tone=0.62, edge=4, puff=0.4)
    upper = outline(
        [
            (-420, 780),
            (-400, 736),
            (-300, 672),
            (-190, 606),
            (-90, 530),
            (0, 440),
            (34, top + 60),
            (38, top),
        ],
        [(170, top + 8), (314, top - 4)],
        [(330, top + 140), (308, 470), (330, 560), (332, 640)],
        [(200, 660), (60, 730), (-100, 788), (-420, 788)],
        [(-420, 780)],
    )
    folds = [
        Fold(line + (20, -50), depth, width)
        for line, depth, width in ((f.line, f.depth, f.width) for f in _ankle_folds()[:3])
    ]
    canvas.piece(upper, look.cloth, edge=6, folds=folds)
    canvas.seam(np.array([[190, top + 8], [186, 470]]), 0.25)
    if shoe.shaft < 300:
        trims.zipper(
            canvas,
            curve((206, top + 20), (204, 400), (176, 560)),
            look.metal,
            darker(look.cloth.colour, 0.3),
            width=11,
        )
    _high_heel(canvas, look, shoe, width=104)


def _high_heel(canvas: Canvas, look: Look, shoe: Shoe, width: float) -> None:
    """A sole that climbs to the heel, and the heel itself."""
    paint = darker(look.cloth.colour, 0.35)
    sole = outline(
        [(-424, 778), (-100, 784), (60, 726), (200, 656), (334, 632)],
        [(336, 648)],
        [(206, 674), (66, 746), (-90, 802), (-400, 804)],
        [(-424, 778)],
    )
    heel = outline(
        [(334 - width * 1.25, 664), (334, 634)],
        [(346, 700), (334, 804)],
        [(334 - width, 804)],
        [(334 - width * 1.05, 730), (334 - width * 1.25, 664)],
    )
    canvas.piece(heel, Cloth(shoe.sole, "leather"), edge=6, cast=0.5)
    canvas.piece(rounded(334 - width - 1, 796, 335, 808, 3), Cloth((40, 36, 36), "rubber"), edge=3)
    canvas.piece(sole, Cloth(paint, "leather"), edge=4, cast=0.6)


def _tall_boot(canvas: Canvas, look: Look, shoe: Shoe) -> None:
    top = 520 - shoe.shaft
    canvas.piece(ellipse(166, top + 2, 165, 24), _lining(look), tone=0.62, edge=4, puff=0.4)
    canvas.piece(_boot_upper(shoe.shaft), look.cloth, edge=6, folds=_ankle_folds())
    canvas.piece(
        ribbon(curve((2, top + 14), (160, top + 24), (331, top + 10)), 30),
        look.trim,
        edge=5,
        cast=0.4,
        over=True,
    )
    if shoe.strap:
        strap = ribbon(curve((6, top + 70), (160, top + 84), (338, top + 66)), 26)
        canvas.piece(strap, look.trim, edge=4, cast=0.7, over=True)
        trims.buckle(canvas, 250, top + 78, 50, 46, look.metal, 8)
    _boot_sole(canvas, shoe, lugged=True)


# Loafers, flats, heels and sandals


def _loafer(canvas: Canvas, look: Look, shoe: Shoe) -> None:
    _slip_opening(canvas, look)
    upper = outline(
        [(-396, 748), (-396, 692), (-334, 630), (-196, 582), (-80, 524), (-6, 476)],
        [(50, 470), (110, 536), (216, 560), (320, 500)],
        [(350, 494), (346, 600), (354, 748)],
        [(0, 756), (-396, 748)],
    )
    canvas.piece(upper, look.cloth, edge=6)
    apron = curve((-352, 690), (-250, 664), (-130, 632), (-20, 584))
    canvas.seam(apron, 0.4, 4)
    for x, y in apron[::4]:
        canvas.line(
            np.array([[x - 3, y - 9], [x + 4, y + 7]]), darker(look.cloth.colour, 0.45), 3, 0.7
        )
    saddle = outline(
        [(-120, 548), (-60, 512), (-6, 476)],
        [(50, 470)],
        [(64, 560), (40, 640), (60, 748)],
        [(-30, 750)],
        [(-60, 640), (-120, 548)],
    )
    canvas.piece(saddle, look.trim, edge=4, cast=0.6)
    canvas.stitches(curve((54, 490), (60, 560), (34, 640), (52, 744)), look.thread, 2)
    if shoe.strap:
        bit = curve((-58, 560), (-24, 548), (16, 556))
        canvas.piece(ribbon(bit, 15), Cloth(look.metal, "metal"), edge=5, cast=0.8)
        trims.ring(canvas, -58, 562, 20, 22, 8, look.metal)
        trims.ring(canvas, 16, 558, 20, 22, 8, look.metal)
    else:
        canvas.flat(rounded(-46, 548, 16, 562, 5), darker(look.trim.colour, 0.65), 0.9)
    _boot_sole(canvas, replace(shoe, heel=44))


def _ballet(canvas: Canvas, look: Look, shoe: Shoe) -> None:
    opening = outline(
        [(-190, 620), (0, 600), (200, 580), (338, 570)],
        [(320, 640), (80, 690), (-110, 676), (-190, 620)],
    )
    canvas.piece(opening, Cloth(OFF_WHITE, "leather"), tone=0.8, edge=4, puff=0.5)
    toe = -24.0 if shoe.pointed else 0.0
    upper = outline(
        [(-404 + toe, 768), (-396 + toe, 720), (-330, 664), (-240, 628), (-180, 618)],
        [(-120, 660), (40, 690), (230, 640), (330, 566)],
        [(352, 570), (350, 660), (356, 764)],
        [(0, 776), (-404 + toe, 768)],
    )
    canvas.piece(upper, look.cloth, edge=6)
    edge = curve((-180, 622), (-120, 664), (40, 694), (230, 644), (334, 570))
    canvas.piece(ribbon(edge, 11), look.trim, edge=4, cast=0.4)
    if shoe.strap:
        strap = curve((40, 692), (60, 600), (150, 560), (236, 572))
        canvas.piece(ribbon(strap, 20), look.cloth, edge=4, cast=0.8)
        trims.buckle(canvas, 70, 614, 30, 34, look.metal, 6, -40)
    else:
        for flare in (-1, 1):
            loop = ellipse(-196 + flare * 24, 622 - 4 * flare, 24, 13)
            canvas.piece(loop, look.trim, edge=4, cast=0.7)
        canvas.piece(ellipse(-196, 622, 9, 10), look.trim, edge=3, cast=0.6)
    sole = outline(
        [(-406, 762), (0, 770), (358, 758)],
        [(352, 790), (200, 790), (-100, 788), (-370, 788)],
        [(-406, 762)],
    )
    canvas.piece(sole, Cloth(shoe.sole, "rubber"), edge=4, cast=0.6)


def _pump(canvas: Canvas, look: Look, shoe: Shoe) -> None:
    opening = outline(
        [(-220, 650), (0, 560), (200, 470), (326, 450)],
        [(300, 540), (100, 640), (-130, 700), (-220, 650)],
    )
    canvas.piece(opening, Cloth(OFF_WHITE, "leather"), tone=0.8, edge=4, puff=0.5)
    toe = -36.0 if shoe.pointed else 0.0
    upper = outline(
        [(-420 + toe, 786), (-400 + toe, 744), (-330, 690), (-250, 652), (-206, 646)],
        [(-150, 690), (0, 676), (180, 560), (318, 448)],
        [(342, 450), (330, 540), (336, 640)],
        [(200, 664), (60, 732), (-100, 792), (-420 + toe, 792)],
        [(-420 + toe, 786)],
    )
    canvas.piece(upper, look.cloth, edge=6)
    edge = curve((-206, 650), (-150, 694), (0, 680), (180, 564), (320, 452))
    canvas.seam(edge + (0, 5), 0.2)
    if shoe.strap:
        strap = curve((20, 676), (60, 560), (150, 484), (280, 492))
        canvas.piece(ribbon(strap, 20), look.cloth, edge=4, cast=0.8)
        trims.buckle(canvas, 70, 560, 30, 34, look.metal, 6, -50)
    _high_heel(canvas, look, shoe, width=shoe.heel)


def _heeled_sandal(canvas: Canvas, look: Look, shoe: Shoe) -> None:
    insole = outline(
        [(-420, 764), (-260, 752), (-90, 748), (60, 690), (200, 620), (338, 596)],
        [(340, 632)],
        [(200, 660), (60, 730), (-100, 790), (-420, 790)],
        [(-420, 764)],
    )
    canvas.piece(insole, Cloth(darker(GUM, 0.1), "leather"), edge=5)
    heel_cup = outline(
        [(206, 624), (250, 540), (318, 440)], [(344, 440), (334, 540), (338, 640)], [(206, 656)]
    )
    canvas.piece(heel_cup, look.cloth, edge=5, cast=0.6)
    toe_strap = outline(
        [(-350, 770), (-330, 690), (-250, 650), (-170, 662)],
        [(-120, 700), (-104, 770)],
        [(-350, 786)],
    )
    canvas.piece(toe_strap, look.cloth, edge=6, cast=0.8)
    ankle = curve((326, 462), (250, 416), (130, 414), (60, 450), (120, 492), (250, 490), (326, 474))
    canvas.piece(ribbon(ankle, 22), look.cloth, edge=4, cast=0.7)
    trims.buckle(canvas, 196, 490, 34, 38, look.metal, 7)
    _high_heel(canvas, look, shoe, width=shoe.heel)


def _slide(canvas: Canvas, look: Look, shoe: Shoe) -> None:
    bed = outline(
        [(-410, 748), (-200, 740), (60, 724), (250, 716), (362, 700)],
        [(376, 740), (366, 800)],
        [(0, 806), (-360, 806)],
        [(-420, 786), (-410, 748)],
    )
    canvas.piece(bed, Cloth(shoe.sole, "rubber"), edge=8, reach=20)
    canvas.line(curve((-414, 778), (0, 772), (370, 752)), darker(shoe.sole, 0.35), 3, 0.6)
    for left, right, lift in (
        ((-330, -120, 0.0), (-60, 110, -16.0)) if shoe.strap else ((-320, 60, 0.0),)
    ):
        mid = (left + right) / 2
        band = outline(
            [
                (left, 766 + lift),
                (left + 16, 690 + lift),
                (left + 80, 628 + lift),
                (mid, 606 + lift),
            ],
            [(mid + 50, 602 + lift), (right + 6, 640 + lift), (right + 26, 756 + lift)],
            [(mid, 770 + lift), (left, 766 + lift)],
        )
        canvas.piece(band, look.cloth, edge=7, cast=0.8)
        canvas.stitches(
            beside(
                curve(
                    (left + 6, 752 + lift),
                    (left + 22, 692 + lift),
                    (left + 84, 632 + lift),
                    (mid, 612 + lift),
                ),
                9,
            ),
            look.thread,
            2,
        )
        if shoe.strap:
            trims.buckle(canvas, mid + 16, 660 + lift, 52, 58, look.metal, 9, 20)


def _espadrille(canvas: Canvas, look: Look, shoe: Shoe) -> None:
    _ballet_body = outline(
        [(-404, 740), (-392, 680), (-300, 622), (-190, 600), (-150, 600)],
        [(-80, 650), (60, 672), (230, 600), (326, 520)],
        [(350, 522), (350, 620), (356, 736)],
        [(0, 744), (-404, 740)],
    )
    opening = outline(
        [(-160, 604), (0, 570), (200, 540), (334, 524)],
        [(320, 600), (80, 670), (-90, 656), (-160, 604)],
    )
    canvas.piece(opening, Cloth(OFF_WHITE, "canvas"), tone=0.8, edge=4, puff=0.5)
    canvas.piece(_ballet_body, look.cloth, edge=5)
    toe = curve((-396, 706), (-330, 672), (-240, 668), (-200, 738))
    canvas.stitches(toe, look.trim.colour, 3, 10)
    if shoe.strap:
        for line in (
            curve((300, 530), (210, 420), (90, 400), (40, 440), (130, 474), (280, 470), (330, 528)),
            curve((60, 450), (20, 500), (10, 540)),
        ):
            canvas.piece(ribbon(line, 18), look.trim, edge=4, cast=0.6)
    lift = shoe.heel
    sole = outline(
        [(-408, 730), (0, 734), (200, 728), (362, 718)],
        [(372, 770), (364, 744 + lift)],
        [(100, 750 + lift), (-340, 790 + lift * 0.1)],
        [(-410, 776), (-408, 730)],
    )
    canvas.piece(sole, Cloth((205, 172, 118), "rope"), edge=6, cast=0.6, reach=16)
    for at in np.arange(752, 740 + lift, 17):
        share = min(1.0, (at - 735) / max(lift, 1))
        canvas.line(
            curve((-404 + share * 60, at), (0, at + 4), (366, at - 12)), (120, 88, 50), 3, 0.5
        )


_MODELS: dict[str, Callable[[Canvas, Look, Shoe], None]] = {
    "court": _court,
    "runner": _runner,
    "high-top": _high_top,
    "slip-on": _slip_on,
    "chelsea": _chelsea,
    "lace-boot": _lace_boot,
    "desert": _desert_boot,
    "heeled-boot": _heeled_boot,
    "tall-boot": _tall_boot,
    "loafer": _loafer,
    "ballet": _ballet,
    "pump": _pump,
    "sandal": _heeled_sandal,
    "slide": _slide,
    "espadrille": _espadrille,
}

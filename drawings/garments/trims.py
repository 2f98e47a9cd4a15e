"""Small parts that many garments share: buttons, zips, pockets, labels, ribbing, laces, buckles."""

from collections.abc import Sequence

import numpy as np

from drawings.canvas import Canvas
from drawings.fabrics import Cloth, Paint
from drawings.look import OFF_WHITE, darker, lighter
from drawings.outlines import (
    Outline,
    Point,
    beside,
    curve,
    ellipse,
    evenly,
    outline,
    ribbon,
    rounded,
    turn,
)


def buttons(canvas: Canvas, places: Sequence[Point], radius: float, paint: Paint) -> None:
    """Round four-hole buttons."""
    disc = Cloth(paint, "rubber")
    canvas.piece([ellipse(x, y, radius, radius) for x, y in places], disc, edge=3.5, cast=0.7)
    canvas.flat([_ring(x, y, radius * 0.72) for x, y in places], darker(paint, 0.4), 0.4)
    hole = radius * 0.27
    holes = [
        ellipse(x + dx, y + dy, radius * 0.13, radius * 0.13)
        for x, y in places
        for dx in (-hole, hole)
        for dy in (-hole, hole)
    ]
    canvas.flat(holes, darker(paint, 0.7))


def snaps(canvas: Canvas, places: Sequence[Point], radius: float, paint: Paint) -> None:
    """Metal press studs or rivets."""
    metal = Cloth(paint, "metal")
    canvas.piece([ellipse(x, y, radius, radius) for x, y in places], metal, edge=4, cast=0.8)
    inner = radius * 0.5
    canvas.piece([ellipse(x, y, inner, inner) for x, y in places], metal, edge=3, cast=0.3)


def _ring(x: float, y: float, radius: float) -> Outline:
    return ribbon(ellipse(x, y, radius, radius), max(1.0, radius * 0.16))


def buttonholes(canvas: Canvas, places: Sequence[Point], length: float, paint: Paint) -> None:
    """Upright buttonholes."""
    marks = [np.array([[x, y - length / 2], [x, y + length / 2]]) for x, y in places]
    canvas.line(marks, paint, 2.6, 0.8)


def zipper(
    canvas: Canvas, line: Outline, metal: Paint, tape: Paint, pull: bool = True, width: float = 13
) -> None:
    """A zip along a line, its pull near the start."""
    canvas.piece(ribbon(line, width), Cloth(tape, "twill"), puff=0.4, edge=2, cast=0.5)
    teeth = evenly(line, 7.0)
    half = width * 0.26
    bars = [rounded(x - half, y - 1.7, x + half, y + 1.7, 1.2) for x, y in teeth]
    canvas.piece(bars, Cloth(metal, "metal"), edge=1.6, cast=0.4)
    if pull:
        x, y = line[0]
        slider = rounded(x - 8, y - 2, x + 8, y + 16, 4)
        tab = rounded(x - 5, y + 14, x + 5, y + 44, 4)
        canvas.piece([slider, tab], Cloth(metal, "metal"), edge=3, cast=0.9)


def label(canvas: Canvas, x: float, y: float, paint: Paint = OFF_WHITE, width: float = 46) -> None:
    """A woven label inside the neck."""
    canvas.piece(
        rounded(x - width / 2, y, x + width / 2, y + width * 0.52, 2),
        Cloth(paint, "poplin"),
        puff=0.5,
        edge=2,
        cast=0.5,
    )
    text = np.array([[x - width * 0.28, y + width * 0.26], [x + width * 0.28, y + width * 0.26]])
    canvas.line(text, darker(paint, 0.7), 3.0, 0.75)


def _pointed(x: float, y: float, width: float, height: float, point: float) -> Outline:
    """A pocket's outline from its top left corner; its tip hangs by `point`."""
    return outline(
        [(x, y), (x + width, y)],
        [(x + width, y + height - point)],
        [(x + width / 2, y + height)],
        [(x, y + height - point)],
        [(x, y)],
    )


def patch_pocket(
    canvas: Canvas,
    x: float,
    y: float,
    width: float,
    height: float,
    cloth: Cloth,
    thread: Paint,
    point: float = 16.0,
    tilt: float = 0.0,
    double: bool = False,
) -> None:
    """A pocket sewn on, its top left corner at (x, y); `point` is how far its tip hangs."""
    shape = _pointed(x, y, width, height, point)
    middle = (x + width / 2, y + height / 2)
    shape = turn(shape, tilt, middle)
    canvas.piece(shape, cloth, puff=0.45, edge=3, cast=0.6, grain=tilt)
    around = shape[1:]
    canvas.stitches(beside(around, 6), thread, 1.8)
    if double:
        canvas.stitches(beside(around, 12), thread, 1.8)
    top = turn(np.array([[x + 3, y + 15], [x + width - 3, y + 15]]), tilt, middle)
    canvas.stitches(top, thread, 1.6)


def welt_pocket(canvas: Canvas, start: Point, end: Point, cloth: Cloth, height: float = 16) -> None:
    """A slit pocket with a bound edge."""
    line = np.array([start, end])
    canvas.seam(line + (0, height * 0.5), 0.45, 3)
    canvas.piece(ribbon(line, height), cloth, puff=0.5, edge=2.5, cast=0.6)


def slant_pocket(canvas: Canvas, line: Outline, thread: Paint) -> None:
    """A pocket opening: a pressed edge with a row of stitches beside it."""
    canvas.glow(ribbon(line, 9), -0.16, 4)
    canvas.seam(line, 0.5, 3)
    canvas.stitches(beside(line, 8), thread, 1.6)


def flap(
    canvas: Canvas,
    x: float,
    y: float,
    width: float,
    height: float,
    cloth: Cloth,
    thread: Paint,
    point: float = 10.0,
) -> None:
    """A pocket flap hanging from its top edge."""
    shape = _pointed(x, y, width, height, point)
    canvas.piece(shape, cloth, puff=0.5, edge=3.5, cast=0.8)
    canvas.stitches(beside(shape[1:], 6), thread, 1.6)


def cord(canvas: Canvas, line: Outline, width: float, paint: Paint, weave: str = "rib") -> None:
    """A round cord: a lace, a drawstring, a strap."""
    canvas.piece(ribbon(line, width), Cloth(paint, weave), puff=0.9, edge=width * 0.4, cast=0.8)


def laces(
    canvas: Canvas, left: Sequence[Point], right: Sequence[Point], paint: Paint, width: float = 9
) -> None:
    """Flat laces crossing from eyelet to eyelet."""
    for start, end in zip(left, right, strict=True):
        sag = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - 3)
        cord(canvas, curve(start, sag, end), width, paint, "fine-knit")


def buckle(
    canvas: Canvas,
    x: float,
    y: float,
    width: float,
    height: float,
    paint: Paint,
    bar: float = 8.0,
    tilt: float = 0.0,
) -> None:
    """A square frame buckle with its pin, around (x, y)."""
    outer = rounded(x - width / 2, y - height / 2, x + width / 2, y + height / 2, bar * 1.2)
    inner = rounded(
        x - width / 2 + bar,
        y - height / 2 + bar,
        x + width / 2 - bar,
        y + height / 2 - bar,
        bar * 0.6,
    )
    metal = Cloth(paint, "metal")
    canvas.piece(
        turn(outer, tilt, (x, y)),
        metal,
        cut=[turn(inner, tilt, (x, y))],
        edge=bar * 0.5,
        cast=0.9,
        reach=bar * 0.5,
    )
    pin = ribbon(np.array([[x - width / 2 + bar / 2, y], [x + width / 2, y]]), bar * 0.7)
    canvas.piece(turn(pin, tilt, (x, y)), metal, edge=bar * 0.4, cast=0.6)


def ring(
    canvas: Canvas, x: float, y: float, rx: float, ry: float, bar: float, paint: Paint
) -> None:
    """A metal ring seen flat: an eyelet, a hoop, a strap's D-ring."""
    canvas.piece(
        ellipse(x, y, rx, ry),
        Cloth(paint, "metal"),
        cut=[ellipse(x, y, rx - bar, ry - bar)],
        edge=bar * 0.5,
        cast=0.8,
        reach=bar * 0.6,
    )


def hem_stitch(canvas: Canvas, line: Outline, thread: Paint, double: bool = True) -> None:
    """The rows of stitches above a turned hem."""
    canvas.stitches(line, thread, 1.7)
    if double:
        canvas.stitches(line - (0, 7), thread, 1.7)


def drawstring(canvas: Canvas, x: float, y: float, length: float, paint: Paint) -> None:
    """Two cord ends hanging from eyelets either side of x."""
    tip = lighter(paint, 0.2)
    for side, drop in ((-1, length), (1, length * 0.93)):
        start = x + side * 26
        line = curve((start, y), (start + side * 7, y + drop * 0.5), (start + side * 2, y + drop))
        cord(canvas, line, 8, paint, "fine-knit")
        end = np.array([[start + side * 2, y + drop - 4], [start + side * 2, y + drop + 14]])
        cord(canvas, end, 9, tip, "metal")

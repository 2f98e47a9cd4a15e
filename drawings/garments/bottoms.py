"""Trousers, jeans, shorts and skirts: waistbands, flies, pockets, pleats and hems."""

from dataclasses import dataclass, field

import numpy as np

from drawings.canvas import Canvas
from drawings.fabrics import Cloth
from drawings.garments import trims
from drawings.garments.torso import Tube, tube_folds
from drawings.light import Fold
from drawings.look import Look, darker, lighter
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
class Legs:
    """Measurements of trousers, in board units; widths are half widths of the whole or one leg."""

    top: float = 120.0
    waist: float = 158.0
    hip: float = 196.0
    rise: float = 250.0
    length: float = 960.0
    spread: float = 66.0
    knee: float = 140.0
    hem: float = 120.0

    @property
    def bottom(self) -> float:
        """The height on the board of the hems."""
        return self.top + self.length

    def leg(self) -> Tube:
        """The right leg, from the waist down."""
        crotch = self.top + self.rise
        knee_y = crotch + (self.bottom - crotch) * 0.45
        knee_in = 10 + self.spread * 0.45
        hem_in = self.spread
        outer = curve(
            (self.waist, self.top),
            (self.hip, self.top + self.rise * 0.72),
            (knee_in + self.knee, knee_y),
            (hem_in + self.hem, self.bottom),
        )
        inner = curve(
            (0.0, self.top + 4),
            (0.0, crotch * 0.55 + self.top * 0.45),
            (2.0, crotch),
            (knee_in, knee_y),
            (hem_in, self.bottom),
        )
        return Tube(outer, inner)


@dataclass(frozen=True)
class Trousers:
    """Trousers, jeans or shorts and how they are finished."""

    legs: Legs = field(default_factory=Legs)
    jeans: bool = False
    pleats: bool = False
    crease: bool = False
    cargo: bool = False
    elastic: bool = False
    turnup: float = 0.0
    ribbed: float = 0.0
    faded: float = 0.0
    ripped: bool = False
    stripe: bool = False
    folds: float = 1.0


def draw_trousers(canvas: Canvas, look: Look, trousers: Trousers) -> None:
    """Lay the trousers down, seen from the front or the back."""
    legs = trousers.legs
    _inside_waist(canvas, look, legs)
    right = legs.leg()
    for index, tube in enumerate((right.mirrored(), right)):
        _leg(canvas, look, trousers, tube, look.seed + index)
    _middle_seam(canvas, look, trousers)
    if look.back:
        _back_pockets(canvas, look, trousers)
    else:
        _front_pockets(canvas, look, trousers)
    _waistband(canvas, look, trousers)
    if trousers.cargo:
        _cargo_pockets(canvas, look, trousers)


def _inside_waist(canvas: Canvas, look: Look, legs: Legs) -> None:
    shape = mirrored(
        [(0.0, legs.top - 16), (legs.waist - 6, legs.top - 6)],
        [(legs.waist - 2, legs.top + 14)],
        [(0.0, legs.top + 34)],
    )
    canvas.piece(shape, look.trim.plain(), tone=0.62, edge=2, puff=0.3)


def _leg(canvas: Canvas, look: Look, trousers: Trousers, tube: Tube, seed: int) -> None:
    folds = tube_folds(tube, seed, trousers.folds, 4 if trousers.legs.length > 600 else 2)
    folds += _crotch_folds(tube, trousers)
    if trousers.crease:
        folds += [Fold(tube.middle(0.12, 0.99, 0.48), 0.7, 10)]
    canvas.piece(tube.band(0, 1, 4), look.cloth, folds=folds, grain=tube.grain * 0.6, cast=0.7)
    if trousers.crease:
        canvas.seam(tube.middle(0.14, 0.995, 0.48), 0.14, 2)
    if trousers.faded:
        for start, end, lean in ((0.2, 0.5, 0.5), (0.56, 0.78, 0.5)):
            canvas.glow(ribbon(tube.middle(start, end, lean), 52), trousers.faded, 26)
    if trousers.stripe:
        canvas.piece(ribbon(tube.middle(0.02, 1, 0.06), 20), look.trim, edge=2, cast=0.3, over=True)
    if trousers.jeans:
        canvas.stitches(tube.middle(0.03, 1, 0.045), look.thread, 1.8)
    if trousers.ripped:
        _rips(canvas, tube, seed)
    _leg_hem(canvas, look, trousers, tube)


def _crotch_folds(tube: Tube, trousers: Trousers) -> list[Fold]:
    """Creases that run out from where the legs meet."""
    legs = trousers.legs
    side = 1.0 if tube.outer[0, 0] > 0 else -1.0
    y = legs.top + legs.rise
    folds = []
    for reach, rise, depth in ((120, 26, -0.5), (96, -26, 0.4), (128, 74, -0.35)):
        line = curve(
            (side * 6, y - 8), (side * reach * 0.5, y - rise * 0.4), (side * reach, y - rise)
        )
        folds.append(Fold(line, depth * trousers.folds, 20))
    return folds


def _leg_hem(canvas: Canvas, look: Look, trousers: Trousers, tube: Tube) -> None:
    length = trousers.legs.length
    if trousers.turnup:
        start = 1 - trousers.turnup / length
        cloth = look.cloth.dyed(lighter(look.cloth.colour, 0.38)) if trousers.jeans else look.cloth
        canvas.piece(tube.band(start, 1, 4), cloth, edge=5, cast=0.9, grain=tube.grain)
        return
    if trousers.ribbed:
        start = 1 - trousers.ribbed / length
        rib = look.trim.plain().woven("rib")
        canvas.piece(tube.band(start, 1, 4), rib, edge=4, cast=0.6, grain=tube.grain)
        canvas.seam(tube.across(start, 2), 0.3)
        return
    t = 1 - 22 / length
    canvas.stitches(tube.across(t, 3), look.thread, 2 if trousers.jeans else 1.5)


def _rips(canvas: Canvas, tube: Tube, seed: int) -> None:
    rng = np.random.default_rng(seed + 77)
    for t in (0.44 + rng.uniform(-0.03, 0.05), 0.6 + rng.uniform(-0.04, 0.04)):
        x, y = tube.middle(t, t + 0.01, 0.5)[0]
        rows = [
            (float(x + rng.uniform(-8, 8)), float(y + i * 7), float(rng.uniform(34, 52)))
            for i in range(5)
        ]
        holes = [ellipse(a, b, half, 5.5) for a, b, half in rows]
        canvas.piece(holes, Cloth((226, 226, 222), "denim"), edge=2, puff=0.3, cast=0, over=True)
        threads = [np.array([[a - half, b], [a + half, b + 1]]) for a, b, half in rows]
        canvas.line(threads, (150, 158, 170), 1.6, 0.8)


def _middle_seam(canvas: Canvas, look: Look, trousers: Trousers) -> None:
    legs = trousers.legs
    line = np.array([[0, legs.top + 20], [0, legs.top + legs.rise]])
    canvas.seam(line, 0.45, 3)
    if look.back or trousers.elastic:
        return
    fly = curve(
        (34, legs.top + 30), (34, legs.top + legs.rise * 0.58), (4, legs.top + legs.rise * 0.84)
    )
    canvas.stitches(fly, look.thread, 1.8)
    if trousers.jeans:
        canvas.stitches([fly - (7, 4), line + (6, 0)], look.thread, 1.8)


def _waistband(canvas: Canvas, look: Look, trousers: Trousers) -> None:
    legs = trousers.legs
    height = 48.0
    side = (legs.hip - legs.waist) * height / (legs.rise * 0.72) * 1.3
    half = outline(
        [(0.0, legs.top + 22), (legs.waist * 0.5, legs.top + 18), (legs.waist, legs.top)],
        [(legs.waist + side, legs.top + height)],
        [(legs.waist * 0.5, legs.top + height + 19), (0.0, legs.top + height + 22)],
    )
    band = np.vstack([half, flip(half)[::-1]])
    if look.back:
        band = band - (0, 0)
    cloth = look.cloth.plain().woven("rib") if trousers.elastic else look.cloth
    canvas.piece(band, cloth, edge=4, cast=0.7, puff=0.7)
    lower = curve(
        (-legs.waist - side + 4, legs.top + height - 7),
        (0, legs.top + height + 15),
        (legs.waist + side - 4, legs.top + height - 7),
    )
    upper = curve(
        (-legs.waist + 3, legs.top + 8), (0, legs.top + 30), (legs.waist - 3, legs.top + 8)
    )
    if trousers.elastic:
        if not look.back:
            trims.drawstring(canvas, 0, legs.top + 40, 120, look.trim.colour)
        return
    canvas.stitches([upper, lower], look.thread, 1.8 if trousers.jeans else 1.3)
    _belt_loops(canvas, look, legs)
    if look.back:
        if trousers.jeans:
            patch = rounded(54, legs.top + 22, 122, legs.top + 58, 3)
            canvas.piece(patch, Cloth((168, 118, 74), "leather"), edge=3, cast=0.5)
        return
    if trousers.jeans:
        trims.snaps(canvas, [(4.0, legs.top + 44)], 11, look.metal)
    else:
        trims.buttons(canvas, [(4.0, legs.top + 44)], 10, look.button)


def _belt_loops(canvas: Canvas, look: Look, legs: Legs) -> None:
    places = (0.0, 0.78) if look.back else (0.42, 0.84)
    for share in places:
        for side in (-1, 1) if share else (1,):
            x = side * legs.waist * share
            y = legs.top + 20 * (1 - share)
            loop = ribbon(np.array([[x, y - 4], [x + side * 2, y + 60]]), 15)
            canvas.piece(loop, look.cloth, edge=3, cast=0.9)


def _front_pockets(canvas: Canvas, look: Look, trousers: Trousers) -> None:
    legs = trousers.legs
    y = legs.top + 62
    if trousers.jeans:
        scoop = curve((legs.waist * 0.44, y), (legs.waist * 0.62, y + 66), (legs.hip - 12, y + 78))
        for line in both(scoop):
            canvas.seam(line, 0.45, 3)
        canvas.stitches(both(scoop + (-5, 6)) + both(scoop + (-10, 12)), look.thread, 1.8)
        trims.snaps(
            canvas,
            [
                (s * x, yy)
                for s in (-1, 1)
                for x, yy in ((legs.waist * 0.44 + 8, y + 8), (legs.hip - 22, y + 72))
            ],
            5,
            (190, 130, 80),
        )
        return
    slant = np.array([[legs.waist * 0.72, y - 2], [legs.hip - 5, y + 130]])
    for line in both(slant):
        trims.slant_pocket(canvas, line, look.thread)
    if trousers.pleats:
        for x in (0.34, 0.5):
            fold = np.array([[legs.waist * x, y - 2], [legs.waist * x + 6, y + 150]])
            canvas.glow([ribbon(line, 10) for line in both(fold)], -0.12, 5)
            canvas.seam(both(fold[:1] + (fold - fold[:1]) * 0.6), 0.35, 2.6)


def _back_pockets(canvas: Canvas, look: Look, trousers: Trousers) -> None:
    legs = trousers.legs
    y = legs.top + 112
    if not trousers.jeans:
        for side in (-1, 1):
            start, end = (side * 52.0, y + 18), (side * 142.0, y + 6)
            trims.welt_pocket(canvas, start, end, look.cloth, 13)
        if not trousers.elastic:
            trims.buttons(canvas, [(-97.0, y + 34), (97.0, y + 34)], 7, look.button)
        return
    yoke = np.array([[0, y - 6], [legs.hip - 12, y - 40]])
    canvas.seam(both(yoke), 0.4)
    canvas.stitches(both(yoke - (0, 7)), look.thread, 1.8)
    for side in (-1, 1):
        x = side * 100 - 54
        trims.patch_pocket(
            canvas, x, y + 10, 108, 122, look.cloth, look.thread, 20, side * -5, True
        )
        arc = curve((x + 14, y + 72), (x + 54, y + 92), (x + 94, y + 70))
        canvas.stitches([arc, arc + (0, 8)], look.thread, 1.6)


def _cargo_pockets(canvas: Canvas, look: Look, trousers: Trousers) -> None:
    legs = trousers.legs
    tube = legs.leg()
    t = 0.44 if legs.length > 600 else 0.6
    x, y = tube.middle(t, t + 0.01, 0.22)[0]
    for side in (-1, 1):
        left = side * float(x) - 52
        trims.patch_pocket(canvas, left, float(y), 104, 128, look.cloth, look.thread, 0, side * -3)
        trims.flap(canvas, left - 4, float(y) - 10, 112, 48, look.cloth, look.thread)
        trims.snaps(canvas, [(left + 52, float(y) + 24)], 7, look.metal)


@dataclass(frozen=True)
class Skirt:
    """A skirt. `pleats` counts pressed pleats, `gathers` soft ones, `tiers` the seams round it."""

    top: float = 190.0
    waist: float = 150.0
    hip: float = 210.0
    hem: float = 320.0
    length: float = 640.0
    pleats: int = 0
    gathers: int = 7
    tiers: int = 0
    wrap: bool = False
    pockets: bool = False
    denim: bool = False
    elastic: bool = False
    slit: bool = False
    band: float = 46.0

    def side(self) -> Outline:
        """The right edge from waist to hem."""
        return curve(
            (self.waist, self.top),
            (self.hip, self.top + min(190.0, self.length * 0.36)),
            ((self.hip + self.hem) / 2 + 4, self.top + self.length * 0.66),
            (self.hem, self.top + self.length - self.dip),
        )

    @property
    def dip(self) -> float:
        """How much lower the hem hangs in the middle."""
        return 14 + (self.hem - self.hip) * 0.16


def draw_skirt(canvas: Canvas, look: Look, skirt: Skirt) -> None:
    """Lay the skirt down, seen from the front or the back."""
    inside = mirrored(
        [(0.0, skirt.top - 14), (skirt.waist - 6, skirt.top - 5)],
        [(skirt.waist, skirt.top + 14)],
        [(0.0, skirt.top + 30)],
    )
    canvas.piece(inside, look.cloth.plain(), tone=0.62, edge=2, puff=0.3)
    lay_skirt(canvas, look, skirt)
    _skirt_band(canvas, look, skirt)
    if look.back:
        zip_ = np.array([[0, skirt.top + skirt.band + 14], [0, skirt.top + 210]])
        canvas.seam(zip_, 0.45, 3)
        return
    _skirt_front(canvas, look, skirt)


def lay_skirt(canvas: Canvas, look: Look, skirt: Skirt) -> None:
    """The skirt's cloth, without a waistband: dresses use it too."""
    shape = _skirt_shape(skirt)
    canvas.piece(shape, look.cloth, folds=_hanging(skirt, look.seed))
    bottom = skirt.top + skirt.length
    if skirt.pleats:
        canvas.seam(_pleat_lines(skirt), 0.3, 2.4)
    for tier in range(1, skirt.tiers + 1):
        y = skirt.top + skirt.length * tier / (skirt.tiers + 1)
        _tier_seam(canvas, look, skirt, y)
    if not skirt.pleats or skirt.length < 900:
        line = _across(skirt, bottom - skirt.dip - 20)
        canvas.stitches(line, look.thread, 1.5)


def _skirt_shape(skirt: Skirt) -> Outline:
    side = skirt.side()
    bottom = skirt.top + skirt.length
    xs = np.linspace(side[-1, 0], -side[-1, 0], 121)
    waves = max(skirt.gathers, skirt.pleats)
    ripple = 4.5 * np.sin(xs / skirt.hem * np.pi * waves) * (skirt.hem > 240)
    hem = np.column_stack([xs, bottom - skirt.dip * (xs / skirt.hem) ** 2 + ripple])
    top = curve((-skirt.waist, skirt.top), (0, skirt.top + 22), (skirt.waist, skirt.top))
    return np.vstack([top, side[1:], hem[1:-1], flip(side)[::-1][:-1]])


def _fan(skirt: Skirt, share: float, start: float = 0.02, end: float = 0.99) -> Outline:
    """A line from the waist to the hem at that share (-1 to 1) of the width."""
    side = skirt.side()
    points = side[int(start * (len(side) - 1)) : int(end * (len(side) - 1)) + 1]
    lift = skirt.dip * (1 - share**2) * (points[:, 1] - skirt.top) / skirt.length
    lift = lift + 22 * (1 - share**2) * (1 - (points[:, 1] - skirt.top) / skirt.length)
    return np.column_stack([points[:, 0] * share, points[:, 1] + lift])


def _across(skirt: Skirt, y: float) -> Outline:
    side = skirt.side()
    half = float(np.interp(y, side[:, 1], side[:, 0]))
    far = (y - skirt.top) / skirt.length
    drop = 22 * (1 - far) + skirt.dip * far
    shares = np.linspace(-1, 1, 61)
    return np.column_stack([shares * (half - 2), y + drop * (1 - shares**2)])


def _pleat_lines(skirt: Skirt) -> list[Outline]:
    return [_fan(skirt, float(s)) for s in np.linspace(-1, 1, skirt.pleats + 1)[1:-1]]


def _hanging(skirt: Skirt, seed: int) -> list[Fold]:
    if skirt.pleats:
        step = 1.0 / skirt.pleats
        lines = np.linspace(-1, 1, skirt.pleats + 1)[1:-1]
        width = round(max(8.0, skirt.hem * step * 0.55), 1)
        folds = [Fold(_fan(skirt, float(s) + step * 0.45, end=1.0), -0.9, width) for s in lines]
        return folds + [
            Fold(_fan(skirt, float(s) - step * 0.4, end=1.0), 0.8, width) for s in lines
        ]
    rng = np.random.default_rng(seed)
    folds = []
    for at in np.linspace(-0.86, 0.86, skirt.gathers):
        share = float(at + rng.uniform(-0.06, 0.06))
        start = float(rng.uniform(0.05, 0.4))
        folds.append(Fold(_fan(skirt, share, start, 1.0), -0.7, 30))
        folds.append(Fold(_fan(skirt, share - 0.09, start + 0.05, 1.0), 0.65, 30))
    return folds


def _tier_seam(canvas: Canvas, look: Look, skirt: Skirt, y: float) -> None:
    line = _across(skirt, y)
    canvas.glow(ribbon(line + (0, 9), 16), -0.14, 6)
    canvas.seam(line, 0.45, 3)
    rng = np.random.default_rng(look.seed + int(y))
    gathers = []
    for x, line_y in line[2:-2:2]:
        length = rng.uniform(14, 40)
        gathers.append(np.array([[x, line_y + 2], [x * 1.02, line_y + length]]))
    canvas.seam(gathers, 0.16, 2)


def _skirt_band(canvas: Canvas, look: Look, skirt: Skirt) -> None:
    side = skirt.side()
    half = float(np.interp(skirt.top + skirt.band, side[:, 1], side[:, 0]))
    shape = mirrored(
        [(0.0, skirt.top + 22), (skirt.waist * 0.5, skirt.top + 17), (skirt.waist, skirt.top)],
        [(half, skirt.top + skirt.band)],
        [(half * 0.5, skirt.top + skirt.band + 17), (0.0, skirt.top + skirt.band + 22)],
    )
    cloth = look.trim.plain().woven("rib") if skirt.elastic else look.trim
    canvas.piece(shape, cloth, edge=4, cast=0.7, puff=0.7)
    if skirt.elastic:
        return
    lower = curve(
        (-half + 3, skirt.top + skirt.band - 7),
        (0, skirt.top + skirt.band + 15),
        (half - 3, skirt.top + skirt.band - 7),
    )
    canvas.stitches(lower, look.thread, 1.5)


def _skirt_front(canvas: Canvas, look: Look, skirt: Skirt) -> None:
    bottom = skirt.top + skirt.length
    if skirt.wrap:
        edge = curve(
            (skirt.waist * 0.7, skirt.top + 40),
            (skirt.hip * 0.5, bottom - skirt.length * 0.4),
            (skirt.hem * 0.42, bottom - 6),
        )
        canvas.glow(ribbon(edge + (7, 0), 12), -0.2, 7)
        canvas.seam(edge, 0.5, 3.2)
        knot = [(-118.0, skirt.top + 20), (-100.0, skirt.top + 34)]
        for x, y in knot:
            tail = ribbon(curve((x, y), (x - 18, y + 70), (x - 6, y + 150)), 17)
            canvas.piece(tail, look.cloth, edge=4, cast=1.0)
        canvas.piece(rounded(-130, skirt.top + 10, -92, skirt.top + 46, 12), look.cloth, edge=5)
    if skirt.denim:
        _skirt_placket(canvas, look, skirt)
    if skirt.pockets:
        slant = np.array([[skirt.waist * 0.66, skirt.top + 62], [skirt.hip - 6, skirt.top + 178]])
        for line in both(slant):
            trims.slant_pocket(canvas, line, look.thread)
    if skirt.slit:
        cut = np.array([[64, bottom - 170], [70, bottom + 4]])
        canvas.flat(ribbon(cut, 2, 22), darker(look.cloth.colour, 0.6), 0.9)
        canvas.seam(cut - (5, 0), 0.4, 3)


def _skirt_placket(canvas: Canvas, look: Look, skirt: Skirt) -> None:
    bottom = skirt.top + skirt.length - 4
    middle = np.array([[0, skirt.top + 24], [0, bottom]])
    canvas.piece(ribbon(middle, 42), look.cloth, edge=3, cast=0.7, puff=0.5, over=True)
    canvas.stitches([middle - (15, 0), middle + (15, 0)], look.thread, 1.6)
    heights = np.linspace(skirt.top + 46, bottom - 60, max(4, int(skirt.length / 92)))
    places = [(0.0, float(y)) for y in heights]
    if skirt.denim:
        trims.snaps(canvas, places, 10, look.metal)
    else:
        trims.buttons(canvas, places, 11, look.button)

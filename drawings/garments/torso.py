"""The skeleton that everything worn on the upper body shares: a body, two sleeves, a neckline."""

from dataclasses import dataclass
from functools import cached_property
from math import atan2, degrees
from typing import Literal

import numpy as np

from drawings.light import Fold
from drawings.outlines import Outline, Point, curve, flip, mirrored


@dataclass(frozen=True)
class Tube:
    """A sleeve or a leg between its outer and its inner edge, both running from top to end."""

    outer: Outline
    inner: Outline

    @property
    def grain(self) -> float:
        """How far the tube leans from straight down, in degrees: the turn of its cloth."""
        start = (self.outer[0] + self.inner[0]) / 2
        end = (self.outer[-1] + self.inner[-1]) / 2
        return -degrees(atan2(end[0] - start[0], end[1] - start[1]))

    def at(self, outer_t: float, inner_t: float | None = None) -> tuple[Outline, Outline]:
        """The points that share of the way along the two edges."""
        return _along(self.outer, outer_t), _along(
            self.inner, outer_t if inner_t is None else inner_t
        )

    def band(self, start: float, end: float, bow: float = 0.0) -> Outline:
        """The part between two shares of its length; `bow` curves the end of a turned cuff."""
        outer, inner = _stretch(self.outer, start, end), _stretch(self.inner, start, end)
        return np.vstack([outer, _bowed(outer[-1], inner[-1], bow), inner[::-1]])

    def across(self, t: float, bow: float = 0.0) -> Outline:
        """A line across the tube that share of the way down."""
        outer, inner = self.at(t)
        return np.vstack([outer, _bowed(outer, inner, bow), inner])

    def middle(self, start: float = 0.0, end: float = 1.0, lean: float = 0.5) -> Outline:
        """A line down the tube; `lean` 0 is its outer edge, 1 its inner."""
        shares = np.linspace(start, end, 24)
        points = [self.at(float(t)) for t in shares]
        return np.array([outer + (inner - outer) * lean for outer, inner in points])

    def mirrored(self) -> "Tube":
        """The same tube on the other side."""
        return Tube(flip(self.outer), flip(self.inner))


def _along(line: Outline, t: float) -> Outline:
    far = np.linspace(0, 1, len(line))
    return np.array([np.interp(t, far, line[:, 0]), np.interp(t, far, line[:, 1])])


def _stretch(line: Outline, start: float, end: float) -> Outline:
    return np.array([_along(line, float(t)) for t in np.linspace(start, end, 20)])


def _bowed(start: Outline, end: Outline, bow: float) -> Outline:
    shares = np.linspace(0, 1, 13)[1:-1, None]
    across = end - start
    away = np.array([-across[1], across[0]]) / max(float(np.hypot(*across)), 1e-6)
    return start + across * shares + away * bow * 4 * shares * (1 - shares)


@dataclass(frozen=True)
class Torso:
    """Measurements of the upper body of a garment, in board units; widths are half widths."""

    top: float = 215.0
    neck: float = 94.0
    depth: float = 78.0
    shoulder: float = 232.0
    slope: float = 62.0
    armhole: float = 178.0
    chest: float = 232.0
    waist: float = 226.0
    hip: float = 232.0
    length: float = 745.0
    dip: float = 12.0
    neckline: Literal["crew", "v"] = "crew"
    sleeve: float = 185.0
    angle: float = 36.0
    cuff: float = 146.0

    @property
    def hem(self) -> float:
        """The height on the board of the side end of the hem."""
        return self.top + self.length

    @property
    def underarm(self) -> float:
        """The height on the board where sleeve and side seam meet."""
        return self.top + self.slope + self.armhole

    @cached_property
    def neck_curve(self) -> list[Point]:
        """The right half of the neckline, from the middle to the shoulder."""
        x, top, deep = self.neck, self.top, self.top + self.depth
        if self.neckline == "v":
            return [(0.0, deep), (x * 0.52, top + self.depth * 0.48), (x, top)]
        return [
            (0.0, deep),
            (x * 0.5, deep - self.depth * 0.16),
            (x * 0.86, top + self.depth * 0.45),
            (x, top),
        ]

    def body(self) -> Outline:
        """The body's outline."""
        neck = self.neck_curve
        first = [neck[:1], neck[1:]] if self.neckline == "v" else [neck]
        runs = [
            *first,
            [((self.neck + self.shoulder) / 2, self.top + self.slope * 0.42), self.tip],
            [self.scye, self.pit],
            [*self.side[1:]],
            [(self.hip * 0.5, self.hem + self.dip * 0.85), (0.0, self.hem + self.dip)],
        ]
        return mirrored(*runs)

    @property
    def tip(self) -> Point:
        """The shoulder's end."""
        return self.shoulder, self.top + self.slope

    @property
    def scye(self) -> Point:
        """The armhole's deepest point."""
        return min(self.shoulder, self.chest) - 20, self.top + self.slope + self.armhole * 0.56

    @property
    def pit(self) -> Point:
        """The underarm point."""
        return self.chest, self.underarm

    @property
    def side(self) -> list[Point]:
        """The side seam from underarm to hem."""
        drop = self.hem - self.underarm
        return [self.pit, (self.waist, self.underarm + drop * 0.45), (self.hip, self.hem)]

    def inside(self) -> Outline:
        """The inside of the back that shows in the neck opening."""
        x, top = self.neck, self.top
        rise = 26.0
        return mirrored(
            [(0.0, top - rise * 0.4), (x * 0.7, top - rise * 0.45), (x, top)],
            [(x + 6, top + 24), (x * 0.8, top + self.depth), (0.0, top + self.depth + 34)],
        )

    def half_width(self, y: float) -> float:
        """Half the body's width at that height, below the underarm."""
        side = curve(*self.side)
        return float(np.interp(y, side[:, 1], side[:, 0]))

    def band(self, start: float, end: float) -> Outline:
        """The part of the body between two heights below the underarm; at the hem it dips."""
        ys = np.linspace(start, end, 16)
        right = np.array([[self.half_width(float(y)), y] for y in ys])
        lower = np.array(
            [[x, end + self._dip_at(end, x)] for x in np.linspace(right[-1, 0], -right[-1, 0], 25)]
        )
        upper = np.array(
            [
                [x, start + self._dip_at(start, x)]
                for x in np.linspace(-right[0, 0], right[0, 0], 25)
            ]
        )
        return np.vstack([right, lower, flip(right)[::-1], upper])

    def across(self, y: float, inset: float = 0.0) -> Outline:
        """A line across the body at that height, dipping as the hem does."""
        half = self.half_width(y) - inset
        return np.array([[x, y + self._dip_at(y, x)] for x in np.linspace(-half, half, 41)])

    def _dip_at(self, y: float, x: float) -> float:
        share = (y - self.underarm) / (self.hem - self.underarm)
        return self.dip * share * (1 - (x / max(self.half_width(y), 1.0)) ** 2)

    def arm(self) -> Tube:
        """The right sleeve."""
        lean = np.radians(self.angle)
        down = np.array([np.sin(lean), np.cos(lean)])
        out = np.array([down[1], -down[0]])
        tip, pit = np.asarray(self.tip), np.asarray(self.pit)
        end = (tip + pit) / 2 + down * (self.sleeve + self.armhole * 0.3)
        half = self.cuff / 2
        wrist_out, wrist_in = end + out * half, end - out * half
        mid_out = tip + (wrist_out - tip) * 0.36 + out * 20.0
        mid_in = pit + (wrist_in - pit) * 0.5 + out * -2.0
        return Tube(
            curve((tip[0] - 2, tip[1] - 2), tuple(mid_out), tuple(wrist_out)),
            curve((pit[0] - 6, pit[1] - 14), tuple(mid_in), tuple(wrist_in)),
        )

    def sleeve_shape(self, arm: Tube) -> Outline:
        """The right sleeve's outline, with the part that goes under the body."""
        under = np.array(
            [[self.chest - 60, self.underarm - 70], [self.shoulder - 60, self.top + 70]]
        )
        return np.vstack([arm.band(0, 1, 3), under])


def body_folds(torso: Torso, seed: int, depth: float = 1.0) -> list[Fold]:
    """Soft creases from the underarms and down the body, different for every seed."""
    rng = np.random.default_rng(seed)
    pit_x, pit_y = torso.pit
    folds = []
    for side in (-1.0, 1.0):
        reach = rng.uniform(120, 210)
        inward = rng.uniform(70, 130)
        line = curve(
            (side * (pit_x - 14), pit_y + rng.uniform(-30, 10)),
            (side * (pit_x - inward * 0.6), pit_y + reach * 0.45),
            (side * (pit_x - inward), pit_y + reach),
        )
        folds.append(Fold(line, -0.55 * depth, 24))
        folds.append(Fold(line + (side * -24, 8), 0.4 * depth, 24))
    for _ in range(4):
        x = rng.uniform(-0.75, 0.75) * torso.waist
        start = rng.uniform(pit_y + 60, torso.hem - 260)
        end = min(torso.hem - 20, start + rng.uniform(180, 380))
        sway = rng.uniform(-30, 30)
        line = curve((x, start), (x + sway, (start + end) / 2), (x + sway * 0.4, end))
        folds.append(
            Fold(line, float(rng.choice([-0.4, 0.35])) * depth, float(rng.choice([26, 44])))
        )
    return folds


def tube_folds(tube: Tube, seed: int, depth: float = 1.0, count: int = 4) -> list[Fold]:
    """Creases along and across a sleeve or leg."""
    rng = np.random.default_rng(seed)
    folds = [Fold(tube.middle(0.08, 0.9, 0.62), -0.35 * depth, 26)]
    for at in np.linspace(0.2, 0.8, count):
        start, end = at + rng.uniform(-0.05, 0.05), at + rng.uniform(0.05, 0.14)
        outer, _ = tube.at(start)
        _, inner = tube.at(end)
        first, last = rng.uniform(0.05, 0.3), rng.uniform(0.6, 0.95)
        line = np.array([outer + (inner - outer) * t for t in np.linspace(first, last, 9)])
        folds.append(Fold(line, float(rng.choice([-0.35, 0.35])) * depth, 18))
    return folds

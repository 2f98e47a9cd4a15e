"""Which colours go together, by lightness, chroma and hue. Pure.

Colours are those of OKLCh (Björn Ottosson, "A perceptual color space for image processing", 2020),
where equal steps look equal: lightness from 0 to 1, chroma from 0 for greys, hue in degrees.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

# From how much chroma on one sees a colour; earth and dark blue go with everything for longer.
GREY, EARTH, DARK_BLUE = 0.045, 0.1, 0.085
EARTHS, BLUES = (45.0, 110.0), (235.0, 280.0)
LIGHTEST_EARTH, LIGHTEST_BLUE = 0.86, 0.55
# Hues so near are one colour, neighbours, or opposite each other.
SAME, NEIGHBOURS, OPPOSITE = 25.0, 60.0, 150.0
# Tones of one colour, and two neutrals, should differ in lightness by so much.
APART = 0.15

UNKNOWN = 0.5
NEUTRAL, NEUTRAL_ALIKE, COLOUR_ON_NEUTRAL = 1.0, 0.85, 0.75
TONES, ONE_TONE, NEIGHBOURING, OPPOSED, CLASH = 0.8, 0.55, 0.35, 0.3, 0.1

COLOUR = [("light", np.float32), ("chroma", np.float32), ("hue", np.float32)]
"""The fields of an array of colours; NaN where nobody knows it."""


class Colour(NamedTuple):
    """A colour as above."""

    light: float
    chroma: float
    hue: float


NO_COLOUR = Colour(np.nan, np.nan, np.nan)


def colour_of(code: str | None) -> Colour:
    """The colour of `#rrggbb`."""
    if code is None:
        return NO_COLOUR
    linear = [_linear(int(code[at : at + 2], 16) / 255) for at in (1, 3, 5)]
    cones = np.cbrt(_TO_CONES @ np.array(linear))
    light, a, b = _TO_LAB @ cones
    return Colour(float(light), float(np.hypot(a, b)), float(np.degrees(np.arctan2(b, a)) % 360))


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def is_neutral(colours: np.ndarray | np.void) -> np.ndarray:
    """Which of these colours, (n,), go with all others: greys, earths, dark blues; bool (n,)."""
    light, chroma, hue = colours["light"], colours["chroma"], colours["hue"]
    earth = _between(hue, EARTHS) & (chroma <= EARTH) & (light <= LIGHTEST_EARTH)
    blue = _between(hue, BLUES) & (chroma <= DARK_BLUE) & (light <= LIGHTEST_BLUE)
    neutral: np.ndarray = (chroma < GREY) | earth | blue
    return neutral


def _between(hue: np.ndarray, bounds: tuple[float, float]) -> np.ndarray:
    between: np.ndarray = (hue >= bounds[0]) & (hue <= bounds[1])
    return between


def harmony(one: np.void, others: np.ndarray) -> np.ndarray:
    """How well each of the others, (n,), goes with one colour, (); float (n,) from 0 to 1."""
    away = np.abs((others["hue"] - one["hue"] + 180) % 360 - 180)
    apart = np.abs(others["light"] - one["light"]) >= APART
    mine, theirs = is_neutral(one), is_neutral(others)
    coloured = np.select(
        [away <= SAME, away <= NEIGHBOURS, away >= OPPOSITE],
        [np.where(apart, TONES, ONE_TONE), NEIGHBOURING, OPPOSED],
        CLASH,
    )
    known = np.select(
        [theirs & ~mine, theirs & mine, mine],
        [NEUTRAL, np.where(apart, NEUTRAL, NEUTRAL_ALIKE), COLOUR_ON_NEUTRAL],
        coloured,
    )
    unknown = np.isnan(others["hue"] + one["hue"])
    harmonies: np.ndarray = np.where(unknown, UNKNOWN, known)
    return harmonies

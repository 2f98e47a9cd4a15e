"""The rule by which pieces complete a look: arithmetic over columns, after `outfit.toml`. Pure.

docs/beside.md tells it in words, with what it was judged by.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from shop.beside.harmony import COLOUR, harmony

# How much each says, where 1 is the best that it can say.
IN_COLOUR, AMONG_THEM, DRESSED, PATTERN, SEASON, TOGETHER = 2.0, 1.5, 2.0, 1.0, 1.0, 1.5
# Equals are told apart by chance, which for the same two products is always the same.
CHANCE = 0.3
# Below it, of all that but the last and what is bought together, a place stays empty.
LEAST = 5.3
# Of a patterned piece beside a plain product, and of two patterns.
ONE_PATTERN, TWO_PATTERNS = 0.6, -1.0
# Of different seasons, where they are not winter and summer.
OTHER_SEASON = 0.6
# The farther apart in how dressed they are on the whole, the worse.
LESS_A_STEP = 0.5

# Of what is so small neither season nor pattern says anything.
SMALL = frozenset(("watch", "eyes", "jewellery", "wallet", "belt", "cuffs"))
# What warms is not worn in summer, unless it is made for it.
WARM = frozenset(("outer", "layer", "neck", "gloves"))
CLOTHES = frozenset(("top", "layer", "outer", "bottom", "whole", "drape"))
# What else a piece covers, so that it is not wanted as well.
COVERS = {"whole": ("top", "bottom", "layer"), "top": ("whole",), "bottom": ("whole",)}

GENDERS = ("women", "men", "unisex", "girls", "boys")
# With whose things one's own are worn; what is anybody's is worn by women or by men.
WORN_WITH = {
    "women": ("women", "unisex"),
    "men": ("men", "unisex"),
    "girls": ("girls",),
    "boys": ("boys",),
}
ETHNIC = "ethnic"
NONE = -1

PIECE = np.dtype(
    [
        *(("key", "S12"), ("style", np.int64), ("part", np.int8), ("gender", np.int8)),
        *(("low", np.float32), ("high", np.float32), ("middle", np.float32), ("season", np.int8)),
        *((sign, np.bool_) for sign in ("ethnic", "bare", "patterned", "alone")),
        *COLOUR,
    ]
)
"""A product as the rule sees it. `part` and `gender` are places in `rule().parts` and GENDERS,
`season` counts from winter, NONE where it is not known; how dressed it is `low` and `high` say, and
`middle` on the whole. What is `bare` is for warm days."""


@dataclass(frozen=True)
class Rule:
    """`outfit.toml`: of each part the places around it, of each thing its part and how dressed it
    is, of each use how dressed, of each season its number; the things that are `bare`, and those
    that are `never` part of a look; what names tell by `signs`."""

    around: Mapping[str, Sequence[Sequence[str]]]
    things: Mapping[str, tuple[str, float, float]]
    bare: frozenset[str]
    never: frozenset[str]
    usages: Mapping[str, tuple[float, float]]
    seasons: Mapping[str, int]
    signs: Mapping[str, Sequence[str]]

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.around)


@cache
def rule() -> Rule:
    """The rule, read once."""
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return Rule(
        table["around"],
        {name: tuple(entry) for name, entry in table["things"].items()},
        frozenset(table["bare"]["things"]),
        frozenset(table["never"]["things"]),
        {name: tuple(entry) for name, entry in table["usages"].items()},
        table["seasons"],
        table["signs"],
    )


def goods_of(things: Sequence[str]) -> tuple[int, float, float, bool]:
    """The part, how dressed and whether bare, of a product that is these things, the closest told
    first."""
    for thing in things if rule().never.isdisjoint(things) else ():
        if thing in rule().things:
            part, low, high = rule().things[thing]
            return rule().parts.index(part), low, high, not rule().bare.isdisjoint(things)
    return NONE, 0.0, 0.0, False


def dressed_of(usage: str) -> tuple[float, float]:
    """How dressed a use is; NaN where it says nothing."""
    return rule().usages.get(usage.strip().lower(), (np.nan, np.nan))


def season_of(season: str) -> int:
    return rule().seasons.get(season.strip().lower(), NONE)


def gender_of(gender: str) -> int:
    return GENDERS.index(gender) if gender in GENDERS else GENDERS.index("unisex")


def both(of_thing: np.ndarray, of_use: np.ndarray) -> np.ndarray:
    """How dressed, from, to and on the whole, (n, 3), by thing and by use, (n, 2) each: where both
    agree; where they do not, from the one to the other. On the whole the thing says half."""
    low = np.fmax(of_thing[:, 0], of_use[:, 0])
    high = np.fmin(of_thing[:, 1], of_use[:, 1])
    middle = (of_thing.sum(axis=1) + low + high) / 4
    return np.stack([np.minimum(low, high), np.maximum(low, high), middle], axis=1)


def complete(product: np.void, pieces: np.ndarray, together: np.ndarray) -> list[int]:
    """The rows of the pieces that complete a look with the product, in the order of its places.

    `pieces`, PIECE (n,), are in the order of their parts; `together`, float (n,), from 0 to 1, says
    how often each is bought together with it. No two are of one part, none is of the product's.
    """
    if product["part"] == NONE:
        return []
    whose = GENDERS[product["gender"]]
    wearers = [whose] if whose in WORN_WITH else ["women", "men"]
    looks = [_Look(product, pieces, together, WORN_WITH[wearer]) for wearer in wearers]
    best = max(looks, key=lambda look: look.filled())
    return best.rows


class _Look:
    """One that is being completed."""

    def __init__(
        self, product: np.void, pieces: np.ndarray, together: np.ndarray, worn_with: Sequence[str]
    ) -> None:
        self.rows: list[int] = []
        self._product, self._pieces, self._together = product, pieces, together
        self._genders = [GENDERS.index(gender) for gender in worn_with]
        part = rule().parts[product["part"]]
        self._taken = {part, *COVERS.get(part, ())}
        cold = [rule().seasons[name] for name in ("autumn", "winter")]
        self._on_warm_days = part not in WARM and product["season"] not in cold

    def filled(self) -> float:
        """Fill each place that can be; how well the pieces suit altogether."""
        total = 0.0
        for place in rule().around[rule().parts[self._product["part"]]]:
            found = [self._best(part) for part in place if part not in self._taken]
            suits, row, part = max(found, default=(-np.inf, NONE, ""))
            if suits > -np.inf:
                total += suits
                self.rows.append(row)
                self._taken |= {part, *COVERS.get(part, ())}
        return total

    def _best(self, part: str) -> tuple[float, int, str]:
        number = rule().parts.index(part)
        start, stop = np.searchsorted(self._pieces["part"], [number, number + 1]).tolist()
        if start == stop:
            return -np.inf, NONE, part
        pieces = self._pieces[start:stop]
        chosen = [self._product, *self._pieces[self.rows]]
        suits = _suits(self._product, chosen, pieces, part)
        suits[~(self._may_be(pieces, part) & (suits >= LEAST))] = -np.inf
        suits += TOGETHER * self._together[start:stop]
        suits += CHANCE * _chance(self._product, pieces)
        row = int(np.argmax(suits))
        return float(suits[row]), start + row, part

    def _may_be(self, pieces: np.ndarray, part: str) -> np.ndarray:
        product = self._product
        fits = np.isin(pieces["gender"], self._genders)
        fits &= np.maximum(pieces["low"], product["low"]) <= np.minimum(
            pieces["high"], product["high"]
        )
        fits &= pieces["key"] != product["key"]
        if product["style"]:
            fits &= pieces["style"] != product["style"]
        if part in CLOTHES or not product["ethnic"]:
            fits &= pieces["ethnic"] == product["ethnic"]
        if part not in SMALL:
            fits &= _in_season(product["season"], pieces["season"], warm=part in WARM)
            fits &= ~pieces["bare"] | self._on_warm_days
        return np.asarray(fits & ~pieces["alone"])


def _suits(
    product: np.void, chosen: Sequence[np.void], pieces: np.ndarray, part: str
) -> np.ndarray:
    """How well each piece, (n,), suits the product and what is chosen with it; float (n,)."""
    harmonies = [harmony(one, pieces) for one in chosen]
    suits = IN_COLOUR * harmonies[0] + AMONG_THEM * np.minimum.reduce(harmonies)
    suits += DRESSED * (1 - LESS_A_STEP * np.abs(pieces["middle"] - product["middle"]))
    if part in SMALL:
        return np.asarray(suits + PATTERN + SEASON)
    suits += PATTERN * _patterns(any(one["patterned"] for one in chosen), pieces["patterned"])
    suits += SEASON * _seasons(product["season"], pieces["season"])
    return np.asarray(suits)


def _patterns(has_one: bool, patterned: np.ndarray) -> np.ndarray:
    return np.where(patterned, TWO_PATTERNS if has_one else ONE_PATTERN, 1.0)


def _seasons(mine: np.integer, theirs: np.ndarray) -> np.ndarray:
    return np.where((theirs == mine) | (theirs == NONE) | (mine == NONE), 1.0, OTHER_SEASON)


def _in_season(mine: np.integer, theirs: np.ndarray, *, warm: bool) -> np.ndarray:
    winter, summer = (rule().seasons[name] for name in ("winter", "summer"))
    if mine == summer:
        return np.isin(theirs, [summer, NONE]) if warm else np.asarray(theirs != winter)
    return np.asarray((theirs != summer) | (mine != winter))


def _chance(product: np.void, pieces: np.ndarray) -> np.ndarray:
    """A number from 0 to 1 for each, (n,), by both keys (after SplitMix64: Steele et al., 2014)."""
    # By itself a key would end before its last zeros.
    own = np.array([product["key"]], pieces["key"].dtype)
    words = _words(pieces["key"]) ^ _words(own)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        words = (words ^ (words >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray((words >> np.uint64(11)) / 2.0**53)


def _words(keys: np.ndarray) -> np.ndarray:
    """Of each key, S12, its last eight bytes, which differ, uint64."""
    bytes_of = np.frombuffer(keys.tobytes(), np.uint8).reshape(len(keys), 12)
    words = np.ascontiguousarray(bytes_of[:, 4:]).view(np.uint64).ravel()
    return words + np.uint64(0x9E3779B97F4A7C15)

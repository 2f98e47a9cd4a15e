"""What an encoder takes a picture for: its kind and its colour, in the words it was taught.

A vector carries them: behind what was learned without words come the roots of the chances of every
kind, then those of every colour, each up to a factor (`Calibration.kinds` says from where on).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

# The labels of the data set that the weights were trained on, in the order of its classifiers.
WORDS = Path(__file__).with_name("words.json")


class Opinion(NamedTuple):
    """A word, as Kaggle's fashion products have it ("Tshirts", "Navy Blue"), and how sure it is of
    that, from 0 to 1."""

    word: str
    chance: float


class Opinions(NamedTuple):
    """What a picture shows; None of what the encoder was not taught."""

    kind: Opinion | None = None
    colour: Opinion | None = None


def opinions(vector: Floats, kinds: tuple[int, int]) -> Opinions:
    """The likeliest kind and colour of a vector, float32 (d,); `kinds` are its columns (from, to)
    that hold the kinds."""
    words = _words()
    start, end = kinds
    if end - start != len(words["kind"]):
        # Weights that somebody trained on something else, whose words nobody wrote down.
        return Opinions()
    colours = vector[end : end + len(words["colour"])]
    return Opinions(
        _likeliest(words["kind"], vector[start:end]), _likeliest(words["colour"], colours)
    )


def without_colour(vector: Floats, kinds: tuple[int, int]) -> Floats:
    """What a vector, float32 (d,), says of all but the colour, of length 1; `kinds` as above."""
    words, (start, end) = _words(), kinds
    if end - start != len(words["kind"]):
        return vector
    left = vector.copy()
    left[end : end + len(words["colour"])] = 0
    unit: Floats = left / np.linalg.norm(left)
    return unit


def _likeliest(words: list[str], roots: Floats) -> Opinion | None:
    if len(roots) != len(words) or not roots.any():
        return None
    chances = roots**2 / (roots**2).sum()
    best = int(chances.argmax())
    return Opinion(words[best], float(chances[best]))


@cache
def _words() -> dict[str, list[str]]:
    return dict(json.loads(WORDS.read_text(encoding="utf-8")))

"""The colours of phone photographs, told by eye: the data set has none of its own."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np

from .datasets import Examples
from .kinds import names_of

ATTRIBUTE = "baseColour"
# What people call one colour, in the words of fashion-products.
FAMILIES = {
    "black": ("Black",),
    "blue": ("Blue", "Navy Blue", "Teal", "Turquoise Blue"),
    "brown": (
        *("Beige", "Bronze", "Brown", "Coffee Brown", "Copper", "Khaki"),
        *("Mushroom Brown", "Nude", "Rust", "Skin", "Tan", "Taupe"),
    ),
    "green": ("Fluorescent Green", "Green", "Lime Green", "Olive", "Sea Green"),
    "grey": ("Charcoal", "Grey", "Grey Melange", "Silver", "Steel"),
    "pink": ("Magenta", "Mauve", "Peach", "Pink", "Rose"),
    "purple": ("Lavender", "Purple"),
    "red": ("Burgundy", "Maroon", "Red"),
    "white": ("Cream", "Off White", "White"),
    "yellow": ("Gold", "Mustard", "Yellow"),
}


@lru_cache
def told_colours() -> dict[str, str]:
    """The family by the photograph's id: those of a hundred of each part that have one colour."""
    read: dict[str, str] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
    return read


def has_colour(examples: Examples) -> np.ndarray:
    """Which photographs somebody told the colour of: bool (n,)."""
    return np.isin(examples.ids, list(told_colours()))


def same_colour(queries: Examples, gallery: Examples, found: np.ndarray) -> np.ndarray:
    """Whether each found row of ``gallery`` is labelled as its query was told: bool (n, k)."""
    told = told_colours()
    words = [FAMILIES[told[id]] for id in queries.ids]
    labels = names_of(gallery, ATTRIBUTE)
    return np.array([np.isin(labels[row], some) for row, some in zip(found, words, strict=True)])

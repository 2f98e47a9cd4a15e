"""Where the garment is in photographs at home, marked by hand: in the hundred originals, which
measure, and in twelve of each garment for training. And where in products' photographs who wears
them is.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

type Shares = tuple[float, float, float, float]
"""Left, top, right and bottom of a box, in shares of the picture's width and height."""

type Edges = tuple[int, int, int, int]
"""The same in pixels, as ``Image.crop`` takes them."""


@lru_cache
def marked_boxes() -> dict[str, Shares]:
    """The boxes by the photographs' ids in ``datasets``: ``garment/file.jpg`` for an original,
    ``train/garment/file.jpg`` for one for training.
    """
    read = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    return {name: (left, top, right, bottom) for name, (left, top, right, bottom) in read.items()}


@lru_cache
def marked_wearers() -> dict[str, list[int]]:
    """By the ids of products which of the cells of 16 pixels, of a frame 144 wide and 192 high,
    show somebody's face, hair or skin, counted from the top left along the rows.

    Cells that look alike were put together, those groups marked by hand that show nothing else, and
    these are what a regression on them found.
    """
    return dict(json.loads(Path(__file__).with_name("wearers.json").read_text(encoding="utf-8")))


def overlap(one: Shares, other: Shares) -> float:
    """What two boxes share, as a share of what either covers (Jaccard 1912): 0 to 1."""
    shared = _area(_within(one, other))
    return shared / (_area(one) + _area(other) - shared)


def _within(one: Shares, other: Shares) -> Shares:
    (left, top, right, bottom), (left2, top2, right2, bottom2) = one, other
    return max(left, left2), max(top, top2), min(right, right2), min(bottom, bottom2)


def _area(box: Shares) -> float:
    left, top, right, bottom = box
    return max(0.0, right - left) * max(0.0, bottom - top)

"""Is a photograph that is uploaded in the shop already? Asked of real photographs.

Products of the test split, none of which the encoder was trained on, are the shop; some of them
come again, cropped, mirrored, turned, recompressed and in other light, and others come that the
shop does not have. The threshold was chosen on the validation split (docs/decisions/0050).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
from PIL import Image

from bench import Figure

COPIES = NEW = 500
# Whoever uploads what the shop shows under another name is told so, and rightly: of these two
# photographs no pixel differs by more than so many levels of 255, on average.
SAME_PIXELS, LOOKED_AT = 3.0, 20


def run(folder: Path) -> dict[str, Figure]:
    """Copies found, and alarms at what is new."""
    import django

    django.setup()
    from django.conf import settings

    if settings.DATA_DIR is None:
        raise SystemExit("VITRINE_DATA_DIR names no folder with fashion-products.")
    return figures(settings.DATA_DIR)


def figures(data: Path) -> dict[str, Figure]:
    """Those of the photographs of fashion-products below `data`; needs Django set up."""
    from recommender.copies import COPY_FROM

    shop = _shop(data)
    found = [likeness >= COPY_FROM for likeness in _of_copies(shop)]
    told = [likeness >= COPY_FROM for likeness in _of_new(shop)]
    there = [_is_there(shop, row) for row in shop.new]
    false = [alarm and not twin for alarm, twin in zip(told, there, strict=True)]
    new = len(there) - sum(there)
    return {
        "duplicate_recall": Figure(
            float(np.mean(found)), "share", ">= 0.95", f"{len(found)} altered photographs"
        ),
        "duplicate_false_alarm": Figure(
            sum(false) / new,
            "share",
            "<= 0.02",
            f"{new} products that are not among {len(shop.held)}; {sum(there)} more were, under "
            f"another name, and of {sum(told) - sum(false)} of them that was told",
        ),
    }


@dataclass(frozen=True)
class _Shop:
    """`pictures` of the split; the rows of those that are `held`, come `again`, and are `new`."""

    pictures: Sequence[Image.Image]
    vectors: np.ndarray
    held: np.ndarray
    again: np.ndarray
    new: np.ndarray
    ids: Sequence[str]


def _shop(data: Path) -> _Shop:
    from recommender.encoder import load_encoder
    from recommender.lab.datasets import read_products

    part = read_products(data / "fashion-products", "test")
    pictures = [Image.fromarray(pixels) for pixels in part.pictures]
    order = np.random.default_rng(7).permutation(len(pictures))
    again, new = order[:COPIES], order[COPIES : COPIES + NEW]
    held = np.setdiff1d(np.arange(len(pictures)), new)
    return _Shop(pictures, load_encoder("fashion").encode(pictures), held, again, new, part.ids)


def _of_copies(shop: _Shop) -> Iterator[float]:
    """How much each copy is the right product; -1 where that is not among the nearest."""
    from recommender.encoder import load_encoder
    from recommender.lab.alterations import EACH

    names = list(EACH)
    rows = shop.again.tolist()
    altered = []
    for number, row in enumerate(rows):
        name = names[number % len(names)]
        rng = np.random.default_rng(crc32(f"{name} {shop.ids[row]}".encode()))
        altered.append(EACH[name](shop.pictures[row], rng))
    vectors = load_encoder("fashion").encode(altered)
    for picture, vector, row in zip(altered, vectors, rows, strict=True):
        yield _likenesses(shop, picture, vector).get(row, -1.0)


def _of_new(shop: _Shop) -> Iterator[float]:
    """How much each product that the shop does not have is the most alike that it has."""
    for row in shop.new.tolist():
        yield max(_likenesses(shop, shop.pictures[row], shop.vectors[row]).values())


def _likenesses(shop: _Shop, picture: Image.Image, vector: np.ndarray) -> dict[int, float]:
    """As `recommender.search.copies_of` finds them, by rows and by an exact scan."""
    from recommender.copies import AMONG, likenesses_to, parts
    from recommender.encoder import load_encoder

    whole, *within = parts(picture)
    vectors = [vector, *load_encoder("fashion").encode(within)] if within else [vector]
    best: dict[int, float] = {}
    for part, of_part in zip((whole, *within), vectors, strict=True):
        rows = _nearest(shop, of_part, AMONG)
        found = likenesses_to(part, (shop.pictures[row] for row in rows))
        for row, likeness in zip(rows, found, strict=True):
            best[row] = max(likeness, best.get(row, -1.0))
    return best


def _nearest(shop: _Shop, vector: np.ndarray, count: int) -> list[int]:
    nearest = np.argsort(-(shop.vectors[shop.held] @ vector))[:count]
    return [int(row) for row in shop.held[nearest]]


def _is_there(shop: _Shop, row: int) -> bool:
    """Whether the shop shows this very photograph under another name."""
    nearest = _nearest(shop, shop.vectors[row], LOOKED_AT)
    return any(
        _differ(shop.pictures[row], shop.pictures[other]) <= SAME_PIXELS for other in nearest
    )


def _differ(one: Image.Image, other: Image.Image) -> float:
    """By how many levels two photographs differ, on average; by all where their sizes do."""
    if one.size != other.size:
        return 255.0
    levels = np.asarray(one, np.float32) - np.asarray(other, np.float32)
    return float(np.abs(levels).mean())

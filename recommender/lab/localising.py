"""Teach an encoder where in a picture its thing is, by boxes marked by hand and by scenes, and
which of what it sees is who wears it.

A hundred and twenty of the phone photographs for training are marked; they show the thing large and
in the middle. What lies anywhere is learned from products that are cut out and laid on floors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps

from recommender.encoder import graph, localiser, preprocessing, weights
from recommender.encoder.correspondence import cells
from recommender.encoder.localiser import Floats, Localiser, directions
from recommender.encoder.runtime import DETAIL_MAP, FEATURE_MAP, Network, Views
from recommender.encoder.weights import Tower

from .augment import backdrop, background_mask
from .batches import framed_for
from .boxes import Shares, marked_boxes, marked_wearers
from .datasets import Examples

# Views of each marked photograph beside the plain one, and how many scenes there are.
CROPS, SCENES = 12, 2500
# What a scene counts beside a photograph, and a squared weight beside a squared error. Chosen by
# six folds of the marked photographs.
SCENE_WEIGHT, RIDGE = 0.1, 0.1
# Pixels: of scenes, upright, lying, square and long.
SIZES = ((240, 320), (320, 240), (288, 288), (240, 426))
SIZE_SHARES = (0.6, 0.2, 0.1, 0.1)
# Of what fits the scene, and degrees (a deviation).
SCALES, TURN = (0.5, 1.05), 12
# Those that `marked_wearers` counts.
MARKED_CELLS = 12 * 9


class Placed(NamedTuple):
    """A picture, and where its thing is."""

    picture: Image.Image
    box: Shares


def fit_localiser(file: Path, encoder: str, examples: Examples) -> Localiser | None:
    """Fit what tells where a thing is for an encoder in ``file``, and write it beside the file.

    ``examples`` are those that it was trained on. None where none of them was marked.
    """
    marked = marked_photographs(examples)
    if not marked:
        return None
    rng = np.random.default_rng(0)
    loaded = weights.load(file, encoder)
    network = Network(graph.encoder(loaded), threads=0, precision="f32")

    def see(placed: list[Placed]) -> np.ndarray:
        pictures = [np.asarray(one.picture) for one in placed]
        batches = framed_for(pictures, loaded.spec.towers)
        return np.concatenate(list(network.run(batches, FEATURE_MAP)))

    views = [view for one in marked for view in views_of(one, rng)]
    scenes = scenes_of(examples, SCENES, rng)
    every = views + scenes
    boxes = np.array([in_frame(one, loaded.spec.towers[-1]) for one in every])
    counts = np.repeat([1, SCENE_WEIGHT], [len(views), len(scenes)])
    fitted = regression(see(every), boxes, counts)
    fitted = replace(fitted, wearer=fit_wearer(network, loaded.spec.towers, examples))
    localiser.write(fitted, file, encoder)
    return fitted


def fit_wearer(network: Network, towers: Sequence[Tower], examples: Examples) -> Floats | None:
    """Logistic regression from what a cell sees to whether it shows who wears the thing, as
    ``Localiser`` has it. None where none of the examples was marked, or by other cells.
    """
    from sklearn.linear_model import LogisticRegression

    marked = marked_wearers()
    rows = [row for row, identifier in enumerate(examples.ids) if identifier in marked]
    pictures = [examples.pictures[row] for row in rows]
    seen = list(_cells(network, framed_for(pictures, towers)))
    if not seen or len(seen[0]) != MARKED_CELLS:
        return None
    shows = np.zeros((len(seen), MARKED_CELLS), np.bool_)
    for number, row in enumerate(rows):
        shows[number, marked[examples.ids[row]]] = True
    fitted = LogisticRegression(max_iter=200).fit(np.concatenate(seen), shows.ravel())
    return np.append(fitted.coef_[0], fitted.intercept_).astype(np.float32)


def _cells(network: Network, batches: Iterator[Views]) -> Iterator[np.ndarray]:
    """Of each picture what its cells see: float32 (n, numbers)."""
    for details, lasts in network.several(batches, DETAIL_MAP, FEATURE_MAP):
        yield from map(cells, details, lasts)


def regression(feature_maps: np.ndarray, boxes: np.ndarray, counts: np.ndarray) -> Localiser:
    """Ridge regression from feature maps (n, h, w, channels) to boxes (n, 4), each counting (n,).

    By the kernel: there are more cells' numbers than pictures.
    """
    rows = directions(feature_maps).reshape(len(feature_maps), -1)
    shares = counts / counts.sum()
    mean, middle = shares @ rows, shares @ boxes
    roots = np.sqrt(counts / counts.mean())[:, np.newaxis]
    rows, errors = (rows - mean) * roots, (boxes - middle) * roots
    kernel = rows @ rows.T
    kernel[np.diag_indices_from(kernel)] += RIDGE * np.trace(kernel) / len(kernel)
    matrix = (rows.T @ np.linalg.solve(kernel, errors)).astype(np.float32)
    return Localiser(matrix, (middle - mean @ matrix).astype(np.float32))


def in_frame(placed: Placed, tower: Tower) -> Shares:
    """The box in shares of what a tower sees, its padding included."""
    height, width = tower.size
    left, top, across, down = preprocessing.place(placed.picture.size, tower)
    first, upper, last, lower = placed.box
    return (
        (left + first * across) / width,
        (top + upper * down) / height,
        (left + last * across) / width,
        (top + lower * down) / height,
    )


def marked_photographs(examples: Examples) -> list[Placed]:
    """Those of the examples that boxes were marked on."""
    marked = marked_boxes()
    return [
        Placed(Image.fromarray(picture), marked[identifier])
        for identifier, picture in zip(examples.ids, examples.pictures, strict=True)
        if identifier in marked
    ]


def views_of(placed: Placed, rng: np.random.Generator) -> list[Placed]:
    """The photograph and CROPS parts of it that hold the thing, each mirrored too."""
    views = [placed, *(_cropped(placed, rng) for _ in range(CROPS))]
    return [*views, *(_mirrored(view) for view in views)]


def _cropped(placed: Placed, rng: np.random.Generator) -> Placed:
    picture, box = placed
    width, height = picture.size
    left, top, right, bottom = np.array(box) * (width, height, width, height)
    edges = (
        round(rng.uniform(0, left)),
        round(rng.uniform(0, top)),
        round(rng.uniform(right, width)),
        round(rng.uniform(bottom, height)),
    )
    part = picture.crop(edges)
    return Placed(part, _shares((left, top, right, bottom), edges[:2], part.size))


def _mirrored(placed: Placed) -> Placed:
    left, top, right, bottom = placed.box
    return Placed(ImageOps.mirror(placed.picture), (1 - right, top, 1 - left, bottom))


def _shares(edges: tuple[float, ...], corner: tuple[int, int], size: tuple[int, int]) -> Shares:
    """Edges in pixels as shares of a part of that size, whose corner is there."""
    left, top, right, bottom = (
        min(max((edge - corner[axis % 2]) / size[axis % 2], 0.0), 1.0)
        for axis, edge in enumerate(edges)
    )
    return left, top, right, bottom


def scenes_of(examples: Examples, count: int, rng: np.random.Generator) -> list[Placed]:
    """Products that were photographed on white, cut out and laid somewhere on a floor."""
    studio = rng.permutation(np.flatnonzero(examples.studio))
    floors = [examples.pictures[row] for row in np.flatnonzero(~examples.studio)]
    scenes: list[Placed] = []
    for row in studio:
        if len(scenes) == count:
            break
        picture = examples.pictures[row]
        ground = background_mask(picture)
        if ground is not None:
            scenes.append(_scene(picture, ~ground, floors, rng))
    return scenes


def _scene(
    picture: np.ndarray, thing: np.ndarray, floors: list[np.ndarray], rng: np.random.Generator
) -> Placed:
    size = SIZES[rng.choice(len(SIZES), p=SIZE_SHARES)]
    angle = rng.normal(0, TURN)
    # The picture with its mask as a fourth channel, moved as one.
    cut = Image.fromarray(np.dstack([picture, thing * np.uint8(255)]))
    cut = cut.crop(cut.getchannel("A").getbbox())
    cut = cut.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    scale = rng.uniform(*SCALES) * min(size[0] / cut.width, size[1] / cut.height)
    cut = cut.resize((round(cut.width * scale), round(cut.height * scale)))
    left, top = (round((of - own) * rng.beta(3, 3)) for of, own in zip(size, cut.size, strict=True))
    scene = backdrop(size, rng, floors).convert("RGB")
    scene.paste(cut, (left, top), cut)
    # What is half seen through is no part of it.
    alpha = Image.new("L", size)
    alpha.paste(cut.getchannel("A"), (left, top))
    return Placed(scene, _shares(_extent(np.asarray(alpha) > 127), (0, 0), size))


def _extent(there: np.ndarray) -> tuple[float, ...]:
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1

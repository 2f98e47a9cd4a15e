"""What tells where a thing is learns from things whose places are known."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PIL import Image

from recommender.encoder import graph, untrained
from recommender.encoder.correspondence import cells
from recommender.encoder.localiser import Localiser
from recommender.encoder.runtime import DETAIL_MAP, FEATURE_MAP, Network
from recommender.encoder.weights import Spec, Tower, Weights
from recommender.lab import localising
from recommender.lab.boxes import Shares, overlap
from recommender.lab.datasets import Examples
from recommender.lab.localising import Placed, fit_wearer, regression, scenes_of, views_of

RED, FLOOR = (200, 20, 30), (40, 160, 60)


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def red_box(picture: Image.Image) -> Shares:
    """Where the picture is red, as it was painted."""
    red = (np.abs(np.asarray(picture).astype(int) - RED) < 25).all(axis=2)
    rows, columns = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
    return (
        columns[0] / picture.width,
        rows[0] / picture.height,
        (columns[-1] + 1) / picture.width,
        (rows[-1] + 1) / picture.height,
    )


def on(ground: tuple[int, int, int], box: tuple[int, int, int, int]) -> np.ndarray:
    picture = Image.new("RGB", (90, 120), ground)
    picture.paste(RED, box)
    return np.asarray(picture)


def test_each_view_of_a_photograph_holds_the_thing_and_says_where():
    box = (20, 30, 70, 80)
    placed = Placed(Image.fromarray(on(FLOOR, box)), (20 / 90, 30 / 120, 70 / 90, 80 / 120))
    views = views_of(placed, rng())
    for view in views:
        assert view.box == pytest.approx(red_box(view.picture), abs=0.02)
    assert len({view.picture.size for view in views}) > 3


def test_a_scene_shows_a_thing_on_a_floor_and_says_where():
    pictures = [on((255, 255, 255), (20, 30, 70, 80))] * 12 + [on(FLOOR, (0, 0, 0, 0))]
    studio = np.arange(13) < 12
    examples = Examples([str(row) for row in range(13)], pictures, {}, {}, studio)
    scenes = scenes_of(examples, 10, rng())
    assert len(scenes) == 10
    for scene in scenes:
        assert overlap(scene.box, red_box(scene.picture)) > 0.9
        assert (np.asarray(scene.picture) == 255).all(axis=2).mean() < 0.01
    assert np.std([scene.box[0] for scene in scenes]) > 0.05


def test_the_regression_finds_what_moves_a_box():
    maps = rng().normal(size=(400, 2, 2, 3)).astype(np.float32)
    cells = maps / np.linalg.norm(maps, axis=-1, keepdims=True)
    boxes = np.array([0.2, 0.2, 0.8, 0.8]) + 0.1 * cells.reshape(400, -1)[:, [0, 4, 7, 11]]
    fitted = regression(maps, boxes, np.ones(400))
    found = np.array([fitted.edges(one) for one in maps])
    usual = np.abs(boxes - boxes.mean(axis=0)).mean()
    assert np.abs(found - boxes).mean() < 0.2 * usual


@pytest.mark.slow
def test_who_wears_a_thing_is_learned_from_marked_cells(monkeypatch: pytest.MonkeyPatch):
    """Of pictures with a red square somewhere, whose cells are marked."""
    pictures, marks = [], {}
    for number, (row, column) in enumerate(itertools.product((1, 4, 8), (0, 3, 6))):
        left, top = 16 * column, 16 * row
        picture = Image.new("RGB", (144, 192), FLOOR)
        picture.paste(RED, (left, top, left + 48, top + 48))
        pictures.append(np.asarray(picture))
        marked = itertools.product(range(row, row + 3), range(column, column + 3))
        marks[str(number)] = [9 * down + across for down, across in marked]
    monkeypatch.setattr(localising, "marked_wearers", lambda: marks)
    tower = Tower("resnet50", (192, 144))
    loaded = Weights((untrained.arrays(tower.size),), Spec("a", (tower,)))
    network = Network(graph.encoder(loaded), threads=0, precision="f32")

    def fitted(ids: list[str]) -> np.ndarray | None:
        shown = Examples(ids, pictures[: len(ids)], {}, {}, np.ones(len(ids), bool))
        return fit_wearer(network, [tower], shown)

    wearer = fitted(list(marks))
    assert wearer is not None
    localiser = Localiser(np.empty((0, 4), np.float32), np.zeros(4, np.float32), wearer)
    batches = [[np.stack(pictures)]]
    (maps,) = network.several(batches, DETAIL_MAP, FEATURE_MAP)
    for number, (details, last) in enumerate(zip(*maps, strict=True)):
        told = set(np.flatnonzero(localiser.is_wearer(cells(details, last))).tolist())
        own = set(marks[str(number)])
        assert len(told & own) > 0.8 * len(told | own)
    assert fitted(["of another catalogue"]) is None


def test_what_counts_nothing_moves_nothing():
    maps = rng().normal(size=(400, 2, 2, 3)).astype(np.float32)
    boxes = rng().uniform(size=(400, 4))
    without = regression(maps[1:], boxes[1:], np.ones(399))
    boxes[0] = 1000
    fitted = regression(maps, boxes, np.array([1e-9, *np.ones(399)]))
    assert fitted.matrix == pytest.approx(without.matrix, abs=0.01)
    assert fitted.offset == pytest.approx(without.offset, abs=0.01)

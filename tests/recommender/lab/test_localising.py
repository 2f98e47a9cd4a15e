"""What tells where a thing is learns from things whose places are known."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from recommender.lab.boxes import Shares, overlap
from recommender.lab.datasets import Examples
from recommender.lab.localising import Placed, regression, scenes_of, views_of

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


def test_what_counts_nothing_moves_nothing():
    maps = rng().normal(size=(400, 2, 2, 3)).astype(np.float32)
    boxes = rng().uniform(size=(400, 4))
    without = regression(maps[1:], boxes[1:], np.ones(399))
    boxes[0] = 1000
    fitted = regression(maps, boxes, np.array([1e-9, *np.ones(399)]))
    assert fitted.matrix == pytest.approx(without.matrix, abs=0.01)
    assert fitted.offset == pytest.approx(without.offset, abs=0.01)

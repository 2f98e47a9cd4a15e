"""The plots are drawn and say what they show; matplotlib notes every text in its SVG files."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from recommender.lab import plots

KINDS = ["Caps", "Jeans", "Shirts", "Shoes"]


def texts(file: Path) -> list[str]:
    return re.findall(r"<!-- (.*?) -->", file.read_text())


def test_every_panel_and_series_is_named(tmp_path: Path):
    panels = {"training loss": {"sum": [3, 2, 1.5]}, "validation": {"kind": [0.1, 0.2, 0.3]}}
    plots.curves(tmp_path / "curves.svg", [10, 20, 30], panels, "step")
    found = texts(tmp_path / "curves.svg")
    assert {"training loss", "sum", "validation", "kind", "step"} <= set(found)
    assert found.count("step") == 2


def test_curves_of_one_point_are_a_picture(tmp_path: Path):
    """The first epoch's, and a picture's format comes from its name."""
    plots.curves(tmp_path / "curves.png", [1], {"a": {"b": [0.5]}}, "step")
    with Image.open(tmp_path / "curves.png") as picture:
        assert picture.format == "PNG"
        assert min(picture.size) > 300


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """The figures as matplotlib has them, beside the files."""
    kept: list[Figure] = []

    class KeptFigure(Figure):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            kept.append(self)

    monkeypatch.setattr(plots, "Figure", KeptFigure)
    return kept


def test_confusion_counts_what_was_answered_for_what(tmp_path: Path, figures: list[Figure]):
    """Rows are labels and sum to one; where either label is missing there is nothing to count."""
    actual = np.array([0, 0, 0, 0, 2, 2, -1, 1])
    found = np.array([0, 0, 0, 2, 2, 2, 0, -1])
    plots.confusion(tmp_path / "confusion.svg", actual, found, KINDS)
    (table,) = figures[0].axes[0].images
    np.testing.assert_allclose(np.asarray(table.get_array()), [[0.75, 0.25], [0, 1]])
    assert [name for name in texts(tmp_path / "confusion.svg") if name in KINDS] == [
        "Caps", "Shirts", "Caps", "Shirts",
    ]  # fmt: skip


def test_curves_are_drawn_over_their_steps(tmp_path: Path, figures: list[Figure]):
    plots.curves(tmp_path / "curves.svg", [10, 20], {"a": {"b": [3, 2], "c": [0, 1]}}, "step")
    lines = [np.asarray(line.get_xydata()).tolist() for line in figures[0].axes[0].lines]
    assert lines == [[[10, 3], [20, 2]], [[10, 0], [20, 1]]]


def test_confusion_shows_the_most_frequent(tmp_path: Path):
    actual = np.array([0, 1, 1, 1, 3, 3])
    plots.confusion(tmp_path / "confusion.svg", actual, actual, KINDS, most=2)
    found = set(texts(tmp_path / "confusion.svg"))
    assert {"Jeans", "Shoes"} <= found
    assert not found & {"Caps", "Shirts"}


def test_a_small_confusion_has_its_shares_in_figures(tmp_path: Path):
    actual = np.array([0, 0, 0, 0, 1])
    found = np.array([0, 0, 0, 1, 1])
    axes = ("what it is", "what it is taken for")
    plots.confusion(tmp_path / "confusion.svg", actual, found, KINDS, axes=axes)
    assert {*axes, "75.0%", "25.0%", "100.0%"} <= set(texts(tmp_path / "confusion.svg"))

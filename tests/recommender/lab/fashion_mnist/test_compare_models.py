"""A small comparison from end to end: stopped, gone on with, reported."""

from __future__ import annotations

import dataclasses
import json
import re
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from recommender.lab.fashion_mnist import data

if TYPE_CHECKING:
    from recommender.lab.fashion_mnist.data import Parts

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill."""


@pytest.fixture(scope="module")
def compared(
    keras: ModuleType, files: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """The folder of a comparison by the command, and what the command said."""
    out, said = tmp_path_factory.mktemp("compared"), StringIO()
    call_command(
        "compare_models", data=files, epochs=1, seeds=1, pictures=256, out=out, stdout=said
    )
    return out, said.getvalue()


def test_the_command_says_its_figures_and_writes_a_report(compared: tuple[Path, str]):
    out, said = compared
    figures = json.loads((out / "figures.json").read_text())
    assert set(figures) == {
        "cnn_accuracy",
        "rnn_accuracy",
        "cnn_precision_at_5",
        "rnn_precision_at_5",
        "pixels_precision_at_5",
        "minutes",
    }
    for name, figure in figures.items():
        assert f"{name} " in said
        # One seed leaves no interval.
        assert (figure["low"], figure["high"], figure["runs"]) == (None, None, 1)
        assert figure["value"] > 0
    assert figures["cnn_accuracy"]["goal"] == ">= 0.945"
    assert f"Report: {out / 'report.html'}" in said


def test_the_report_s_pictures_are_there(compared: tuple[Path, str]):
    out, _ = compared
    page = (out / "report.html").read_text(encoding="utf-8")
    plots = set(re.findall(r'src="([\w-]+\.png)"', page))
    assert plots == {"curves.png", "confusion-cnn.png", "confusion-rnn.png"}
    for name in (*plots, "neighbours-cnn.png", "neighbours-rnn.png", "neighbours-pixels.png"):
        with Image.open(out / name) as picture:
            assert picture.format == "PNG"
    assert all(f">{name.replace('&', '&amp;')}" in page for name in data.CLASSES)


def test_the_figures_are_those_of_the_kept_answers(compared: tuple[Path, str], few: Parts):
    out, _ = compared
    figures = json.loads((out / "figures.json").read_text())
    for name in ("cnn", "rnn"):
        with np.load(out / "seed-1" / name / "answers.npz") as kept:
            accuracy = (kept["logits"].argmax(axis=1) == few.test.labels).mean()
            vectors = kept["vectors"]
        assert figures[f"{name}_accuracy"]["value"] == pytest.approx(accuracy, abs=1e-4)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        distance = np.linalg.norm(vectors[:, None] - vectors[None], axis=2)
        np.fill_diagonal(distance, np.inf)
        nearest = np.argsort(distance, axis=1)[:, :5]
        precision = (few.test.labels[nearest] == few.test.labels[:, None]).mean()
        # Two of nearly one distance may change places.
        assert figures[f"{name}_precision_at_5"]["value"] == pytest.approx(precision, abs=2e-3)


def test_another_recipe_needs_another_folder(compared: tuple[Path, str], files: Path):
    out, _ = compared
    with pytest.raises(CommandError, match="choose another folder with --out"):
        call_command("compare_models", data=files, epochs=2, seeds=1, pictures=256, out=out)


def test_a_folder_without_the_files_is_named(keras: ModuleType, tmp_path: Path):
    with pytest.raises(CommandError, match=r"lacks train-images-idx3-ubyte\.gz"):
        call_command("compare_models", data=tmp_path, out=tmp_path)


def test_a_killed_training_goes_on_as_if_it_had_not_been(
    keras: ModuleType, few: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """From the middle of an epoch; the tolerance is for sums that are added in another order.

    A backbone of one layer: what runs around it is the same.
    """
    from recommender.lab.fashion_mnist import networks, training

    def backbone() -> Any:
        pictures = keras.Input(networks.SHAPE)
        return keras.Model(pictures, keras.layers.Conv2D(16, 5, 3, activation="relu")(pictures))

    small = dataclasses.replace(networks.CNN, backbone=backbone)
    budget = training.Budget(epochs=2, batch=64)
    monkeypatch.setattr(training, "CHECKPOINT_STEPS", 3)
    steps = 0

    def killed(done: int) -> None:
        nonlocal steps
        steps += done
        if steps == 7:
            raise Killed

    with pytest.raises(Killed):
        training.train(small, few, budget, 5, tmp_path / "killed", killed)
    told: list[int] = []
    model, progress = training.train(small, few, budget, 5, tmp_path / "killed", told.append)
    assert told == [6, 1, 1]
    whole, unbroken = training.train(small, few, budget, 5, tmp_path / "whole", lambda done: None)

    assert progress.step == unbroken.step == 8
    assert 0 < progress.processor_s < 60
    for epoch, expected in zip(progress.history, unbroken.history, strict=True):
        assert epoch == pytest.approx(expected, abs=0.01)
    for found, expected in zip(model.variables, whole.variables, strict=True):
        exact = np.asarray(expected)
        assert np.linalg.norm(np.asarray(found) - exact) <= 1e-3 * np.linalg.norm(exact) + 1e-6

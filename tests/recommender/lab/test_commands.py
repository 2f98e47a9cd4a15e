"""The lab's commands on a small folder of real layout, with the network of a short training."""

from __future__ import annotations

import json
import shutil
from argparse import ArgumentTypeError
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from recommender.encoder import load_encoder
from recommender.encoder.source import FASHION_RESNET50
from recommender.lab import evaluation
from recommender.lab.datasets import ATTRIBUTES, Splits, read_reference
from recommender.lab.figures import GOALS
from recommender.management.commands.train_encoder import stage
from tests.recommender.lab.labelled import SIZE

if TYPE_CHECKING:
    from tests.recommender.lab.conftest import Trained

# Keras's own, when it reads a variable under NumPy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def few_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made of each photograph is measured beside test_evaluation, of all of them."""
    monkeypatch.setattr(evaluation, "SENT", 3)
    monkeypatch.setattr(evaluation, "ALTERED_GALLERY", 3)


def test_evaluate_prints_one_json_object_and_writes_a_report(
    served: None, few_sent: None, data: Path, whole: Splits, tmp_path: Path, capsys: Captured
):
    call_command("evaluate", data=data, results=tmp_path, encoder=FASHION_RESNET50, json=True)
    printed = capsys.readouterr()
    answer = json.loads(printed.out)
    assert "kinds: phone photographs and studio products" in printed.err
    assert answer["bench"] == "evaluate"

    figures = answer["figures"]
    products = int(whole.test.studio.sum())
    reference, _ = read_reference(data / "resnet50-imagenet-reference")
    for attribute in ATTRIBUTES:
        for name, queries in (("fashion-products", products), ("reference", len(reference))):
            figure = figures[f"{name}.{attribute}.precision_at_5"]
            assert 0 <= figure["low"] <= figure["value"] <= figure["high"] <= 1
            assert (figure["unit"], figure["queries"]) == ("share", queries)
    # Nothing was drawn, and nothing proposes a crop.
    drawn = {f"originals.drawn.{key}" for key in ("kind_among_5", "precision_at_5")}
    assert set(GOALS) - set(figures) == drawn | {"originals.crop.overlap"}
    for name in set(GOALS) & set(figures):
        assert figures[name]["goal"] == str(GOALS[name])
    assert figures["fashion-products.gender.recall_at_10"]["goal"] is None

    encoder = load_encoder(FASHION_RESNET50)
    (page,) = tmp_path.rglob("report.html")
    assert page.parent == tmp_path / encoder.fingerprint / "test"
    text = page.read_text(encoding="utf-8")
    assert f"Evaluation of {FASHION_RESNET50} {encoder.fingerprint}" in text
    assert all(name in text for name in figures)
    # Every product with five neighbours, every reference product with five.
    assert text.count('src="data:image/jpeg') >= 6 * (min(24, products) + len(reference))
    for plot in ("fashion-products.svg", "reference.svg", "confusion.svg"):
        assert f'src="{plot}"' in text
        assert (page.parent / plot).read_text().startswith("<?xml")


def test_evaluate_prints_a_line_for_each_figure(
    served: None, few_sent: None, data: Path, tmp_path: Path, capsys: Captured
):
    call_command(
        "evaluate", data=data, results=tmp_path, encoder=FASHION_RESNET50, part="validation"
    )
    lines = capsys.readouterr().out.splitlines()
    (line,) = [line for line in lines if line.startswith("clothing-cc0.garment.precision_at_1 ")]
    name, value, low, high, _, *goal = line.replace("[", "").replace("]", "").split()
    assert float(low.rstrip(",")) <= float(value) <= float(high)
    assert " ".join(goal) == str(GOALS[name])
    (page,) = tmp_path.rglob("report.html")
    assert f"Report: {page}" in lines[-1]


def test_train_encoder_ends_a_finished_run_with_weights_and_plots(
    trained: Trained, weights_file: Path, data: Path, tmp_path: Path, capsys: Captured
):
    folder = shutil.copytree(trained.folder, tmp_path / "run")
    stages = [f"--stage={SIZE[0]}x{SIZE[1]}:1", f"--stage={SIZE[0]}x{SIZE[1]}:0.5:0.25"]
    options = [f"--data={data}", f"--run={folder}", "--decay=0.5", "--seed=11", *stages]
    call_command("train_encoder", *options)

    assert f"Weights: {folder / 'fashion.npz'}" in capsys.readouterr().out
    assert (folder / "fashion.npz").read_bytes() == weights_file.read_bytes()
    for name in ("curves.png", "confusion.png"):
        with Image.open(folder / name) as plot:
            assert min(plot.size) > 300
    plan = json.loads((folder / "plan.json").read_text())
    assert plan["stages"] == [
        {"size": list(SIZE), "epochs": 1, "strength": 1, "sent": 0},
        {"size": list(SIZE), "epochs": 0.5, "strength": 0.25, "sent": 0},
    ]
    assert (plan["decay_epochs"], plan["seed"]) == (0.5, 11)


@pytest.mark.parametrize("command", ["evaluate", "fuse_towers", "train_encoder", "tune_tower"])
def test_a_folder_without_photographs_is_named(command: str, tmp_path: Path):
    with pytest.raises(CommandError, match=rf"No fashion-products/styles\.csv, .* in {tmp_path}"):
        call_command(command, data=tmp_path)


def test_a_folder_of_drawings_is_drawn_first(data: Path, tmp_path: Path):
    with pytest.raises(CommandError, match=rf"No styles\.csv in {tmp_path}"):
        call_command("evaluate", data=data, drawn=tmp_path)


@pytest.mark.parametrize("command", ["evaluate", "fuse_towers", "train_encoder", "tune_tower"])
def test_a_folder_has_to_be_named(command: str, settings):
    settings.DATA_DIR = None
    with pytest.raises(CommandError, match="--data or VITRINE_DATA_DIR"):
        call_command(command)


def test_a_stage_is_a_size_its_epochs_and_a_strength():
    assert stage("80x64:10") == ((80, 64), 10.0, 1.0)
    assert stage("128x96:5.5:0.7") == ((128, 96), 5.5, 0.7)


@pytest.mark.parametrize("text", ["80:10", "80x64", "axb:c", "80x64:10:1:2", ""])
def test_what_is_no_stage_is_refused_with_an_example(text: str):
    with pytest.raises(ArgumentTypeError, match="as in 80x64:10"):
        stage(text)

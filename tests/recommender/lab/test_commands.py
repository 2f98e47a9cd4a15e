"""The lab's commands on a small folder of real layout."""

import json
from argparse import ArgumentTypeError
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from recommender.lab.datasets import ATTRIBUTES
from recommender.management.commands.train_encoder import stage


def test_evaluate_measures_and_writes_a_report(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    call_command("evaluate", data=data, results=tmp_path, encoder="untrained", json=True)
    answer = json.loads(capsys.readouterr().out)
    assert answer["bench"] == "evaluate"
    figures = answer["figures"]
    for attribute in ATTRIBUTES:
        for name in (f"fashion-products.{attribute}", f"reference.{attribute}"):
            figure = figures[f"{name}.precision_at_5"]
            assert 0 <= figure["low"] <= figure["value"] <= figure["high"] <= 1
    assert figures["clothing-cc0.garment.precision_at_1"]["goal"] == ">= 0.880"
    assert figures["altered.photograph.recall_at_1"]["queries"] > 0
    # Boxes of three colours are easily told apart.
    assert figures["fashion-products.baseColour.precision_at_5"]["value"] > 0.6
    assert figures["rounding.least_cosine"]["value"] > 0.99
    (report,) = tmp_path.glob("*/report.html")
    page = report.read_text()
    assert page.count("<figure>") > 20
    assert "fashion-products.baseColour.precision_at_5" in page
    for plot in ("fashion-products.svg", "reference.svg", "confusion.svg"):
        assert (report.parent / plot).stat().st_size > 1000


@pytest.mark.parametrize("command", ["evaluate", "train_encoder"])
def test_a_folder_without_photographs_is_named(command: str, tmp_path: Path):
    with pytest.raises(CommandError, match="No fashion-products/ in"):
        call_command(command, data=tmp_path)


def test_a_stage_is_a_size_its_epochs_and_a_strength():
    assert stage("80x64:10") == ((80, 64), 10.0, 1.0)
    assert stage("128x96:5.5:0.7") == ((128, 96), 5.5, 0.7)


@pytest.mark.parametrize("text", ["80:10", "80x64", "axb:c", "80x64:10:1:2", ""])
def test_what_is_no_stage_is_refused_with_an_example(text: str):
    with pytest.raises(ArgumentTypeError, match="as in 80x64:10"):
        stage(text)

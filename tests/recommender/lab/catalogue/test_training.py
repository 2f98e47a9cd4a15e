"""The encoder in the box taught a small catalogue: by new layers, and by all of its ResNet50."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from recommender.encoder import load_file, source, weights
from recommender.encoder.source import FASHION, FASHION_RESNET50
from recommender.lab.catalogue import preparing
from recommender.lab.catalogue.sources import Photograph
from recommender.lab.datasets import read_catalogue
from tests.recommender.lab.labelled import COLOURS, OUTLINES, draw, jpeg

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three kinds in three colours: 18 photographs to learn from, nine to choose by."""
    folder = tmp_path_factory.mktemp("taught")
    listed = []
    for number in range(27):
        kind, colour = list(OUTLINES)[number % 3], list(COLOURS)[number // 3 % 3]
        file = folder / f"{number}.jpg"
        file.write_bytes(jpeg(draw(kind, colour, number)))
        labels = {"articleType": kind, "baseColour": colour}
        part = "train" if number < 18 else "validation"
        listed.append(Photograph(str(number), file, str(number), labels, part))
    preparing.prepare(listed, folder / "catalogue")
    return folder / "catalogue"


def test_new_layers_are_learnt_on_the_towers_of_the_box(
    keras: ModuleType, taught: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from recommender.lab import fusing
    from recommender.lab.catalogue import training

    # How well it learns is not looked at here.
    monkeypatch.setattr(fusing, "EPOCHS", 2)
    monkeypatch.setattr(training, "LEAST_STEPS", 2)
    said = StringIO()
    call_command("train", taught, run=tmp_path, stdout=said)
    made = tmp_path / "fashion.npz"
    assert f"Weights: {made}" in said.getvalue()
    before, after = (weights.load(file, FASHION) for file in (source.FASHION_FILE, made))
    # The towers stay as they were, but for being rounded again.
    for old, new in zip(before.towers, after.towers, strict=True):
        assert old.keys() == new.keys()
        assert all(np.allclose(old[name], new[name], atol=1e-6) for name in old)
    assert after.head is not None
    # Kinds and colours.
    assert [one.matrix.shape[1] for one in after.head.attributes] == [3, 3]
    splits = read_catalogue(taught)
    encoder = load_file(made)
    assert encoder.encode(map(Image.fromarray, splits.validation.pictures)).shape[0] == 9
    page = (tmp_path / "report.html").read_text()
    assert "catalogue, heads trained" in page
    assert page.count("before: 0.") + page.count("before: 1.") >= 4


def test_all_of_a_tower_begins_as_the_box_has_it(keras: ModuleType):
    from recommender.lab import training
    from recommender.lab.catalogue.training import PLAN

    (tower,) = weights.load(source.FASHION_FILE, FASHION_RESNET50).towers
    model = training.compiled({"articleType": list(OUTLINES)}, PLAN, tower)
    found = weights.collect(model)
    for name, array in tower.items():
        np.testing.assert_array_equal(found[name], array, err_msg=name)


def test_what_cannot_be_learnt_from_says_why(taught: Path, tmp_path: Path):
    file = taught.parent / "0.jpg"
    preparing.prepare([Photograph("0", file, "0", {}, "train")], tmp_path / "bare")
    with pytest.raises(CommandError, match="no labels in its train part"):
        call_command("train", tmp_path / "bare", run=tmp_path / "run")
    labels = {"articleType": "Shirts"}
    preparing.prepare([Photograph("0", file, "0", labels, "train")], tmp_path / "few")
    with pytest.raises(CommandError, match="0 photographs in its validation part"):
        call_command("train", tmp_path / "few", run=tmp_path / "run")
    with pytest.raises(CommandError, match="prepare it first"):
        call_command("train", tmp_path)
    with pytest.raises(CommandError, match="goes with a catalogue"):
        call_command("evaluate", weights=file)

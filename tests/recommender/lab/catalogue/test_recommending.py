"""What is near in a prepared catalogue, by commands and from Python."""

from __future__ import annotations

import copy
import csv
import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from recommender.encoder import Calibration, load_encoder
from recommender.lab.catalogue import recommending
from recommender.lab.catalogue.preparing import Account
from recommender.lab.catalogue.recommending import Shelf, UnknownItem

# The network is loaded, and where it was never converted that is done first.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shelf(catalogue: tuple[Path, Account]) -> Shelf:
    """An untrained network sees colours and outlines, which are all that these pictures have."""
    return Shelf(catalogue[0], load_encoder("untrained"))


def by_hand(shelf: Shelf, query: np.ndarray, without: set[str]) -> list[str]:
    """The nearest by Euclidean distance."""
    others = [item for item in shelf.examples.ids if item not in without]
    vectors = shelf.index.vectors_of([f"{item}|" for item in others])
    return [others[n] for n in np.argsort(np.linalg.norm(vectors - query, axis=1))]


def test_the_nearest_of_every_item_are_the_nearest_by_hand(shelf: Shelf):
    found = list(shelf.of_every_item(5))
    assert [one.query for one in found] == shelf.examples.ids
    for one in found:
        (query,) = shelf.index.vectors_of([f"{one.query}|"])
        assert [match.item for match in one.matches] == by_hand(shelf, query, {one.query})[:5]
        distances = [match.similarity for match in one.matches]
        assert distances == sorted(distances, reverse=True)


def test_as_many_are_found_as_are_asked_for(shelf: Shelf):
    """However far: with a score that nothing reaches, a panel of a shop would be empty."""
    far = copy.copy(shelf)
    far.calibration = Calibration((0, 8), closeness=1, agreement=0, offset=-50)
    assert len(far.of_item("train/Caps/0", 6).matches) == 6


def test_liked_items_are_asked_for_together_and_not_found(shelf: Shelf):
    liked = ["train/Caps/0", "train/Jeans/1"]
    found = shelf.of_liked(liked, 6)
    mean = shelf.index.vectors_of([f"{item}|" for item in liked]).mean(axis=0)
    expected = by_hand(shelf, mean / np.linalg.norm(mean), set(liked))[:6]
    assert [match.item for match in found.matches] == expected


def test_an_unknown_item_is_named(shelf: Shelf):
    with pytest.raises(UnknownItem, match=r"train/Hats/9 is not in the catalogue\."):
        shelf.of_item("train/Hats/9", 5)
    with pytest.raises(UnknownItem):
        shelf.of_liked(["train/Caps/0", "train/Hats/9"], 5)


def test_vectors_are_kept(shelf: Shelf, catalogue: tuple[Path, Account]):
    encoded: list[int] = []
    again = Shelf(catalogue[0], load_encoder("untrained"), done=encoded.append)
    assert encoded == []
    ids = shelf.index.ids()
    np.testing.assert_array_equal(again.index.vectors_of(ids), shelf.index.vectors_of(ids))


def test_files_have_what_was_found(shelf: Shelf, tmp_path: Path):
    found = list(shelf.of_every_item(3))
    page = recommending.write(found, shelf, tmp_path)
    expected = [
        (one.query, rank, match.item)
        for one in found
        for rank, match in enumerate(one.matches, 1)
    ]  # fmt: skip
    with (tmp_path / "recommendations.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["query"], int(row["rank"]), row["item"]) for row in rows] == expected
    lines = json.loads((tmp_path / "recommendations.json").read_text())
    assert [(line["query"], line["rank"], line["item"]) for line in lines] == expected
    assert page.read_text().count('src="data:image/jpeg') == len(found) * 4
    with Image.open(tmp_path / "recommendations.png") as sheet:
        assert sheet.height > sheet.width


def test_the_command_answers_for_a_photograph(
    shelf: Shelf, folder: Path, catalogue: tuple[Path, Account], tmp_path: Path
):
    """Of what is in the catalogue, the nearest is itself."""
    said = StringIO()
    photo = folder / "test" / "Jeans" / "7.jpg"
    call_command(
        "recommend", catalogue[0], photo=photo, encoder="untrained", out=tmp_path, stdout=said
    )
    first, *_, last = said.getvalue().splitlines()
    assert first.startswith("7.jpg: test/Jeans/7 ")
    assert str(tmp_path / "recommendations.html") in last


def test_the_command_says_what_is_wrong(catalogue: tuple[Path, Account], tmp_path: Path):
    with pytest.raises(CommandError, match="prepare it first"):
        call_command("recommend", tmp_path)
    with pytest.raises(CommandError, match="Hats is not in the catalogue"):
        call_command("recommend", catalogue[0], liked=["Hats"], encoder="untrained", out=tmp_path)
    bad = tmp_path / "bad.jpg"
    bad.write_text("no picture")
    with pytest.raises(CommandError, match="not a picture"):
        call_command("recommend", catalogue[0], photo=bad, encoder="untrained", out=tmp_path)


def test_a_catalogue_is_evaluated_by_the_same_command_as_the_material(
    shelf: Shelf, catalogue: tuple[Path, Account], tmp_path: Path
):
    said = StringIO()
    call_command(
        "evaluate", catalogue[0], encoder="untrained", results=tmp_path, json=True, stdout=said
    )
    figures = json.loads(said.getvalue())["figures"]
    assert set(figures) == {
        f"catalogue.articleType.{measure}_at_{k}"
        for measure in ("precision", "recall")
        for k in (1, 5, 10, 20)
    }
    assert figures["catalogue.articleType.precision_at_5"]["queries"] == 9
    (page,) = tmp_path.rglob("report.html")
    assert page.parent.name == catalogue[0].name
    with pytest.raises(CommandError, match="0 photographs in its validation part"):
        call_command("evaluate", catalogue[0], encoder="untrained", part="validation")
    with pytest.raises(CommandError, match="prepare it first"):
        call_command("evaluate", tmp_path)

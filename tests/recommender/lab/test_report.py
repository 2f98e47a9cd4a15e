"""The page that people look at: figures, plots and contact sheets."""

from __future__ import annotations

import base64
import io
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from recommender.lab import report
from recommender.lab.datasets import ATTRIBUTES, MISSING, Examples, subset
from recommender.lab.evaluation import DEPTHS, Evaluation, Finds
from recommender.lab.figures import Figure, Goal

COUNT = 30
CLASSES = {attribute: ["first", "second", "third"] for attribute in ATTRIBUTES}


def shade(row: int) -> tuple[int, int, int]:
    return (row * 8, 128, 255 - row * 8)


@pytest.fixture
def examples() -> Examples:
    """Told apart by colour; kinds by turns, one in ten without any label."""
    labels = np.arange(COUNT, dtype=np.int32) % 3
    labels[::10] = MISSING
    return Examples(
        ids=[str(row) for row in range(COUNT)],
        pictures=[np.full((80, 60, 3), shade(row), np.uint8) for row in range(COUNT)],
        labels=dict.fromkeys(ATTRIBUTES, labels)
        | {"gender": np.where(labels == MISSING, labels, 0)},
        classes=CLASSES,
        studio=np.ones(COUNT, bool),
    )


@pytest.fixture
def found() -> np.ndarray:
    """The following rows, round about."""
    return (np.arange(COUNT)[:, None] + np.arange(1, 21)) % COUNT


def row_of(tile: report.Tile) -> int:
    content = base64.b64decode(tile.source.removeprefix("data:image/jpeg;base64,"))
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.size == (60, 80)
        red = picture.convert("RGB").getpixel((30, 40))[0]
    return round(red / 8)


def test_a_row_is_a_query_and_its_five_neighbours(examples: Examples, found: np.ndarray):
    rows = report.sheet(examples, found)
    assert len(rows) == report.SHEET_ROWS
    queries = [row_of(row[0]) for row in rows]
    assert len(set(queries)) == report.SHEET_ROWS
    for query, row in zip(queries, rows, strict=True):
        assert [row_of(tile) for tile in row[1:]] == found[query, :5].tolist()


def test_a_small_set_is_shown_whole(examples: Examples):
    few = subset(examples, np.arange(COUNT) < 4)
    rows = report.sheet(few, (np.arange(4)[:, None] + np.arange(1, 4)) % 4)
    assert sorted(row_of(row[0]) for row in rows) == [0, 1, 2, 3]
    assert {len(row) for row in rows} == {4}


def test_a_neighbour_says_where_it_agrees(examples: Examples, found: np.ndarray):
    kinds, genders = examples.labels["articleType"], examples.labels["gender"]
    for row in report.sheet(examples, found):
        query = row_of(row[0])
        assert row[0].agrees == []
        for tile in row[1:]:
            other = row_of(tile)
            same = kinds[other] == kinds[query] != MISSING
            both = genders[other] == genders[query] != MISSING
            assert tile.agrees == [
                name for name in ATTRIBUTES if (both if name == "gender" else same)
            ]


def test_what_nobody_knows_agrees_with_nothing(examples: Examples):
    unknown = subset(examples, examples.labels["gender"] == MISSING)
    for row in report.sheet(unknown, np.array([[1, 2], [0, 2], [0, 1]])):
        assert [tile.agrees for tile in row] == [[], [], []]


def test_a_tile_is_captioned_with_what_is_known(examples: Examples, found: np.ndarray):
    for row in report.sheet(examples, found):
        for tile in row:
            number = row_of(tile)
            name = CLASSES["articleType"][number % 3]
            expected = "" if number % 10 == 0 else ", ".join([name, name, name, "first"])
            assert tile.caption == expected


def test_failures_are_queries_without_their_kind_among_five(examples: Examples):
    kinds = examples.labels["articleType"]
    failing, unlabelled = (4, 8, 15), 20
    found = []
    for row, kind in enumerate(kinds):
        alike = np.flatnonzero((kinds == kind) & (np.arange(COUNT) != row))
        others = np.flatnonzero(kinds != kind)
        # The sixth comes too late.
        place = 5 if row in (*failing, unlabelled) else 4
        found.append([*others[:place], alike[0], *others[place:5]])
    rows = report.failures(examples, np.array(found))
    assert sorted(row_of(row[0]) for row in rows) == list(failing)


def test_a_query_to_another_set_is_shown_with_what_was_found(evaluation: Evaluation):
    first, second = report.finds_sheet(evaluation.finds["From phones"])
    assert (first[0].caption, second[0].caption) == ("hat", "skirt")
    assert [row_of(tile) for tile in first] == [0, 6, 7, 8, 9, 10]
    assert [tile.agrees for tile in first] == [[]] * 6
    assert [tile.agrees for tile in second] == [[], [], [], ["right"], [], []]


class Page(HTMLParser):
    """As much of a page as the tests ask for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.pictures: list[str] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.pictures.append(dict(attributes)["src"] or "")

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


@pytest.fixture
def evaluation(examples: Examples, found: np.ndarray) -> Evaluation:
    figures = {
        f"fashion-products.{attribute}.{measure}_at_{k}": Figure(0.5, 0.4, 0.6, 9, Goal(">=", 0.45))
        for attribute in ATTRIBUTES
        for measure in ("precision", "recall")
        for k in DEPTHS
    }
    figures["altered.flip.recall_at_1"] = Figure(0.25, 0.125, 0.375, 17, Goal(">=", 0.9), "another")
    agree = np.zeros((2, 20), bool)
    agree[1, 2] = True
    asked = Finds(examples.pictures[:2], ["hat", "skirt"], examples, found[5:7], agree)
    return Evaluation(figures, {"fashion-products": (examples, found)}, {"From phones": asked})


def test_the_page_shows_figures_plots_and_sheets(
    evaluation: Evaluation, examples: Examples, found: np.ndarray, tmp_path: Path
):
    file = report.write(evaluation, tmp_path / "results" / "one", "fashion <1>")
    text = file.read_text(encoding="utf-8")
    page = Page(text)
    assert file == tmp_path / "results" / "one" / "report.html"
    assert "fashion <1>" not in text
    assert "Evaluation of fashion <1>" in page.texts
    at = page.texts.index("altered.flip.recall_at_1")
    assert page.texts[at : at + 6] == [
        "altered.flip.recall_at_1", "0.250", "0.125 to 0.375", ">= 0.900", "17", "another",
    ]  # fmt: skip
    assert set(evaluation.figures) <= set(page.texts)
    drawn = [picture for picture in page.pictures if not picture.startswith("data:")]
    assert drawn == ["fashion-products.svg", "confusion.svg"]
    assert all((file.parent / plot).read_text().startswith("<?xml") for plot in drawn)
    assert "From phones" in page.texts
    sheets = (report.sheet(examples, found), report.failures(examples, found))
    tiles = 6 * (sum(map(len, sheets)) + 2)
    assert len(page.pictures) - len(drawn) == tiles


def test_the_page_says_which_goal_is_met(evaluation: Evaluation, tmp_path: Path):
    text = report.write(evaluation, tmp_path, "fashion").read_text(encoding="utf-8")
    assert text.count('class="met"') == len(evaluation.figures) - 1
    assert text.count('class="missed"') == 1

"""The catalogue in the layout and words of fashion-products."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from drawings.catalogue import draw_catalogue
from drawings.dataset import COLOURS, HEIGHT, KINDS, WIDTH, write_dataset
from drawings.palette import PALETTE
from drawings.wardrobe import categories

COUNT = 4


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "drawn"
    write_dataset(draw_catalogue(count=COUNT), folder, drawers=1)
    return folder


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "styles.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_every_row_has_its_picture_and_every_picture_its_row(folder: Path) -> None:
    with zipfile.ZipFile(folder / "images.zip") as archive:
        assert archive.namelist() == [f"{row['id']}.jpg" for row in table(folder)]
        for name in archive.namelist():
            with Image.open(archive.open(name)) as picture:
                assert (picture.format, picture.size) == ("JPEG", (WIDTH, HEIGHT))


@pytest.mark.slow
def test_the_labels_are_those_of_the_products(folder: Path) -> None:
    products = {product.sku: product for product in draw_catalogue(count=COUNT)}
    rows = table(folder)
    assert {row["id"].rpartition("-")[0] for row in rows} == set(products)
    for row in rows:
        product = products[row["id"].rpartition("-")[0]]
        assert row["productDisplayName"] == product.name
        assert row["gender"].lower() == product.gender
        assert (row["articleType"], row["subCategory"]) == KINDS[product.kind]
        assert row["baseColour"] == COLOURS.get(product.colour, product.colour)


@pytest.mark.slow
def test_pictures_are_the_fronts_the_details_and_some_backs(folder: Path) -> None:
    angles = [row["id"].rpartition("-")[2] for row in table(folder)]
    assert angles.count("front") == angles.count("detail") == COUNT
    assert 0 < angles.count("back") < COUNT


def test_every_kind_and_only_those_have_their_words() -> None:
    assert {style.kind for category in categories() for style in category.styles} == set(KINDS)
    assert set(COLOURS) < {colour.name for colour in PALETTE}


@pytest.mark.skipif(
    settings.DATA_DIR is None, reason="VITRINE_DATA_DIR does not point to the real data"
)
def test_the_words_are_those_of_fashion_products() -> None:
    rows = table(settings.DATA_DIR / "fashion-products")
    assert {words[0] for words in KINDS.values()} - {""} <= {row["articleType"] for row in rows}
    assert {words[1] for words in KINDS.values()} <= {row["subCategory"] for row in rows}
    drawn = {COLOURS.get(colour.name, colour.name) for colour in PALETTE}
    assert drawn <= {row["baseColour"] for row in rows}


def test_a_broken_off_one_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "images.zip").write_bytes(b"half a zip")
    write_dataset(draw_catalogue(count=1), tmp_path, drawers=0)
    with zipfile.ZipFile(tmp_path / "images.zip") as archive:
        assert len(archive.namelist()) == len(table(tmp_path)) > 0

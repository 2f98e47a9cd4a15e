"""What a folder and a table say of photographs."""

from __future__ import annotations

from pathlib import Path

import pytest

from recommender.lab.catalogue import sources
from recommender.lab.catalogue.sources import BadSource


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return folder


def test_folders_are_parts_and_kinds(tmp_path: Path):
    touch(tmp_path, "train/Shirts/a.jpg", "Val/Shirts/b.JPEG", "test/Caps/blue/c.png", "notes.txt")
    found = {one.id: one for one in sources.read(tmp_path)}
    assert {id: (one.part, one.labels["articleType"]) for id, one in found.items()} == {
        "train/Shirts/a": ("train", "Shirts"),
        "Val/Shirts/b": ("validation", "Shirts"),
        "test/Caps/blue/c": ("test", "Caps"),
    }


def test_a_folder_of_kinds_leaves_the_part_open(tmp_path: Path):
    touch(tmp_path, "Shirts/a.jpg", "loose.jpg")
    found = {one.id: one for one in sources.read(tmp_path)}
    assert found["Shirts/a"].part is None
    assert dict(found["Shirts/a"].labels) == {"articleType": "Shirts"}
    assert dict(found["loose"].labels) == {}


def test_a_table_is_read_by_kaggle_s_columns(tmp_path: Path):
    (tmp_path / "styles.csv").write_text(
        "id,gender,articleType,productDisplayName\n7,Men,Shirts,Maker Shirt\n8,,,Maker Cap\n"
    )
    first, second = sources.read(tmp_path)
    assert (first.id, first.product, first.part) == ("7", "Maker Shirt", None)
    assert first.file == tmp_path / "images" / "7.jpg"
    assert dict(first.labels) == {"gender": "Men", "articleType": "Shirts"}
    assert dict(second.labels) == {}


def test_columns_may_have_other_names(tmp_path: Path):
    table = tmp_path / "shop.csv"
    # As a spreadsheet writes it, with a byte order mark.
    table.write_text(
        "nr,bild,titel,art,teil\n7,fotos/a.png,Hemd,Hemden,Test\n", encoding="utf-8-sig"
    )
    columns = {
        "id": "nr", "photo": "bild", "product": "titel", "articleType": "art", "part": "teil"
    }  # fmt: skip
    (one,) = sources.read(table, columns)
    assert (one.id, one.product, one.part) == ("7", "Hemd", "test")
    assert one.file == tmp_path / "fotos" / "a.png"
    assert dict(one.labels) == {"articleType": "Hemden"}


def test_what_cannot_be_read_says_what_to_do(tmp_path: Path):
    with pytest.raises(BadSource, match=r"There is no .*nothing"):
        sources.read(tmp_path / "nothing")
    with pytest.raises(BadSource, match="holds no photographs"):
        sources.read(tmp_path)
    (tmp_path / "styles.csv").write_text("id,titel\n1,Hemd\n")
    with pytest.raises(BadSource, match=r"--column product=NAME\. It has id, titel"):
        sources.read(tmp_path)

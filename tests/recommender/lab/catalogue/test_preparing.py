"""What becomes of photographs: a catalogue that is read again, and an account of the rest."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from recommender.lab.catalogue import preparing
from recommender.lab.catalogue.preparing import Account
from recommender.lab.catalogue.sources import Photograph
from recommender.lab.datasets import read_catalogue, split_of
from tests.recommender.lab.labelled import COLOURS, draw, jpeg, names


def photograph(folder: Path, id: str, number: int, **changes: str) -> Photograph:
    file = folder / f"{id}.jpg"
    file.write_bytes(jpeg(draw("Shirts", list(COLOURS)[number % 3], number)))
    return Photograph(id, file, changes.get("product", id), {}, changes.get("part"))


def test_a_catalogue_is_read_again(catalogue: tuple[Path, Account]):
    folder, account = catalogue
    splits = read_catalogue(folder)
    assert account.parts == {"train": 18, "validation": 0, "test": 9}
    assert [len(splits.train), len(splits.validation), len(splits.test)] == [18, 0, 9]
    kinds = splits.test.labels["articleType"]
    names = [splits.test.classes["articleType"][kind] for kind in kinds]
    assert names == [id.split("/")[1] for id in splits.test.ids]
    assert account.classes == {"articleType": {"Caps": 9, "Jeans": 9, "Shirts": 9}}


def test_pictures_are_upright_and_small(tmp_path: Path):
    picture = Image.new("RGB", (900, 400), "navy")
    exif = picture.getexif()
    exif[0x0112] = 6
    picture.save(tmp_path / "a.jpg", exif=exif)
    kept = preparing.prepare([Photograph("a", tmp_path / "a.jpg", "a", {}, "test")], tmp_path / "p")
    assert kept.smallest == kept.median == kept.largest == (400, 900)
    (pixels,) = read_catalogue(tmp_path / "p").test.pictures
    height, width, _ = pixels.shape
    assert height > 2 * width
    assert height <= preparing.SIDE


def test_what_is_left_out_is_named_with_its_reason(tmp_path: Path):
    good = photograph(tmp_path, "good", 1)
    broken = photograph(tmp_path, "broken", 2)
    broken.file.write_bytes(broken.file.read_bytes()[:300])
    tiny = photograph(tmp_path, "tiny", 3)
    Image.new("RGB", (60, 20)).save(tiny.file)
    listed = [
        good,
        broken,
        tiny,
        photograph(tmp_path, "twin", 1),
        Photograph("gone", tmp_path / "gone.jpg", "gone"),
        Photograph("good", photograph(tmp_path, "other", 4).file, "other"),
        photograph(tmp_path, "bar|bar", 5),
    ]
    told: list[int] = []
    account = preparing.prepare(listed, tmp_path / "prepared", told.append)
    assert (account.read, account.kept, sum(told)) == (7, 1, 7)
    reasons = {one.id: one.reason for one in account.left_out}
    assert "damaged" in reasons["broken"]
    assert reasons["tiny"] == "It has 60x20 pixels: 32 are the least."
    assert reasons["twin"] == "It is the same picture as good."
    assert reasons["gone"] == "The file cannot be read: No such file or directory."
    assert "'good' is taken" in reasons["good"]
    assert "holds a bar" in reasons["bar|bar"]
    written = json.loads((tmp_path / "prepared" / "account.json").read_text())
    assert [one["id"] for one in written["left_out"]] == list(reasons)
    page = (tmp_path / "prepared" / "account.html").read_text()
    assert all(f"<td>{id}<td>" in page for id in reasons)


def test_a_product_is_in_one_part(tmp_path: Path):
    """By its name where the source leaves it open, else by its first photograph."""
    name = next(names("validation"))
    listed = [photograph(tmp_path, str(n), n, product=name) for n in range(3)]
    listed += [
        photograph(tmp_path, "front", 4, product="shirt", part="train"),
        photograph(tmp_path, "back", 5, product="shirt", part="test"),
    ]
    assert split_of(name) == "validation"
    account = preparing.prepare(listed, tmp_path / "prepared")
    assert account.parts == {"train": 1, "validation": 3, "test": 0}
    (out,) = account.left_out
    assert (out.id, out.reason) == ("back", "Its product is in train already.")


def test_the_command_prepares_a_folder_once(folder: Path, tmp_path: Path):
    said = StringIO()
    call_command("prepare", folder, tmp_path / "new", stdout=said)
    assert "27 of 27 photographs: 18 train, 0 validation, 9 test." in said.getvalue()
    with Image.open(tmp_path / "new" / "account.png") as sheet:
        assert np.asarray(sheet).std() > 10
    with pytest.raises(CommandError, match="holds a catalogue already"):
        call_command("prepare", folder, tmp_path / "new")


def test_the_command_knows_its_columns(folder: Path, tmp_path: Path):
    with pytest.raises(CommandError, match="--column knows no size"):
        call_command("prepare", folder, tmp_path / "new", column=[("size", "Größe")])

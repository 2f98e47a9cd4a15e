"""`manage.py draw_dataset`: the drawn catalogue becomes a data set, once."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from drawings.catalogue import largest_count


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "drawn"
    call_command("draw_dataset", folder, count=1, stdout=io.StringIO())
    return folder


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "styles.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_another_seed_draws_other_pictures(folder: Path, tmp_path: Path) -> None:
    call_command("draw_dataset", tmp_path / "drawn", count=1, seed=7, stdout=io.StringIO())
    other = tmp_path / "drawn"
    first = f"{table(other)[0]['id']}.jpg"
    with (
        zipfile.ZipFile(folder / "images.zip") as one,
        zipfile.ZipFile(other / "images.zip") as two,
    ):
        assert one.read(first) != two.read(first)


@pytest.mark.slow
def test_a_finished_data_set_is_not_written_over(folder: Path) -> None:
    before = (folder / "images.zip").stat()
    with pytest.raises(CommandError, match="Name another folder"):
        call_command("draw_dataset", folder, count=1, stdout=io.StringIO())
    assert (folder / "images.zip").stat() == before


def test_more_than_there_is_cannot_be_drawn(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=f"at most {largest_count()}"):
        call_command("draw_dataset", tmp_path, count=largest_count() + 1, stdout=io.StringIO())
    assert not list(tmp_path.iterdir())

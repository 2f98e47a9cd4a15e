"""Zip files from strangers."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from shop.catalog.imports import BadRow, ImportRefused, open_source
from shop.catalog.imports.archives import Folder, Zip
from shop.catalog.imports.rows import RowRefused
from tests.shop.catalog.catalogues import write_zip
from tests.shop.catalog.shelves import jpeg

LIMIT = 1024**2


def test_what_points_outside_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    names = ("../../evil.jpg", "/etc/evil.jpg", "hats\\..\\..\\evil.jpg", "C:/evil.jpg")
    folder = tmp_path / "deep" / "er"
    folder.mkdir(parents=True)
    path = write_zip(folder / "hats.zip", dict.fromkeys((*names, "hat/a.jpg"), jpeg()))
    archive = Zip(path, "hats.zip")
    assert archive.names == ["hat/a.jpg"]
    assert {row.reason for row in archive.bad} == {"Its name points outside the archive."}
    assert len(archive.bad) == len(names)
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["hats.zip"]


def test_a_declared_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("hat/a.jpg", bytes(20 * 1024**2))
    assert [row.reason for row in Zip(path, "bomb.zip").bad] == [
        "It unpacks to far more than it holds, which no photograph does."
    ]


def test_a_bomb_that_lies_about_its_size_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "liar.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("hat/a.jpg", bytes(20 * 1024**2))
    content = bytearray(path.read_bytes())
    # The declared size stands in the local header and in the central directory.
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", content, content.index(signature) + offset, 1000)
    path.write_bytes(content)
    with pytest.raises(RowRefused, match=r"damaged|larger"):
        Zip(path, "liar.zip").read("hat/a.jpg", LIMIT)


def test_what_is_too_large_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "large.zip", {"hat/a.jpg": bytes(LIMIT + 1)})
    with pytest.raises(RowRefused, match=r"hat/a.jpg is larger than 1 MB\."):
        Zip(path, "large.zip").read("hat/a.jpg", LIMIT)


def test_encrypted_files_are_named(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "secret.zip", {"hat/a.jpg": jpeg()})
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    path.write_bytes(content)
    assert "encrypted" in Zip(path, "secret.zip").bad[0].reason


def test_damaged_files_are_named(tmp_path: Path) -> None:
    picture = jpeg()
    path = write_zip(tmp_path / "old.zip", {"hat/a.jpg": picture})
    content = path.read_bytes()
    path.write_bytes(content.replace(picture[:40], bytes(40)))
    with pytest.raises(RowRefused, match=r"hat/a.jpg is damaged in old.zip\."):
        Zip(path, "old.zip").read("hat/a.jpg", LIMIT)


def test_links_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "links.zip"
    entry = zipfile.ZipInfo("hat/a.jpg")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert Zip(path, "links.zip").bad == [BadRow("hat/a.jpg", "It is a link, not a file.")]


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 half a zip"])
def test_what_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "hats.zip"
    path.write_bytes(content)
    with pytest.raises(ImportRefused, match=r"hats.zip is not a zip file that can be read\."):
        open_source(path)


def test_what_file_managers_leave_behind_is_passed_over(tmp_path: Path) -> None:
    litter = ("__MACOSX/hat/._a.jpg", "hat/.DS_Store", "hat/Thumbs.db")
    files = dict.fromkeys((*litter, "hat/a.jpg"), jpeg())
    assert Zip(write_zip(tmp_path / "hats.zip", files), "hats.zip").names == ["hat/a.jpg"]
    folder = tmp_path / "unpacked"
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    assert Folder(folder).names == ["hat/a.jpg"]

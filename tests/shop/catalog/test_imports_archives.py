"""Zip files from strangers."""

from __future__ import annotations

import io
import os
import struct
import tracemalloc
import unicodedata
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from shop.catalog.imports import BadRow, ImportRefused, archives, open_source
from shop.catalog.imports.archives import Folder, Zip
from shop.catalog.imports.rows import RowRefused
from tests.shop.catalog.catalogues import write_zip
from tests.shop.catalog.shelves import jpeg

LIMIT = 1024**2


def test_what_points_outside_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    names = ("../../evil.jpg", "/etc/evil.jpg", "hats\\..\\..\\evil.jpg", "C:/evil.jpg")
    folder = tmp_path / "deep" / "er"
    folder.mkdir(parents=True)
    path = write_zip(folder / "hats.zip", dict.fromkeys((*names, "hat/10:30.jpg"), jpeg()))
    archive = Zip(path, "hats.zip")
    assert archive.names == ["hat/10:30.jpg"]
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


def entry_of(name: str, method: int = zipfile.ZIP_STORED) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.compress_type = method
    return entry


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_than_deflate_are_not_read(tmp_path: Path, method: int) -> None:
    """ZipFile reads them without a bound."""
    path = tmp_path / "odd.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry_of("hat/a.jpg", method), jpeg())
        archive.writestr(entry_of("hat/b.jpg", zipfile.ZIP_DEFLATED), jpeg())
    zip = Zip(path, "odd.zip")
    assert zip.names == ["hat/b.jpg"]
    assert zip.read("hat/b.jpg", LIMIT) == jpeg()
    reason = "It is packed by a method other than Deflate: pack the archive anew."
    assert zip.bad == [BadRow("hat/a.jpg", reason)]


def test_what_expands_is_read_no_further_than_the_limit(tmp_path: Path) -> None:
    """30 MB of noise and zeros by turns, which no ratio gives away."""
    path = tmp_path / "large.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("hat/a.jpg", b"".join(os.urandom(2**14) + bytes(2**20) for _ in range(30)))
    zip = Zip(path, "large.zip")
    assert zip.names == ["hat/a.jpg"]
    tracemalloc.start()
    with pytest.raises(RowRefused, match=r"larger than 1 MB"):
        zip.read("hat/a.jpg", LIMIT)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6 * LIMIT


@pytest.mark.parametrize("name", ["", ".", "./"])
def test_a_file_without_a_name_is_told_by_its_number(tmp_path: Path, name: str) -> None:
    path = tmp_path / "hats.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hat/a.jpg", jpeg())
        archive.writestr("xx", jpeg())
    content = path.read_bytes()
    renamed = name.ljust(2, "\0").encode()
    path.write_bytes(content.replace(b"xx", renamed))
    zip = Zip(path, "hats.zip")
    assert zip.names == ["hat/a.jpg"]
    assert zip.bad == ([] if name == "./" else [BadRow("file 2", "It has no name.")])


def test_a_name_that_is_too_long_is_quoted_in_part(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "hats.zip", {"9" * 5_000 + ".jpg": jpeg(), "hat/a.jpg": jpeg()})
    zip = Zip(path, "hats.zip")
    assert zip.names == ["hat/a.jpg"]
    assert zip.bad == [BadRow("9" * 199 + "…", "Its name is longer than 500 characters.")]


def test_too_many_files_are_refused_before_they_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A directory of more than a megabyte, as any is of too many files.
    path = write_zip(tmp_path / "hats.zip", {f"{number:0400}.jpg": b"" for number in range(3_000)})
    assert len(Zip(path, "hats.zip").names) == 3_000
    for bound, value in (("MAX_ENTRIES", 2_999), ("MAX_DIRECTORY_BYTES", 1_200_000)):
        with monkeypatch.context() as lower:
            lower.setattr(archives, bound, value)
            with pytest.raises(ImportRefused) as refused:
                Zip(path, "hats.zip")
        assert str(refused.value) == "hats.zip holds more files than can be read at once: split it."


def test_a_name_that_is_not_the_utf8_that_it_says_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "hats.zip", {"hut/über.jpg": jpeg()})
    path.write_bytes(path.read_bytes().replace("ü".encode(), b"\xff\xfe"))
    with pytest.raises(ImportRefused) as refused:
        Zip(path, "hats.zip")
    assert str(refused.value) == "hats.zip names a file in no known letters: pack it anew."


def test_two_files_of_one_name_are_both_refused(tmp_path: Path) -> None:
    path = tmp_path / "hats.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, colour in (("hat/a.jpg", "red"), ("hat/b.jpg", "tan")):
            archive.writestr(name, jpeg(colour))
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("hat/a.jpg", jpeg("navy"))
        archive.writestr("hat/u\u0308.jpg", jpeg())
        archive.writestr(unicodedata.normalize("NFC", "hat/u\u0308.jpg"), jpeg())
    with open_source(path) as source:
        bad = [row for row in source if isinstance(row, BadRow)]
        assert (source.total, len(bad)) == (5, 4)
    reason = "There are 2 files of this name: none of them is taken."
    assert bad[:2] == [BadRow("hat/a.jpg", reason)] * 2
    assert {row.reason for row in bad} == {reason}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("at", range(0, 400, 23))
def test_damage_anywhere_is_refused_in_a_sentence(tmp_path: Path, method: int, at: int) -> None:
    """A byte that is another in the entry, the directory, or the end of an archive."""
    path = tmp_path / "hats.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("hat/a.jpg", bytes(range(200)))
    content = bytearray(path.read_bytes())
    content[at % len(content)] ^= 0xFF
    path.write_bytes(content)
    with suppress(ImportRefused, RowRefused):
        zip = Zip(path, "hats.zip")
        assert all(zip.read(name, LIMIT) == bytes(range(200)) for name in zip.names)


@pytest.mark.parametrize("packed", ["hat\\a.jpg", "./hat/a.jpg", "hat//a.jpg", "hat/./a.jpg"])
def test_paths_are_told_in_one_form(tmp_path: Path, packed: str) -> None:
    assert Zip(write_zip(tmp_path / "hats.zip", {packed: jpeg()}), "").names == ["hat/a.jpg"]


def test_folders_that_windows_packed_are_no_files(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "hats.zip", {"hat\\": b"", "hat\\a.jpg": jpeg()})
    assert (Zip(path, "").names, Zip(path, "").bad) == (["hat/a.jpg"], [])


def test_accents_that_macos_wrote_apart_are_put_together(tmp_path: Path) -> None:
    apart, together = "mu\u0308tze/a.jpg", "m\u00fctze/a.jpg"
    assert Zip(write_zip(tmp_path / "hats.zip", {apart: jpeg()}), "").names == [together]
    file = tmp_path / "folder" / apart
    file.parent.mkdir(parents=True)
    file.write_bytes(jpeg())
    folder = Folder(tmp_path / "folder")
    assert folder.names == [together]
    assert folder.read(together, LIMIT) == jpeg()


@pytest.mark.parametrize("name", ["mütze/größe.jpg", "帽子/1.jpg", "Ñandú/ß.jpg"])
def test_utf8_that_is_not_declared_is_read(tmp_path: Path, name: str) -> None:
    path = write_zip(tmp_path / "hats.zip", {name: jpeg()})
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(signature) + offset
        (flags,) = struct.unpack_from("<H", content, at)
        struct.pack_into("<H", content, at, flags & ~0x800)
    path.write_bytes(content)
    zip = Zip(path, "hats.zip")
    assert zip.names == [name]
    assert zip.read(name, LIMIT) == jpeg()


def test_letters_of_msdos_stay_what_they_were(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "hats.zip", {"mxtze/a.jpg": jpeg()})
    path.write_bytes(path.read_bytes().replace(b"mxtze", "mütze".encode("cp437")))
    assert Zip(path, "hats.zip").names == ["mütze/a.jpg"]


def test_a_file_whose_name_no_system_can_write_is_named_as_far_as_it_goes(tmp_path: Path) -> None:
    (tmp_path / "hat").mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path / "hat") + b"/\xff.jpg")).write_bytes(jpeg())
    folder = Folder(tmp_path)
    assert folder.bad == [BadRow("hat/?.jpg", "Its name is not UTF-8.")]


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF"])
def test_pictures_are_told_by_their_content(tmp_path: Path, format: str) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "tan").save(picture, format)
    files = {"hat/1": picture.getvalue(), "hat/2.dat": picture.getvalue(), "hat/a.txt": b"Hats."}
    zip = Zip(write_zip(tmp_path / "hats.zip", files), "hats.zip")
    assert zip.pictures() == ["hat/1", "hat/2.dat"]


@pytest.mark.parametrize("ending", ["jfif", "JPE", "pjpeg", "pjp", "jpg", "heif"])
def test_pictures_are_told_by_their_endings(tmp_path: Path, ending: str) -> None:
    path = write_zip(tmp_path / "hats.zip", {f"hat/a.{ending}": b"whatever it holds"})
    assert Zip(path, "hats.zip").pictures() == [f"hat/a.{ending}"]


def test_what_is_passed_over_is_named_and_counted(tmp_path: Path) -> None:
    names = ("hat/a.jpg", "loose.jpg", "hat/notes.txt", *(f"hat/{n}.pdf" for n in range(4)))
    files = dict.fromkeys(names, b"A text.") | {"hat/Thumbs.db": b"", "hat/": b""}
    with open_source(write_zip(tmp_path / "hats.zip", files)) as source:
        assert source.notes == [
            "6 files were passed over: hat/0.pdf, hat/1.pdf, hat/2.pdf, hat/3.pdf, hat/notes.txt "
            "and 1 more."
        ]
    files = {"list.csv": b"sku,name,category,price\nA1,,,\n", "list.txt": b"", "A1.jpg": jpeg()}
    with open_source(write_zip(tmp_path / "hats.zip", files)) as source:
        assert source.notes == ["1 file was passed over: list.txt."]


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

"""Folders and zip files, read alike and without trust.

Nothing is ever unpacked to disk: an entry is read into memory, under a limit that holds for the
bytes that really come out, whatever the archive declares.
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from shop.catalog.imports.rows import BadRow, ImportRefused, RowRefused

MAX_ENTRIES = 500_000
# It is held in memory.
MAX_CSV_BYTES = 64 * 1024**2
# JPEG and its like hardly shrink in a zip; what expands this much is not a photograph.
MAX_RATIO = 200
RATIO_MATTERS_ABOVE = 1024**2
PICTURE_ENDINGS = frozenset(
    (".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".heif", ".avif", ".bmp", ".tif", ".tiff")
)
_DIGITS = re.compile(r"0*([0-9]+)")


class Archive(ABC):
    """Files by relative name, with forward slashes, in a steady order; close it when done."""

    title: str
    names: Sequence[str]
    # Entries that were refused on sight.
    bad: Sequence[BadRow] = ()

    @abstractmethod
    def read(self, name: str, limit: int) -> bytes:
        """The bytes of a file; raises RowRefused when it cannot be read or exceeds `limit`."""

    @abstractmethod
    def close(self) -> None:
        """Let go of what is held open."""

    def pictures(self) -> list[str]:
        """The names that end as image files do."""
        return [name for name in self.names if is_picture(name)]

    def picture(self, name: str) -> Callable[[], bytes]:
        """A reader of one picture, for ImportRow.photographs."""
        return lambda: self.read(name, settings.MAX_UPLOAD_BYTES)


class Folder(Archive):
    def __init__(self, path: Path) -> None:
        self.title = path.name
        self._path = path
        found = (p.relative_to(path).as_posix() for p in path.rglob("*") if p.is_file())
        self.names = sorted(name for name in found if not _is_litter(name))

    def read(self, name: str, limit: int) -> bytes:
        with (self._path / name).open("rb") as file:
            return _bounded(file, name, limit)

    def close(self) -> None:
        """Nothing is held open."""


class Zip(Archive):
    def __init__(self, file: Path | BinaryIO, title: str) -> None:
        """Open a zip file. Raises ImportRefused when it is none."""
        self.title = title
        self._file = file
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
            self._close_file()
            raise ImportRefused(
                _("%(title)s is not a zip file that can be read.") % {"title": title}
            ) from error
        entries = [entry for entry in self._zip.infolist() if not entry.is_dir()]
        if len(entries) > MAX_ENTRIES:
            self.close()
            raise ImportRefused(
                _("%(title)s holds more than %(most)s files.")
                % {"title": title, "most": number_format(MAX_ENTRIES, force_grouping=True)}
            )
        self._entries, self.bad = _sorted_out(entries)
        self.names = sorted(self._entries)

    def read(self, name: str, limit: int) -> bytes:
        try:
            with self._zip.open(self._entries[name]) as file:
                return _bounded(file, name, limit)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise RowRefused(
                _("%(name)s is damaged in %(archive)s.") % {"name": name, "archive": self.title}
            ) from error
        except (NotImplementedError, RuntimeError) as error:
            raise RowRefused(
                _("%(name)s is packed in a way that cannot be read.") % {"name": name}
            ) from error

    def close(self) -> None:
        self._zip.close()
        self._close_file()

    def _close_file(self) -> None:
        # ZipFile closes what it opened; a file that it was given is left to its giver.
        if not isinstance(self._file, Path):
            self._file.close()


class Files(Archive):
    """Single files, each under the name that its owner gave it."""

    def __init__(self, title: str, files: Iterable[tuple[str, Callable[[], BinaryIO]]]) -> None:
        self.title = title
        self._files = dict(files)
        self.names = list(self._files)

    def read(self, name: str, limit: int) -> bytes:
        with self._files[name]() as file:
            return _bounded(file, name, limit)

    def close(self) -> None:
        """Nothing is held open."""


def is_picture(name: str) -> bool:
    """Whether a file's name ends as an image file's does."""
    return PurePosixPath(name).suffix.lower() in PICTURE_ENDINGS


def natural_order(name: str) -> str:
    """A sort key in which `ab` comes before `ab-2`, and that before `ab-10`."""
    stem = PurePosixPath(name).with_suffix("").as_posix().lower()
    return _DIGITS.sub(_by_length, stem)


def _by_length(digits: re.Match[str]) -> str:
    # The shorter number is the smaller one; as text, since Python makes none of 4,300 digits. What
    # comes first makes numbers stand before whatever else may follow the same start.
    return f"\0{len(digits[1]):05}{digits[1]}"


def _sorted_out(
    entries: Iterable[zipfile.ZipInfo],
) -> tuple[dict[str, zipfile.ZipInfo], list[BadRow]]:
    good: dict[str, zipfile.ZipInfo] = {}
    bad: list[BadRow] = []
    for entry in entries:
        if _is_litter(entry.filename):
            continue
        reason = _why_unsafe(entry)
        if reason:
            bad.append(BadRow(entry.filename, reason))
        else:
            good[entry.filename] = entry
    return good, bad


def _why_unsafe(entry: zipfile.ZipInfo) -> str:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in entry.filename:
        return _("Its name points outside the archive.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return _("It is a link, not a file.")
    if entry.flag_bits & 0x1:
        return _("It is encrypted; pack the archive without a password.")
    if entry.file_size > RATIO_MATTERS_ABOVE and entry.file_size > MAX_RATIO * max(
        1, entry.compress_size
    ):
        return _("It unpacks to far more than it holds, which no photograph does.")
    return ""


def _bounded(file: IO[bytes], name: str, limit: int) -> bytes:
    content = file.read(limit + 1)
    if len(content) > limit:
        raise RowRefused(
            _("%(name)s is larger than %(most)d MB.") % {"name": name, "most": limit // 1024**2}
        )
    return content


def _is_litter(name: str) -> bool:
    """What macOS and file managers leave in folders and archives."""
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or parts[-1].startswith(".") or parts[-1] == "Thumbs.db"

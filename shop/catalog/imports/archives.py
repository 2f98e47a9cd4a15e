"""Folders and zip files, read alike and without trust.

Nothing is ever unpacked to disk: an entry is read into memory, under a limit that holds for the
bytes that really come out, whatever the archive declares. Only stored and deflated entries are
read: of the other methods ZipFile lets one entry grow to gigabytes before it can be looked at.

A name is a path with forward slashes, in Unicode's composed form, whoever packed it.
"""

from __future__ import annotations

import io
import re
import stat
import unicodedata
import weakref
import zipfile
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from recommender.images import begins_as_picture
from shop.catalog.imports.rows import BadRow, ImportRefused, RowRefused, quoted
from shop.web.trouble import trouble_of

# ZipFile makes some 800 bytes of every entry, and holds the whole directory as it does.
MAX_ENTRIES = 100_000
MAX_DIRECTORY_BYTES = 16 * 1024**2
MAX_NAME = 500
# It is held in memory.
MAX_CSV_BYTES = 64 * 1024**2
# JPEG and its like hardly shrink in a zip; what expands this much is not a photograph.
MAX_RATIO = 200
RATIO_MATTERS_ABOVE = 1024**2
READ_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
NAME_IS_UTF8 = 0x800
PICTURE_ENDINGS = frozenset(
    (
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".pjpeg", ".pjp", ".png", ".webp", ".gif"),
        *(".heic", ".heif", ".avif", ".bmp", ".tif", ".tiff"),
    )
)
TABLE_ENDING = ".csv"
# What feeds end with; among photographs such files may be anything.
FEED_ENDINGS = frozenset((".json", ".tsv", ".txt", ".xml"))
# Saved pages.
PAGE_ENDINGS = frozenset((".htm", ".html"))
LITTER = frozenset((".ds_store", ".directory", "thumbs.db", "desktop.ini"))
# Bytes that are read at once, fewer than any directory of too many entries has.
_PIECE = 1024**2
_ENTRY_MARK = b"PK\x01\x02"
# As much as tells what a file is.
_HEAD_BYTES = 64
_DIGITS = re.compile(r"0*([0-9]+)")


class Archive(ABC):
    """Files by relative name, in a steady order; close it when done."""

    title: str
    names: Sequence[str]
    # Entries that were refused on sight.
    bad: Sequence[BadRow] = ()

    @abstractmethod
    def _open(self, name: str) -> IO[bytes]:
        """A file, to be read from its beginning."""

    @abstractmethod
    def close(self) -> None:
        """Let go of what is held open."""

    def read(self, name: str, limit: int) -> bytes:
        """The bytes of a file; raises RowRefused when it cannot be read or exceeds `limit`."""
        try:
            with self._open(name) as file:
                return _bounded(file, name, limit)
        except RowRefused:
            raise
        except Exception as error:
            if not _is_of_the_file(error):
                raise
            raise RowRefused(self._why_unread(name, error)) from error

    def _why_unread(self, name: str, error: Exception) -> str:
        if isinstance(error, FileNotFoundError):
            return _("%(name)s is gone.") % {"name": quoted(name)}
        return _("%(name)s is damaged in %(archive)s.") % {
            "name": quoted(name),
            "archive": quoted(self.title),
        }

    def pictures(self) -> list[str]:
        """The names of pictures: as they end, and where they end otherwise as they begin."""
        return list(self._pictures)

    @cached_property
    def _pictures(self) -> Sequence[str]:
        return [
            name
            for name in self.names
            if not _is_hidden(name) and (is_picture(name) or self._begins_as_picture(name))
        ]

    def _begins_as_picture(self, name: str) -> bool:
        if is_table(name) or name.lower().endswith(".json"):
            return False
        try:
            with self._open(name) as file:
                return begins_as_picture(file.read(_HEAD_BYTES))
        except Exception as error:
            if not _is_of_the_file(error):
                raise
            # It is named as soon as somebody asks for it.
            return False

    def picture(self, name: str) -> Callable[[], bytes]:
        """A reader of one picture, for ImportRow.photographs."""
        return lambda: self.read(name, settings.MAX_UPLOAD_BYTES)


class Folder(Archive):
    def __init__(self, path: Path) -> None:
        self.title = path.name
        found = sorted(file for file in path.rglob("*") if file.is_file())
        self._files, self.bad = _sorted_out(
            (path_of(file.relative_to(path).as_posix()), file, "") for file in found
        )
        self.names = sorted(self._files)

    def _open(self, name: str) -> IO[bytes]:
        return self._files[name].open("rb")

    def close(self) -> None:
        """Nothing is held open."""


class Zip(Archive):
    def __init__(self, file: Path | BinaryIO, title: str) -> None:
        """Open a zip file. Raises ImportRefused when it is none, or too large a one."""
        self.title = title
        opened = file.open("rb") if isinstance(file, Path) else file
        # At the latest when nobody holds the archive, since its catalogue was refused.
        self._close_file = weakref.finalize(self, opened.close)
        try:
            self._zip = zipfile.ZipFile(_Directory(opened))
        except Exception as error:
            self._close_file()
            if not _is_of_the_file(error):
                raise
            raise ImportRefused(_why_no_archive(error) % {"title": quoted(title)}) from error
        self._entries, self.bad = _sorted_out(
            (_name_of(entry), entry, _why_unsafe(entry))
            for entry in self._zip.infolist()
            if not entry.filename.endswith(("/", "\\"))
        )
        self.names = sorted(self._entries)

    def _open(self, name: str) -> IO[bytes]:
        return self._zip.open(self._entries[name])

    def close(self) -> None:
        self._zip.close()
        self._close_file()


class _TooManyEntries(Exception):
    """A zip file's directory is larger than anybody means."""


class _Directory:
    """The file of an archive, of which ZipFile must not read too large a directory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if size <= _PIECE:
            return self._file.read(size)
        # Only a directory is read in one piece, and whatever number of entries it declares.
        content = b"" if size > MAX_DIRECTORY_BYTES else self._file.read(size)
        if not content or content.count(_ENTRY_MARK) > MAX_ENTRIES:
            raise _TooManyEntries
        return content


class Files(Archive):
    """Single files, each under the name that its owner gave it."""

    def __init__(self, title: str, files: Iterable[tuple[str, Callable[[], BinaryIO]]]) -> None:
        self.title = title
        self._files = dict(files)
        self.names = list(self._files)

    def _open(self, name: str) -> IO[bytes]:
        return self._files[name]()

    def close(self) -> None:
        """Nothing is held open."""


def is_picture(name: str) -> bool:
    """Whether a file's name ends as an image file's does."""
    return PurePosixPath(name).suffix.lower() in PICTURE_ENDINGS


def _is_hidden(name: str) -> bool:
    """Whether a system or a program keeps it for itself: trash, thumbnails."""
    return PurePosixPath(name).name.startswith(".")


def is_table(name: str) -> bool:
    """Whether a file's name ends as a table's does."""
    return PurePosixPath(name).suffix.lower() == TABLE_ENDING


def is_page(name: str) -> bool:
    """Whether a file's name ends as a page's does."""
    return PurePosixPath(name).suffix.lower() in PAGE_ENDINGS


def natural_order(name: str) -> str:
    """A sort key in which `ab` comes before `ab-2`, and that before `ab-10`."""
    stem = PurePosixPath(name).with_suffix("").as_posix().lower()
    return _DIGITS.sub(_by_length, stem)


def _by_length(digits: re.Match[str]) -> str:
    # The shorter number is the smaller one; as text, since Python makes none of 4,300 digits. What
    # comes first makes numbers stand before whatever else may follow the same start.
    return f"\0{len(digits[1]):05}{digits[1]}"


def _is_of_the_file(error: Exception) -> bool:
    """Whether a broken file is to blame, whose decoders have many words, and not the shop."""
    return not isinstance(error, MemoryError) and not trouble_of(error)


def _why_no_archive(error: Exception) -> str:
    if isinstance(error, _TooManyEntries):
        return _("%(title)s holds more files than can be read at once: split it.")
    if isinstance(error, UnicodeDecodeError):
        return _("%(title)s names a file in no known letters: pack it anew.")
    return _("%(title)s is not a zip file that can be read.")


def _name_of(entry: zipfile.ZipInfo) -> str:
    name = entry.filename
    if not entry.flag_bits & NAME_IS_UTF8:
        # Many pack UTF-8 without saying so; ZipFile took it for the letters of MS-DOS.
        with suppress(UnicodeError):
            name = name.encode("cp437").decode()
    return path_of(name)


def path_of(written: str) -> str:
    """A path as all are compared, whatever system wrote it: Windows has slashes of its own."""
    return _spelt(written.replace("\\", "/"))


def _spelt(name: str) -> str:
    """A path in the form that all are compared in: macOS writes accents apart from their letters.

    It is "." where there is no name. What has that form is returned itself, as archives keep it.
    """
    spelt = unicodedata.normalize("NFC", str(PurePosixPath(name)))
    return name if spelt == name else spelt


def _sorted_out[File](
    found: Iterable[tuple[str, File, str]],
) -> tuple[dict[str, File], list[BadRow]]:
    """Files by name and those refused, of each (name, file, what else is wrong with it)."""
    good: dict[str, File] = {}
    bad: list[BadRow] = []
    listed = [file for file in found if not _is_litter(file[0])]
    times = Counter(name for name, _file, _reason in listed)
    for number, (name, file, reason) in enumerate(listed, 1):
        reason = _why_unnamable(name) or reason
        if not reason and times[name] > 1:
            reason = _("There are %(times)d files of this name: none of them is taken.") % {
                "times": times[name]
            }
        if reason:
            bad.append(BadRow(_place(name, number), reason))
        else:
            good[name] = file
    return good, bad


def _place(name: str, number: int) -> str:
    """Where a file stands, in letters that can be written."""
    if name == ".":
        return _("file %(number)d") % {"number": number}
    return quoted(name).encode(errors="replace").decode()


def _why_unnamable(name: str) -> str:
    if name == ".":
        return _("It has no name.")
    if len(name) > MAX_NAME:
        return _("Its name is longer than %(most)d characters.") % {"most": MAX_NAME}
    if not name.isascii() and name.encode(errors="ignore").decode() != name:
        return _("Its name is not UTF-8.")
    return ""


def _why_unsafe(entry: zipfile.ZipInfo) -> str:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or PureWindowsPath(entry.filename).drive:
        return _("Its name points outside the archive.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return _("It is a link, not a file.")
    if entry.flag_bits & 0x1:
        return _("It is encrypted; pack the archive without a password.")
    if entry.compress_type not in READ_METHODS:
        return _("It is packed by a method other than Deflate: pack the archive anew.")
    if entry.file_size > RATIO_MATTERS_ABOVE and entry.file_size > MAX_RATIO * max(
        1, entry.compress_size
    ):
        return _("It unpacks to far more than it holds, which no photograph does.")
    return ""


def _bounded(file: IO[bytes], name: str, limit: int) -> bytes:
    content = io.BytesIO()
    while piece := file.read(_PIECE):
        content.write(piece)
        if content.tell() > limit:
            raise RowRefused(
                _("%(name)s is larger than %(most)d MB.")
                % {"name": quoted(name), "most": limit // 1024**2}
            )
    return content.getvalue()


def _is_litter(name: str) -> bool:
    """What macOS and file managers leave in folders and archives."""
    parts = PurePosixPath(name).parts
    last = parts[-1] if parts else ""
    return "__MACOSX" in parts or last.startswith("._") or last.lower() in LITTER

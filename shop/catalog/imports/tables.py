"""CSV text of unknown origin: its encoding, its delimiter, its rows by column name."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.catalog.imports.rows import BadRow, ImportRefused, quoted

# What a file of strangers may hold: see docs/importing.md.
MAX_LINES = 1_000_000
MAX_LINE = 1_000_000
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_HEADING = 100
MAX_CELL = 65_536
# Bytes that are decoded at once, to see whether they can be.
_CHUNK = 2**16


@dataclass(frozen=True)
class _Text:
    """The bytes of a CSV file, and how to read them."""

    title: str
    content: bytes
    encoding: str
    delimiter: str = ","

    def lines(self) -> Iterator[str]:
        """Its lines with their ends, the last one at most of MAX_LINE + 1 characters."""
        file = io.TextIOWrapper(io.BytesIO(self.content), self.encoding, newline="")
        while line := file.readline(MAX_LINE + 1):
            yield line

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(line, cells) of every row, the columns' names first, empty ones left out.

        Raises ImportRefused.
        """
        reader = csv.reader(self.lines(), delimiter=self.delimiter)
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, cells
        except csv.Error as error:
            raise ImportRefused(
                _("%(title)s cannot be read as CSV at line %(line)d: %(error)s.")
                % {"title": self.title, "line": reader.line_num, "error": error}
            ) from error


@dataclass(frozen=True)
class Table:
    """A CSV file, split anew whenever it is asked for: its cells take far more than its bytes.

    `columns` are lower-case and stripped; `size` is the number of rows below them.
    """

    title: str
    columns: list[str]
    size: int
    _text: _Text
    notes: list[str] = field(default_factory=list)

    def body(self) -> Iterator[tuple[int, list[str]]]:
        """(line, cells) of every row that is not empty."""
        rows = self._text.rows()
        next(rows)
        return rows

    def records(self) -> Iterator[tuple[int, dict[str, str]] | BadRow]:
        """(line, values by column) of every row that is not empty.

        Commas that nobody quoted in the last column (as in Kaggle's `styles.csv`) are put back.
        """
        width = len(self.columns)
        for line, cells in self.body():
            if len(cells) > width:
                cells = [*cells[: width - 1], ",".join(cells[width - 1 :])]
            reason = self._why_bad(cells)
            if reason:
                yield BadRow(line, reason)
            else:
                values = (cell.strip() for cell in cells)
                yield line, dict(zip(self.columns, values, strict=True))

    def _why_bad(self, cells: list[str]) -> str:
        if len(cells) < len(self.columns):
            return _("It has %(there)d columns where %(expected)d are expected.") % {
                "there": len(cells),
                "expected": len(self.columns),
            }
        for column, cell in zip(self.columns, cells, strict=True):
            if len(cell) > MAX_CELL:
                return _("The %(column)s is longer than %(most)s characters.") % {
                    "column": column,
                    "most": _grouped(MAX_CELL),
                }
        return ""

    def values(self, column: str) -> Iterator[str]:
        """Everything that stands in a column."""
        index = self.columns.index(column)
        return (cells[index].strip() for _line, cells in self.body() if len(cells) > index)

    def require(self, *columns: str) -> None:
        """Raise ImportRefused, naming them, when columns are missing."""
        missing = [column for column in columns if column not in self.columns]
        if missing:
            raise ImportRefused(
                ngettext(
                    "%(title)s lacks the column %(missing)s; it has %(there)s.",
                    "%(title)s lacks the columns %(missing)s; it has %(there)s.",
                    len(missing),
                )
                % {
                    "title": self.title,
                    "missing": ", ".join(missing),
                    "there": quoted(", ".join(self.columns)),
                }
            )


def read_table(content: bytes, title: str) -> Table:
    """Look through a CSV file. Raises ImportRefused when it is none, or too large a one."""
    encoding, notes = _encoding(content, title)
    first = _first_line(_Text(title, content, encoding))
    text = _Text(title, content, encoding, _delimiter(first))
    rows = text.rows()
    columns = [column.strip().lower() for column in next(rows, (0, []))[1]]
    _check_columns(columns, title)
    return Table(title, columns, _counted(rows, title), text, notes)


def _first_line(text: _Text) -> str:
    """The first line, once it is known that none is too long and that there are not too many."""
    first = ""
    for number, line in enumerate(text.lines(), 1):
        first = first or line
        if len(line) > MAX_LINE:
            raise ImportRefused(
                _("Line %(line)d of %(title)s is longer than %(most)s characters.")
                % {"line": number, "title": text.title, "most": _grouped(MAX_LINE)}
            )
        if number > MAX_LINES:
            raise ImportRefused(
                _("%(title)s has more than %(most)s lines.")
                % {"title": text.title, "most": _grouped(MAX_LINES)}
            )
    return first


def _counted(rows: Iterator[object], title: str) -> int:
    number = 0
    for number, _row in enumerate(rows, 1):
        if number > MAX_ROWS:
            raise ImportRefused(
                _("%(title)s has more than %(most)s rows: split it.")
                % {"title": title, "most": _grouped(MAX_ROWS)}
            )
    return number


def _check_columns(columns: list[str], title: str) -> None:
    if not columns:
        raise ImportRefused(_("%(title)s has no line of column names.") % {"title": title})
    if len(columns) > MAX_COLUMNS:
        raise ImportRefused(
            _("%(title)s has more than %(most)d columns.") % {"title": title, "most": MAX_COLUMNS}
        )
    if max(map(len, columns)) > MAX_HEADING:
        raise ImportRefused(
            _("%(title)s has a column whose name is longer than %(most)d characters.")
            % {"title": title, "most": MAX_HEADING}
        )
    if len(set(columns)) < len(columns):
        raise ImportRefused(_("%(title)s has two columns of the same name.") % {"title": title})


def _encoding(content: bytes, title: str) -> tuple[str, list[str]]:
    """What a file is written in, and what to say of it. Raises ImportRefused."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding, notes = "utf-16", [_("%(title)s was read as UTF-16.") % {"title": title}]
    else:
        encoding, notes = "utf-8-sig", []
    where = _line_that_is_not(encoding, content, title)
    if not where:
        return encoding, notes
    # Windows-1252 is what spreadsheets write when they do not write UTF-8.
    if _line_that_is_not("cp1252", content, title):
        raise ImportRefused(
            _("%(title)s is neither UTF-8 nor Windows-1252 (line %(line)d); save it as UTF-8.")
            % {"title": title, "line": where}
        )
    return "cp1252", [
        _(
            "%(title)s is not UTF-8 (line %(line)d); it was read as Windows-1252. "
            "Check names with accents, or save it as UTF-8."
        )
        % {"title": title, "line": where}
    ]


def _line_that_is_not(encoding: str, content: bytes, title: str) -> int:
    """The first line that is not of this encoding, or 0. Raises ImportRefused for a binary file.

    Looked through bit by bit: one character beyond the BMP makes a text take four times its bytes.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(content) + 1, _CHUNK):
        chunk = content[start : start + _CHUNK]
        held = len(decoder.getstate()[0])
        try:
            text = decoder.decode(chunk, final=len(chunk) < _CHUNK)
        except UnicodeDecodeError as error:
            return content.count(b"\n", 0, start - held + error.start) + 1
        if "\0" in text:
            raise ImportRefused(_("%(title)s is not a text file.") % {"title": title})
    return 0


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)

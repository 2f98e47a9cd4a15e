"""CSV text of unknown origin: its encoding, its delimiter, its rows by column name."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, islice

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.catalog.imports.formulas import unguarded
from shop.catalog.imports.rows import BadRow, ImportRefused, Place, quoted

# What a file of strangers may hold: see docs/importing.md.
MAX_LINES = 1_000_000
MAX_LINE = 1_000_000
MAX_ROW_LINES = 1_000
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_HEADING = 200
MAX_CELL = 65_536
# Digits of decimals or of thousands.
MOST_BEHIND_A_COMMA = 3
# What a carriage return within a row is read as: white space that nobody types.
VT = "\v"
# What Meta's template for feeds has above its columns.
_REMARK = re.compile(r'"?# (?:Required|Optional|Recommended)\b')
# What some programs write in front of a text, more than once; the other one is the same in UTF-8,
# read as Windows-1252.
BOM, BOM_IN_CP1252 = "\ufeff", "\xef\xbb\xbf"
# Bytes that are decoded at once, to see whether they can be.
_CHUNK = 2**16

# The line on which a row begins, and its cells; or where it stands, and its values by column.
Row = tuple[int, list[str]]
Record = tuple[Place, dict[str, str]]


@dataclass(frozen=True)
class _Text:
    """The bytes of a CSV file, and how to read them."""

    title: str
    content: bytes
    encoding: str
    delimiter: str = ","
    # Lines above the columns' names.
    skipped: int = 0

    def lines(self) -> Iterator[str]:
        """Its lines, the last one at most of MAX_LINE + 1 characters.

        A carriage return within a line, which is no end of a row, is a VT.
        """
        ending = self._ending()
        file = io.TextIOWrapper(io.BytesIO(self.content), self.encoding, newline=ending)
        first = file.readline(MAX_LINE + 1).removeprefix(BOM_IN_CP1252).lstrip(BOM)
        for line in chain([first] if first else [], iter(lambda: file.readline(MAX_LINE + 1), "")):
            yield line.removesuffix(ending).removesuffix("\r").replace("\r", VT) + "\n"

    def rows(self) -> Iterator[Row | BadRow]:
        """Every row, the columns' names first, empty ones left out."""
        lines = _Lines(islice(self.lines(), self.skipped, None), self.skipped)
        while True:
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            try:
                yield from _rows(reader, lines)
            except csv.Error:
                yield BadRow(lines.first, _why_unreadable(lines))
                lines.go_on_below_the_first()
            else:
                return

    def _ending(self) -> str:
        """What its lines end with: where there is a line feed, a carriage return ends none."""
        feed = "\n".encode("utf-16-le") if self.encoding == "utf-16" else b"\n"
        return "\n" if feed in self.content or feed[::-1] in self.content else "\r"


class _Lines:
    """Lines that are read again from a row's second on where the row could not be read."""

    def __init__(self, lines: Iterator[str], above: int) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self.row: list[str] = []
        self._length = 0
        # The number of the row's first line.
        self.first = above + 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.row) == MAX_ROW_LINES or self._length > MAX_LINE:
            # Of many quotation marks that are never closed each would be looked for to the end.
            raise csv.Error
        line = self._again.popleft() if self._again else next(self._lines)
        self.row.append(line)
        self._length += len(line)
        return line

    def begin_row(self) -> None:
        self.first += len(self.row)
        self.row.clear()
        self._length = 0

    def go_on_below_the_first(self) -> None:
        self._again.extendleft(reversed(self.row[1:]))
        del self.row[1:]
        self.begin_row()


def _rows(reader: Iterator[list[str]], lines: _Lines) -> Iterator[Row]:
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield lines.first, cells
        lines.begin_row()


def _why_unreadable(lines: _Lines) -> str:
    if len(lines.row) == 1 and len(lines.row[0]) > MAX_CELL:
        return _("A cell is longer than %(most)s characters.") % {"most": _grouped(MAX_CELL)}
    return _("A quotation mark that opens here is not closed at the end of a cell.")


@dataclass(frozen=True)
class Table:
    """A CSV file, split anew whenever it is asked for: its cells take far more than its bytes.

    `headings` are the columns' names as they were written, `columns` in lower case; one without a
    name is empty. `width` is the number of cells in their row, where empty ones may follow the last
    name. `size` is the number of rows below.
    """

    title: str
    headings: list[str]
    width: int
    size: int
    _text: _Text
    notes: list[str] = field(default_factory=list)

    @cached_property
    def columns(self) -> list[str]:
        return [heading.lower() for heading in self.headings]

    @property
    def delimiter(self) -> str:
        return self._text.delimiter

    def body(self) -> Iterator[Row | BadRow]:
        """Every row that is not empty."""
        rows = self._text.rows()
        next(rows)
        return rows

    def records(
        self, texts: Container[str] = (), amounts: Collection[str] = ()
    ) -> Iterator[Record | BadRow]:
        """(line, values by column) of every row that is not empty.

        Delimiters that nobody quoted in the last column, as in Kaggle's `styles.csv`, are put back
        where that column is one of `texts`. A row of too many cells is refused where one of the
        `amounts` may have been parted.
        """
        parted = self._may_be_parted(amounts)
        for row in self.body():
            if isinstance(row, BadRow):
                yield row
                continue
            line, cells = row
            fitted = self._fitted(cells, texts)
            reason = self._why_parted(cells, parted) or self._why_bad(fitted)
            if reason:
                yield BadRow(line, reason)
            else:
                # Most cells of other shops' tables are empty.
                values = (cell and _read(cell) for cell in fitted)
                named = zip(self.columns, values, strict=True)
                yield line, {column: value for column, value in named if column}

    def _fitted(self, cells: list[str], texts: Container[str]) -> list[str]:
        """As many cells as there are columns, if that can be had without a guess."""
        width = len(self.columns)
        more = cells[width:]
        while more and not more[-1].strip():
            more.pop()
        if not more:
            return cells[:width]
        if self.columns[-1] not in texts:
            return cells[:width] + more
        return [*cells[: width - 1], self.delimiter.join(cells[width - 1 : width + len(more)])]

    def _may_be_parted(self, amounts: Collection[str]) -> list[int]:
        """The places of the columns in which a comma may have been taken for the delimiter."""
        if self.delimiter != ",":
            return []
        return [at for at, column in enumerate(self.columns) if column in amounts]

    def _why_parted(self, cells: Sequence[str], places: Iterable[int]) -> str:
        """Why a row of too many cells is none: 49,90 or 1,300 may be two of them."""
        pushed = len(cells) > self.width or any(cell.strip() for cell in cells[len(self.columns) :])
        for at in places if pushed else ():
            whole, rest = (cell.strip() for cell in (*cells[at : at + 2], "", "")[:2])
            if whole.isdecimal() and rest.isdecimal() and len(rest) <= MOST_BEHIND_A_COMMA:
                number = {"whole": quoted(whole), "rest": rest}
                return (
                    _(
                        "%(whole)s,%(rest)s may be one number: put quotation marks around it, or "
                        "leave out what is too much at the end of the row."
                    )
                    % number
                )
        return ""

    def _why_bad(self, cells: list[str]) -> str:
        if len(cells) != len(self.columns):
            return _("It has %(there)d columns where %(expected)d are expected.") % {
                "there": len(cells),
                "expected": len(self.columns),
            }
        if max(map(len, cells)) <= MAX_CELL:
            return ""
        for column, cell in zip(self.columns, cells, strict=True):
            if len(cell) > MAX_CELL:
                return _("The %(column)s is longer than %(most)s characters.") % {
                    "column": column,
                    "most": _grouped(MAX_CELL),
                }
        return ""

    def values(self, column: str) -> Iterator[str]:
        """Everything that stands in a column, of rows that have too many cells as well."""
        index = self.columns.index(column)
        rows = (row[1] for row in self.body() if not isinstance(row, BadRow))
        return (_read(cells[index]) for cells in rows if len(cells) > index)

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
                    "there": quoted(", ".join(filter(None, self.columns))),
                }
            )


def _read(cell: str) -> str:
    return unguarded(cell.strip())


def read_table(content: bytes, title: str) -> Table:
    """Look through a CSV file. Raises ImportRefused when it is none, or too large a one."""
    encoding, notes = _encoding(content, title)
    at, first = _first_line(_Text(title, content, encoding))
    # Excel's own way to name the delimiter.
    named = re.fullmatch(r'"?sep=(.)"?', first.strip("\n"), re.IGNORECASE)
    delimiter = named[1] if named else _delimiter(first)
    text = _Text(title, content, encoding, delimiter, at if named else max(0, at - 1))
    rows = text.rows()
    first_row = _first_row(next(rows, (0, [])), title)
    headings = _headings(first_row, title)
    return Table(title, headings, len(first_row), _counted(rows, title), text, notes)


def _first_row(row: Row | BadRow, title: str) -> list[str]:
    if isinstance(row, BadRow):
        raise ImportRefused(
            _("%(title)s cannot be read as CSV at line %(line)d: %(error)s")
            % {"title": title, "line": row.line, "error": row.reason}
        )
    return row[1]


def _headings(cells: Sequence[str], title: str) -> list[str]:
    """The columns' names, without the empty ones at the end. Raises ImportRefused."""
    headings = [heading.strip() for heading in cells]
    while headings and not headings[-1]:
        headings.pop()
    _check_columns([heading.lower() for heading in headings], title)
    return headings


def _first_line(text: _Text) -> tuple[int, str]:
    """The first line that is not empty and no remark, with its number, or (0, "").

    Raises ImportRefused where one is too long or there are too many.
    """
    found = 0, ""
    for number, line in enumerate(text.lines(), 1):
        if not found[0] and line.strip() and not _REMARK.match(line):
            found = number, line
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
    return found


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
    named = [column for column in columns if column]
    if len(set(named)) < len(named):
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

"""CSV text of unknown origin: its encoding, its delimiter, its rows by column name."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.catalog.imports.rows import BadRow, ImportRefused

MAX_COLUMNS = 200


@dataclass
class Table:
    """A decoded CSV file. `columns` are lower-case and stripped."""

    title: str
    columns: list[str]
    body: list[tuple[int, list[str]]]
    notes: list[str] = field(default_factory=list)

    def records(self) -> Iterator[tuple[int, dict[str, str]] | BadRow]:
        """(line, values by column) of every row that is not empty.

        Commas that nobody quoted in the last column (as in Kaggle's `styles.csv`) are put back.
        """
        width = len(self.columns)
        for line, cells in self.body:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > width:
                cells = [*cells[: width - 1], ",".join(cells[width - 1 :])]
            if len(cells) < width:
                yield BadRow(
                    line,
                    _("It has %(there)d columns where %(expected)d are expected.")
                    % {"there": len(cells), "expected": width},
                )
            else:
                values = (cell.strip() for cell in cells)
                yield line, dict(zip(self.columns, values, strict=True))

    def values(self, column: str) -> list[str]:
        """Everything that stands in a column."""
        index = self.columns.index(column)
        return [cells[index].strip() for _line, cells in self.body if len(cells) > index]

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
                    "there": ", ".join(self.columns),
                }
            )


def read_table(content: bytes, title: str) -> Table:
    """Decode and split a CSV file. Raises ImportRefused when it is none."""
    text, notes = _decoded(content, title)
    if "\0" in text:
        raise ImportRefused(_("%(title)s is not a text file.") % {"title": title})
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(first))
    try:
        columns = [column.strip().lower() for column in next(reader, [])]
        body = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise ImportRefused(
            _("%(title)s cannot be read as CSV at line %(line)d: %(error)s.")
            % {"title": title, "line": reader.line_num, "error": error}
        ) from error
    if not any(columns) or len(columns) > MAX_COLUMNS:
        raise ImportRefused(_("%(title)s has no line of column names.") % {"title": title})
    if len(set(columns)) < len(columns):
        raise ImportRefused(_("%(title)s has two columns of the same name.") % {"title": title})
    return Table(title, columns, body, notes)


def _decoded(content: bytes, title: str) -> tuple[str, list[str]]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding, notes = "utf-16", [_("%(title)s was read as UTF-16.") % {"title": title}]
    else:
        encoding, notes = "utf-8-sig", []
    try:
        return content.decode(encoding), notes
    except UnicodeDecodeError as error:
        where = content.count(b"\n", 0, error.start) + 1
    # Windows-1252 is what spreadsheets write when they do not write UTF-8.
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise ImportRefused(
            _("%(title)s is neither UTF-8 nor Windows-1252 (line %(line)d); save it as UTF-8.")
            % {"title": title, "line": where}
        ) from error
    return text, [
        _(
            "%(title)s is not UTF-8 (line %(line)d); it was read as Windows-1252. "
            "Check names with accents, or save it as UTF-8."
        )
        % {"title": title, "line": where}
    ]


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)

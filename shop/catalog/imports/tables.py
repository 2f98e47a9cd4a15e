"""CSV text of unknown origin: its encoding, its delimiter, its rows by column name."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

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
                yield BadRow(line, f"It has {len(cells)} columns where {width} are expected.")
            else:
                values = (cell.strip() for cell in cells)
                yield line, dict(zip(self.columns, values, strict=True))

    def values(self, column: str) -> list[str]:
        """Everything that stands in a column."""
        index = self.columns.index(column)
        return [cells[index].strip() for _, cells in self.body if len(cells) > index]

    def require(self, *columns: str) -> None:
        """Raise ImportRefused, naming them, when columns are missing."""
        missing = [column for column in columns if column not in self.columns]
        if missing:
            raise ImportRefused(
                f"{self.title} lacks the column{'s' if len(missing) > 1 else ''} "
                f"{', '.join(missing)}; it has {', '.join(self.columns)}."
            )


def read_table(content: bytes, title: str) -> Table:
    """Decode and split a CSV file. Raises ImportRefused when it is none."""
    text, notes = _decoded(content, title)
    if "\0" in text:
        raise ImportRefused(f"{title} is not a text file.")
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(first))
    try:
        columns = [column.strip().lower() for column in next(reader, [])]
        body = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise ImportRefused(
            f"{title} cannot be read as CSV at line {reader.line_num}: {error}."
        ) from error
    if not any(columns) or len(columns) > MAX_COLUMNS:
        raise ImportRefused(f"{title} has no line of column names.")
    if len(set(columns)) < len(columns):
        raise ImportRefused(f"{title} has two columns of the same name.")
    return Table(title, columns, body, notes)


def _decoded(content: bytes, title: str) -> tuple[str, list[str]]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding, notes = "utf-16", [f"{title} was read as UTF-16."]
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
            f"{title} is neither UTF-8 nor Windows-1252 (line {where}); save it as UTF-8."
        ) from error
    return text, [
        f"{title} is not UTF-8 (line {where}); it was read as Windows-1252. "
        "Check names with accents, or save it as UTF-8."
    ]


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)

"""Rows as the text of a CSV file, piece by piece, and such a text as a file."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched
from pathlib import Path

from shop.catalog.imports.formulas import guarded

# Rows of a piece.
AT_ONCE = 200


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """The columns' names and the rows, whose cells no program takes for formulas."""
    yield _lines([columns])
    for some in batched(rows, AT_ONCE, strict=False):
        yield _lines([guarded(row.get(name, "")) for name in columns] for row in some)


def _lines(rows: Iterable[Sequence[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()


def put(pieces: Iterable[str], path: Path) -> None:
    """Write all of a text before it takes the place of what was there. Raises OSError."""
    partial = path.with_name(f"{path.name}.{uuid.uuid4().hex}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)

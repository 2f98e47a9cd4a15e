"""Which photographs a folder or a table names, and what it says of them; none is opened here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..datasets import ATTRIBUTES, read_rows

PARTS = ("train", "validation", "test")
# Other words for them that folders have.
WORDS = {"training": "train", "val": "validation", "valid": "validation", "testing": "test"}
KIND = ATTRIBUTES[0]
# What is asked of a table, by the column that is taken if none is named: Kaggle's.
COLUMNS = {name: name for name in ("id", "photo", "part", *ATTRIBUTES)} | {
    "product": "productDisplayName"
}
TABLE = "styles.csv"
KINDS_OF_FILE = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".avif", ".bmp", ".tif", ".tiff")


class BadSource(ValueError):
    """A folder or table cannot be read as photographs; the text says why and what to do."""


@dataclass(frozen=True)
class Photograph:
    """A file and what is known of it; ``part`` is None where the source leaves it open."""

    id: str
    file: Path
    product: str
    labels: Mapping[str, str] = field(default_factory=dict)
    part: str | None = None


def read(source: Path, columns: Mapping[str, str] | None = None) -> list[Photograph]:
    """The photographs of a table, of a folder with ``styles.csv`` in it, or of one of folders.

    ``columns`` name the table's columns, where they are not those of ``COLUMNS``. A folder holds
    one folder for each kind, perhaps within ``train``, ``validation`` and ``test``. Raises
    BadSource.
    """
    table = source / TABLE if source.is_dir() else source
    if table.is_file():
        return list(_of_table(table, {**COLUMNS, **(columns or {})}))
    if not source.is_dir():
        raise BadSource(f"There is no {source}: name a folder of photographs or a table.")
    found = list(_of_folders(source))
    if not found:
        raise BadSource(f"{source} holds no photographs ({', '.join(KINDS_OF_FILE)}).")
    return found


def _of_table(table: Path, columns: Mapping[str, str]) -> Iterator[Photograph]:
    rows = read_rows(table)
    present = set(rows[0]) if rows else set()
    for needed in ("id", "product"):
        if columns[needed] not in present:
            raise BadSource(
                f"{table} has no column {columns[needed]!r}: name the one that holds the {needed} "
                f"with --column {needed}=NAME. It has {', '.join(sorted(present)) or 'no rows'}."
            )
    for row in rows:
        said = {name: (row.get(column) or "").strip() for name, column in columns.items()}
        photo = said["photo"] or f"images/{said['id']}.jpg"
        labels = {name: said[name] for name in ATTRIBUTES if said[name]}
        part = _part(said["part"])
        yield Photograph(said["id"], table.parent / photo, said["product"], labels, part)


def _of_folders(folder: Path) -> Iterator[Photograph]:
    for file in sorted(folder.rglob("*")):
        if file.suffix.lower() in KINDS_OF_FILE:
            inside = file.relative_to(folder)
            part = _part(inside.parts[0]) if len(inside.parts) > 1 else None
            kinds = inside.parts[1 if part else 0 : -1]
            labels = {KIND: kinds[0]} if kinds else {}
            name = os.fspath(inside.with_suffix(""))
            yield Photograph(name, file, name, labels, part)


def _part(word: str) -> str | None:
    plain = word.lower()
    part = WORDS.get(plain, plain)
    return part if part in PARTS else None

"""A table of all products on disk, from which processes start and whose memory they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from bson import json_util
from bson.json_util import JSONOptions
from django.conf import settings

from publishing import folders
from publishing.folders import Damaged
from shop.catalog.live.table import NAME, NUMBERS, TEXT, Table
from shop.catalog.live.texts import Texts
from shop.catalog.live.vocabulary import GROUPS, Vocabularies, Vocabulary, new_vocabularies

FORMAT = 4
PREFIX = "products"
CATEGORIES = "categories.json"
AWARE = JSONOptions(tz_aware=True)

type Categories = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Snapshot:
    """`until`, in milliseconds by MongoDB's clock: it holds every change before that moment.

    `categories` are documents, in their order of display.
    """

    name: str
    table: Table
    vocabularies: Vocabularies
    categories: Categories
    until: int


def folder() -> Path:
    return Path(settings.VAR_DIR, "live")


def latest() -> str | None:
    """The name of the newest."""
    return folders.latest(folder(), PREFIX)


def open_latest(languages: Sequence[str]) -> Snapshot | None:
    """The newest; None where there is none, or one that is damaged or of other languages."""
    return folders.open_latest(folder(), PREFIX, lambda path: _opened(path, languages))


def publish(
    table: Table, vocabularies: Vocabularies, until: int, categories: Categories = ()
) -> str:
    """Publish a table as the newest, with the vocabularies' combinations that occur in it.

    Returns its name. Raises OSError where the disk is full or away.
    """
    columns, known = _compacted(table, vocabularies)

    def write(building: Path) -> None:
        for name, array in _arrays(table, columns):
            folders.save_array(building / f"{name}.npy", array)
        (building / CATEGORIES).write_text(json_util.dumps(categories), encoding="utf-8")
        files = sorted(path.name for path in building.iterdir())
        manifest = {
            "format": FORMAT,
            "rows": len(table),
            "languages": _languages(table),
            "until": until,
            "vocabularies": known,
            "checksums": folders.checksums(building, files),
        }
        folders.seal(building, manifest)

    return folders.publish(folder(), PREFIX, write)


def _compacted(
    table: Table, vocabularies: Vocabularies
) -> tuple[dict[str, np.ndarray], dict[str, list[Any]]]:
    """The columns of groups numbered anew, and the combinations that the numbers stand for."""
    columns, known = {}, {}
    for group, vocabulary in vocabularies.items():
        used, numbers = np.unique(table.columns[group], return_inverse=True)
        columns[group] = numbers.astype(np.int32)
        known[group] = [vocabulary.combination(number) for number in used.tolist()]
    return columns, known


def _arrays(table: Table, columns: Mapping[str, np.ndarray]) -> list[tuple[str, np.ndarray]]:
    arrays = [("keys", table.keys)]
    arrays += [(f"column-{name}", array) for name, array in {**table.columns, **columns}.items()]
    arrays += [(f"order-{_file(name)}", array) for name, array in table.orders.items()]
    for name, texts in table.texts.items():
        arrays += [(f"starts-{_file(name)}", texts.starts), (f"data-{_file(name)}", texts.data)]
    return arrays


def _file(name: str) -> str:
    return name.replace(":", "-")


def _languages(table: Table) -> list[str]:
    return [name.removeprefix(NAME) for name in table.texts if name.startswith(NAME)]


def _opened(path: Path, languages: Sequence[str]) -> Snapshot:
    manifest = folders.read_seal(path)
    if manifest["format"] != FORMAT:
        raise Damaged(f"its format is {manifest['format']}, not {FORMAT}")
    if manifest["languages"] != list(languages):
        raise Damaged("its languages are others")
    if folders.checksums(path, manifest["checksums"]) != manifest["checksums"]:
        raise Damaged("its checksums differ")

    def mapped(name: str) -> np.ndarray:
        return folders.mapped(path / f"{_file(name)}.npy")

    names = [TEXT, *(NAME + language for language in languages)]
    empty = Table.of([], new_vocabularies(), languages)
    table = Table(
        mapped("keys"),
        {name: mapped(f"column-{name}") for name in (*NUMBERS, *GROUPS)},
        {name: Texts(mapped(f"starts-{name}"), mapped(f"data-{name}")) for name in names},
        {name: mapped(f"order-{name}") for name in empty.orders},
    )
    vocabularies = {
        group: Vocabulary(attributes, manifest["vocabularies"][group])
        for group, attributes in GROUPS.items()
    }
    told = (path / CATEGORIES).read_text(encoding="utf-8")
    categories = tuple(json_util.loads(told, json_options=AWARE))
    return Snapshot(path.name, table, vocabularies, categories, manifest["until"])

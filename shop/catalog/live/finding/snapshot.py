"""The index of words on disk, from which processes start, and of which products it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from publishing import folders
from publishing.folders import Damaged
from shop.catalog.live import snapshot
from shop.catalog.live.words import FORMAT, Built, Document, build

PREFIX = "words"
KEYS, REVISIONS = "keys.npy", "revisions.npy"

GONE = -1
"""As the revision of a product: it is not there, or not published."""


@dataclass(frozen=True)
class Snapshot:
    """`keys` S12 (n,), ascending, are the products, `revisions` int64 (n,) of each the one that
    its words are of, in milliseconds."""

    name: str
    built: Built
    keys: np.ndarray
    revisions: np.ndarray

    def revisions_of(self, keys: np.ndarray) -> np.ndarray:
        """The revisions of these, S12 (m,), of which it has the words, int64 (m,); else GONE."""
        found = np.full(len(keys), GONE, np.int64)
        if len(self.keys):
            places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
            here = self.keys[places] == keys
            found[here] = self.revisions[places[here]]
        return found


def latest() -> str | None:
    """The name of the newest."""
    return folders.latest(snapshot.folder(), PREFIX)


def open_latest() -> Snapshot | None:
    """The newest; None where there is none, or a damaged one."""
    return folders.open_latest(snapshot.folder(), PREFIX, _opened)


def publish(documents: Iterable[Document], keys: np.ndarray, revisions: np.ndarray) -> str:
    """Publish the index of these products as the newest; returns its name.

    Raises OSError where the disk is full or away.
    """

    def write(building: Path) -> None:
        build(building, documents)
        folders.save_array(building / KEYS, keys)
        folders.save_array(building / REVISIONS, revisions)
        # The library's own locks are empty, and no part of what is told.
        files = sorted(path.name for path in building.iterdir() if path.stat().st_size)
        checksums = folders.checksums(building, files)
        folders.seal(building, {"format": FORMAT, "checksums": checksums})

    return folders.publish(snapshot.folder(), PREFIX, write)


def _opened(path: Path) -> Snapshot:
    manifest = folders.read_seal(path)
    if manifest["format"] != FORMAT:
        raise Damaged(f"its format is {manifest['format']}, not {FORMAT}")
    if folders.checksums(path, manifest["checksums"]) != manifest["checksums"]:
        raise Damaged("its checksums differ")
    keys, revisions = (folders.mapped(path / name) for name in (KEYS, REVISIONS))
    return Snapshot(path.name, Built(path), keys, revisions)

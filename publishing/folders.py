"""Snapshots on disk: built beside the current one, published by rename, believed by checksum.

A snapshot is a folder `PREFIX-NUMBER` of files and a manifest. Whoever has its files open keeps
them: a deleted file lives until its last reader lets go.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy

log = logging.getLogger(__name__)

MANIFEST = "manifest.json"


class Damaged(ValueError):
    """A snapshot that is not what was published."""


def latest(folder: Path, prefix: str) -> str | None:
    """The name of the newest published snapshot of that prefix."""
    return max((path.name for path in folder.glob(f"{prefix}-*")), default=None)


def open_latest[T](folder: Path, prefix: str, opened: Callable[[Path], T]) -> T | None:
    """What `opened` makes of the newest; None where there is none to be had, whatever the reason.

    One that it raises anything for is put aside.
    """
    while name := latest(folder, prefix):
        try:
            return opened(folder / name)
        except Exception as error:
            # Parsing damaged bytes raises whatever it stumbles over.
            if latest(folder, prefix) != name:
                # A newer one took its place, and this one is on its way out.
                continue
            log.warning("The snapshot %s is damaged and is put aside: %s", name, error)
            shutil.rmtree(folder / name, ignore_errors=True)
            return None
    return None


def publish(folder: Path, prefix: str, write: Callable[[Path], None]) -> str:
    """Have `write` fill a folder, which becomes the newest, then delete the older ones.

    Returns its name. Raises OSError where the disk is full or away, and leaves nothing behind then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix="building-", dir=folder))
    try:
        write(building)
        name = _next_name(folder, prefix)
        building.rename(folder / name)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    for older in folder.glob(f"{prefix}-*"):
        if older.name < name:
            shutil.rmtree(older, ignore_errors=True)
    return name


def _next_name(folder: Path, prefix: str) -> str:
    """Names ascend, and none is ever given twice: a process may hold what was deleted since."""
    last = latest(folder, prefix)
    number = time.time_ns() // 1_000_000
    if last:
        number = max(number, int(last.rpartition("-")[2]) + 1)
    return f"{prefix}-{number:015d}"


def seal(folder: Path, manifest: dict[str, Any]) -> None:
    """Write what the manifest says, for `read_seal`, and have all files of the folder on disk."""
    text = json.dumps(manifest)
    sealed = {"manifest": manifest, "checksum": zlib.crc32(text.encode())}
    (folder / MANIFEST).write_text(json.dumps(sealed), encoding="utf-8")
    for path in folder.iterdir():
        _to_disk(path)


def read_seal(folder: Path) -> dict[str, Any]:
    """Raises OSError, ValueError, TypeError or KeyError for what is no manifest."""
    sealed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest: dict[str, Any] = sealed["manifest"]
    if zlib.crc32(json.dumps(manifest).encode()) != sealed["checksum"]:
        raise Damaged("its manifest's checksum differs")
    return manifest


def checksums(folder: Path, names: Iterable[str]) -> dict[str, int]:
    """The CRC-32 of these files by name."""
    return {name: zlib.crc32(np.memmap(folder / name, mode="r")) for name in names}


def save_array(path: Path, array: np.ndarray) -> None:
    """As `np.save` does, which says nothing where the last of an array found no room."""
    array = np.ascontiguousarray(array)
    with path.open("wb") as file:
        npy.write_array_header_1_0(file, npy.header_data_from_array_1_0(array))
        file.write(array.data)


def mapped(path: Path) -> np.ndarray:
    """An array that lies in the file; an empty one in memory."""
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def _to_disk(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())

"""Snapshots on disk: built beside the current one, published by rename, opened by memory map.

A snapshot is a folder `FINGERPRINT-NUMBER` with `ids.npy`, `vectors.npy` and `about.json`. Whoever
has one open keeps it: a deleted file lives until its last reader lets go.
"""

import contextlib
import datetime as dt
import json
import logging
import os
import shutil
import tempfile
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from django.conf import settings

from recommender.index.rows import Rows

log = logging.getLogger(__name__)

FORMAT = 1


class Snapshot(NamedTuple):
    """`until` is the moment, by the store's clock, up to which it holds every change."""

    name: str
    rows: Rows
    until: dt.datetime


class Damaged(Exception):
    """A snapshot that is not what was published."""


def latest(fingerprint: str) -> str | None:
    """The name of the newest published snapshot of this encoder."""
    names = [path.name for path in settings.INDEX_DIR.glob(f"{fingerprint}-*")]
    return max(names, default=None)


class About(NamedTuple):
    """What is known of a snapshot without opening it."""

    size: int
    until: dt.datetime


def about_latest(fingerprint: str) -> About | None:
    """What the newest snapshot says of itself; None where there is none that says anything."""
    name = latest(fingerprint)
    if name is None:
        return None
    try:
        about = _read_about(settings.INDEX_DIR / name)
        return About(int(about["size"]), dt.datetime.fromisoformat(about["until"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def open_latest(fingerprint: str) -> Snapshot | None:
    """Open the newest snapshot; None where there is none to be had, whatever the reason."""
    name = latest(fingerprint)
    if name is None:
        return None
    folder = settings.INDEX_DIR / name
    try:
        return _opened(folder)
    except Exception as error:
        # Parsing damaged bytes raises whatever it stumbles over.
        if folder.exists():
            log.warning("The snapshot %s is damaged and is put aside: %s", name, error)
            shutil.rmtree(folder, ignore_errors=True)
        return None


def _opened(folder: Path) -> Snapshot:
    about = _read_about(folder)
    if about["format"] != FORMAT:
        raise Damaged(f"format {about['format']} is not {FORMAT}")
    ids = np.load(folder / "ids.npy", mmap_mode="r", allow_pickle=False)
    vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
    if _checksums(ids, vectors) != about["checksums"]:
        raise Damaged("its checksums differ")
    until = dt.datetime.fromisoformat(about["until"])
    return Snapshot(folder.name, Rows(np.asarray(ids), np.asarray(vectors)), until)


def _read_about(folder: Path) -> dict[str, Any]:
    about: dict[str, Any] = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    return about


def _checksums(ids: np.ndarray, vectors: np.ndarray) -> list[int]:
    return [zlib.crc32(array) for array in (ids, vectors)]


def publish(fingerprint: str, rows: Rows, until: dt.datetime) -> str:
    """Write the rows as the newest snapshot, then delete the older ones; returns its name."""
    settings.INDEX_DIR.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix="building-", dir=settings.INDEX_DIR))
    try:
        _write(building, rows, until)
        name = _next_name(fingerprint)
        building.rename(settings.INDEX_DIR / name)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    for older in settings.INDEX_DIR.glob(f"{fingerprint}-*"):
        if older.name < name:
            shutil.rmtree(older, ignore_errors=True)
    return name


def _write(folder: Path, rows: Rows, until: dt.datetime) -> None:
    for name, array in (("ids", rows.ids), ("vectors", rows.vectors)):
        with (folder / f"{name}.npy").open("wb") as file:
            np.save(file, array, allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())
    about = {
        "format": FORMAT,
        "size": len(rows.ids),
        "until": until.isoformat(),
        "checksums": _checksums(rows.ids, rows.vectors),
    }
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")


def _next_name(fingerprint: str) -> str:
    """Names ascend: the last one's number plus one."""
    last = latest(fingerprint)
    number = int(last.rpartition("-")[2]) + 1 if last else 1
    return f"{fingerprint}-{number:012d}"


def keep_only(fingerprints: tuple[str, ...]) -> None:
    """Delete the snapshots of retired encoders and what an interrupted build left."""
    with contextlib.suppress(FileNotFoundError):
        for path in settings.INDEX_DIR.iterdir():
            kept = path.name.partition("-")[0] in fingerprints
            if path.is_dir() and not kept:
                shutil.rmtree(path, ignore_errors=True)

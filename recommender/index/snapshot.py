"""Snapshots on disk: built beside the current one, published by rename, opened by memory map.

A snapshot is a folder `FINGERPRINT-NUMBER` with `ids.npy`, a manifest, and `vectors.npy` or, for
large catalogues, `vectors.faiss`, in the folder of all `snapshots`. Whoever has one open keeps it:
a deleted file lives until its last reader lets go.
"""

import contextlib
import datetime as dt
import json
import logging
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.lib import format as npy

from recommender.index import ann
from recommender.index.ann import AnnIndex
from recommender.index.rows import Rows
from recommender.index.scan import ScanIndex

log = logging.getLogger(__name__)

FORMAT = 5
IDS, VECTORS, CODED, MANIFEST = "ids.npy", "vectors.npy", "vectors.faiss", "manifest.json"


class Damaged(ValueError):
    """A snapshot that is not what was published."""


class Origin(NamedTuple):
    """Whence a snapshot is: the store's identity, and a revision that has all of its content.

    By the store's clock, it holds every change up to the moment `until`, and was `made` later.
    """

    store: str
    revision: int
    until: dt.datetime
    made: dt.datetime

    def precedes(self, store: str, revision: int) -> bool:
        """Whether a store of this identity, at this revision, has all of it in its past."""
        return store == self.store and self.revision <= revision


@dataclass(frozen=True)
class Manifest:
    """What is known of a snapshot without opening it.

    `factory` is FAISS's description of the graph and of how vectors are kept beside it, None where
    they are kept as they are. `checksums` are the CRC-32 of the other files by name.
    """

    format: int
    encoder: str
    rows: int
    dimension: int
    factory: str | None
    origin: Origin
    checksums: dict[str, int]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises OSError, ValueError, TypeError or KeyError for what is no manifest."""
        sealed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        fields = sealed["manifest"]
        if zlib.crc32(json.dumps(fields).encode()) != sealed["checksum"]:
            raise Damaged("its manifest's checksum differs")
        store, revision, *moments = fields["origin"]
        origin = Origin(store, revision, *map(dt.datetime.fromisoformat, moments))
        return cls(**fields | {"origin": origin})

    def write(self, folder: Path) -> None:
        store, revision, *moments = self.origin
        origin = [store, revision, *(moment.isoformat() for moment in moments)]
        fields = asdict(self) | {"origin": origin}
        sealed = {"manifest": fields, "checksum": zlib.crc32(json.dumps(fields).encode())}
        (folder / MANIFEST).write_text(json.dumps(sealed), encoding="utf-8")


@dataclass(frozen=True)
class Snapshot:
    name: str
    index: ScanIndex | AnnIndex
    manifest: Manifest


class Description(NamedTuple):
    """For an admin's page. `factory` is None where there is no graph, `size` the bytes on disk."""

    name: str
    made: dt.datetime
    rows: int
    factory: str | None
    size: int


def latest(snapshots: Path, fingerprint: str) -> str | None:
    """The name of the newest published snapshot of this encoder."""
    names = [path.name for path in snapshots.glob(f"{fingerprint}-*")]
    return max(names, default=None)


def described_latest(snapshots: Path, fingerprint: str) -> Description | None:
    """What there is to tell of the newest snapshot; None where there is none, or a damaged one."""
    name = latest(snapshots, fingerprint)
    if name is None:
        return None
    folder = snapshots / name
    try:
        manifest = Manifest.read(folder)
        size = sum(file.stat().st_size for file in folder.iterdir())
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Description(name, manifest.origin.made, manifest.rows, manifest.factory, size)


def about_latest(snapshots: Path, fingerprint: str) -> Manifest | None:
    """What the newest snapshot says of itself; None where there is none that could be opened."""
    name = latest(snapshots, fingerprint)
    if name is None:
        return None
    try:
        manifest = Manifest.read(snapshots / name)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return manifest if manifest.format == FORMAT else None


def open_latest(snapshots: Path, fingerprint: str) -> Snapshot | None:
    """Open the newest snapshot; None where there is none to be had, whatever the reason."""
    while name := latest(snapshots, fingerprint):
        folder = snapshots / name
        try:
            return _opened(folder, fingerprint)
        except Exception as error:
            # Parsing damaged bytes raises whatever it stumbles over.
            if latest(snapshots, fingerprint) != name:
                # A newer one took its place, and this one is on its way out.
                continue
            log.warning("The snapshot %s is damaged and is put aside: %s", name, error)
            shutil.rmtree(folder, ignore_errors=True)
            return None
    return None


def _opened(folder: Path, fingerprint: str) -> Snapshot:
    manifest = Manifest.read(folder)
    if manifest.format != FORMAT:
        raise Damaged(f"its format is {manifest.format}, not {FORMAT}")
    if manifest.encoder != fingerprint:
        raise Damaged(f"it belongs to the encoder {manifest.encoder}")
    if _checksums(folder, manifest.checksums) != manifest.checksums:
        raise Damaged("its checksums differ")
    ids = _mapped(folder / IDS)
    if len(ids) != manifest.rows:
        raise Damaged("its files do not belong together")
    if manifest.factory is not None:
        index = ann.opened(ids, folder / CODED, length=manifest.dimension, factory=manifest.factory)
        return Snapshot(folder.name, index, manifest)
    vectors = _mapped(folder / VECTORS)
    if vectors.shape != (manifest.rows, manifest.dimension):
        raise Damaged("its files do not belong together")
    return Snapshot(folder.name, ScanIndex(Rows(ids, vectors)), manifest)


def _mapped(path: Path) -> np.ndarray:
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def _checksums(folder: Path, names: Iterable[str]) -> dict[str, int]:
    return {name: zlib.crc32(np.memmap(folder / name, mode="r")) for name in names}


def publish(snapshots: Path, fingerprint: str, index: ScanIndex | AnnIndex, origin: Origin) -> str:
    """Write an index as the newest snapshot, then delete the older ones; returns its name.

    Raises OSError where the disk is full or away, and leaves nothing behind then.
    """
    snapshots.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix="building-", dir=snapshots))
    try:
        _write(building, fingerprint, index, origin)
        name = _next_name(snapshots, fingerprint)
        building.rename(snapshots / name)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    for older in snapshots.glob(f"{fingerprint}-*"):
        if older.name < name:
            shutil.rmtree(older, ignore_errors=True)
    return name


def _write(folder: Path, fingerprint: str, index: ScanIndex | AnnIndex, origin: Origin) -> None:
    _save(folder / IDS, index.keys)
    if isinstance(index, AnnIndex):
        factory, dimension = index.factory, index.length
        index.save(folder / CODED)
    else:
        factory, dimension = None, index.rows.vectors.shape[1]
        _save(folder / VECTORS, index.rows.vectors)
    names = sorted(path.name for path in folder.iterdir())
    for name in names:
        _to_disk(folder / name)
    Manifest(
        format=FORMAT,
        encoder=fingerprint,
        rows=len(index),
        dimension=dimension,
        factory=factory,
        origin=origin,
        checksums=_checksums(folder, names),
    ).write(folder)
    _to_disk(folder / MANIFEST)


def _save(path: Path, array: np.ndarray) -> None:
    """As `np.save` does, which says nothing where the last of an array found no room."""
    array = np.ascontiguousarray(array)
    with path.open("wb") as file:
        npy.write_array_header_1_0(file, npy.header_data_from_array_1_0(array))
        file.write(array.data)


def _to_disk(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())


def _next_name(snapshots: Path, fingerprint: str) -> str:
    """Names ascend, and none is ever given twice: a process may hold what was deleted since."""
    last = latest(snapshots, fingerprint)
    number = time.time_ns() // 1_000_000
    if last:
        number = max(number, int(last.rpartition("-")[2]) + 1)
    return f"{fingerprint}-{number:015d}"


def keep_only(snapshots: Path, fingerprints: tuple[str, ...]) -> None:
    """Delete the snapshots of retired encoders and what an interrupted build left."""
    with contextlib.suppress(FileNotFoundError):
        for path in snapshots.iterdir():
            kept = path.name.partition("-")[0] in fingerprints
            if path.is_dir() and not kept:
                shutil.rmtree(path, ignore_errors=True)

"""Snapshots on disk: built beside the current one, published by rename, opened by memory map.

A snapshot is a folder `FINGERPRINT-NUMBER` with `ids.npy`, a manifest, and `vectors.npy` or, for
large catalogues, `vectors.faiss`, in the folder of all `snapshots`. Whoever has one open keeps it:
a deleted file lives until its last reader lets go.
"""

import contextlib
import datetime as dt
import shutil
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple, Self

from publishing import folders
from publishing.folders import Damaged
from recommender.index import ann
from recommender.index.ann import AnnIndex
from recommender.index.rows import Rows
from recommender.index.scan import ScanIndex

FORMAT = 5
IDS, VECTORS, CODED = "ids.npy", "vectors.npy", "vectors.faiss"


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
        fields = folders.read_seal(folder)
        store, revision, *moments = fields["origin"]
        origin = Origin(store, revision, *map(dt.datetime.fromisoformat, moments))
        return cls(**fields | {"origin": origin})

    def write(self, folder: Path) -> None:
        store, revision, *moments = self.origin
        origin = [store, revision, *(moment.isoformat() for moment in moments)]
        folders.seal(folder, asdict(self) | {"origin": origin})


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
    return folders.latest(snapshots, fingerprint)


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
    return folders.open_latest(snapshots, fingerprint, partial(_opened, fingerprint=fingerprint))


def _opened(folder: Path, fingerprint: str) -> Snapshot:
    manifest = Manifest.read(folder)
    if manifest.format != FORMAT:
        raise Damaged(f"its format is {manifest.format}, not {FORMAT}")
    if manifest.encoder != fingerprint:
        raise Damaged(f"it belongs to the encoder {manifest.encoder}")
    if folders.checksums(folder, manifest.checksums) != manifest.checksums:
        raise Damaged("its checksums differ")
    ids = folders.mapped(folder / IDS)
    if len(ids) != manifest.rows:
        raise Damaged("its files do not belong together")
    if manifest.factory is not None:
        index = ann.opened(ids, folder / CODED, length=manifest.dimension, factory=manifest.factory)
        return Snapshot(folder.name, index, manifest)
    vectors = folders.mapped(folder / VECTORS)
    if vectors.shape != (manifest.rows, manifest.dimension):
        raise Damaged("its files do not belong together")
    return Snapshot(folder.name, ScanIndex(Rows(ids, vectors)), manifest)


def publish(snapshots: Path, fingerprint: str, index: ScanIndex | AnnIndex, origin: Origin) -> str:
    """Write an index as the newest snapshot, then delete the older ones; returns its name.

    Raises OSError where the disk is full or away, and leaves nothing behind then.
    """
    write = partial(_write, fingerprint=fingerprint, index=index, origin=origin)
    return folders.publish(snapshots, fingerprint, write)


def _write(folder: Path, fingerprint: str, index: ScanIndex | AnnIndex, origin: Origin) -> None:
    folders.save_array(folder / IDS, index.keys)
    if isinstance(index, AnnIndex):
        factory, dimension = index.factory, index.length
        index.save(folder / CODED)
    else:
        factory, dimension = None, index.rows.vectors.shape[1]
        folders.save_array(folder / VECTORS, index.rows.vectors)
    names = sorted(path.name for path in folder.iterdir())
    Manifest(
        format=FORMAT,
        encoder=fingerprint,
        rows=len(index),
        dimension=dimension,
        factory=factory,
        origin=origin,
        checksums=folders.checksums(folder, names),
    ).write(folder)


def keep_only(snapshots: Path, fingerprints: tuple[str, ...]) -> None:
    """Delete the snapshots of retired encoders and what an interrupted build left."""
    with contextlib.suppress(FileNotFoundError):
        for path in snapshots.iterdir():
            kept = path.name.partition("-")[0] in fingerprints
            if path.is_dir() and not kept:
                shutil.rmtree(path, ignore_errors=True)

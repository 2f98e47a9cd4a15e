import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from recommender.index import snapshot
from recommender.index.ann import AnnIndex
from recommender.index.rows import Rows
from recommender.index.scan import ScanIndex

UNTIL = dt.datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=dt.UTC)
FINGERPRINT = "ab" * 8


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    settings.INDEX_DIR = tmp_path / "index"
    return tmp_path / "index"


def graph(rows: Rows) -> AnnIndex:
    return AnnIndex(rows, factory="HNSW8_SQfp16")


def rows(count: int = 4) -> Rows:
    return Rows.of([f"item{n}|ü.jpg|{FINGERPRINT}" for n in range(count)], np.eye(count, 8))


@pytest.mark.parametrize("kind", [ScanIndex, graph])
def test_opens_what_was_published(kind: Callable[[Rows], ScanIndex]):
    name = snapshot.publish(FINGERPRINT, kind(rows()), UNTIL)
    found = snapshot.open_latest(FINGERPRINT)
    assert found is not None
    assert (found.name, found.manifest.until) == (name, UNTIL)
    assert type(found.index) is type(kind(rows()))
    np.testing.assert_array_equal(found.index.rows.ids, rows().ids)
    np.testing.assert_array_equal(found.index.rows.vectors, rows().vectors)
    found_ids, _ = found.index.search(rows().vectors[2:3], 1)
    assert list(found_ids[0]) == [f"item2|ü.jpg|{FINGERPRINT}"]


def test_there_is_none_at_first():
    assert snapshot.latest(FINGERPRINT) is None
    assert snapshot.open_latest(FINGERPRINT) is None


def test_a_reader_keeps_the_one_it_has_open_while_the_next_replaces_it(folder: Path):
    snapshot.publish(FINGERPRINT, graph(rows(3)), UNTIL)
    old = snapshot.open_latest(FINGERPRINT)
    newer = snapshot.publish(FINGERPRINT, graph(rows(4)), UNTIL)
    assert [path.name for path in folder.iterdir()] == [newer]
    assert old is not None
    assert old.index.rows.vectors.sum() == 3
    assert old.index.search(rows(3).vectors[:1], 3)[0].shape == (1, 3)


@pytest.mark.parametrize("file", ["ids.npy", "vectors.npy", "graph.faiss", "manifest.json"])
@pytest.mark.parametrize("damage", ["cut", "flipped", "emptied", "missing"])
def test_a_damaged_one_is_put_aside(folder: Path, file: str, damage: str):
    path = folder / snapshot.publish(FINGERPRINT, graph(rows()), UNTIL) / file
    data = bytearray(path.read_bytes())
    if damage == "missing":
        path.unlink()
    else:
        data[len(data) // 2] ^= 0x55
        path.write_bytes({"cut": data[:-3], "flipped": data, "emptied": b""}[damage])
    assert snapshot.open_latest(FINGERPRINT) is None
    snapshot.publish(FINGERPRINT, graph(rows()), UNTIL)
    assert snapshot.open_latest(FINGERPRINT) is not None


def test_a_failed_build_leaves_the_current_one(folder: Path, monkeypatch: pytest.MonkeyPatch):
    name = snapshot.publish(FINGERPRINT, graph(rows()), UNTIL)

    def full(*args: object, **kwargs: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(OSError, match="No space"):
        snapshot.publish(FINGERPRINT, graph(rows()), UNTIL)
    assert [path.name for path in folder.iterdir()] == [name]


def test_those_of_retired_encoders_and_interrupted_builds_are_deleted(folder: Path):
    name = snapshot.publish(FINGERPRINT, graph(rows()), UNTIL)
    snapshot.publish("cd" * 8, graph(rows()), UNTIL)
    (folder / "building-x").mkdir()
    snapshot.keep_only((FINGERPRINT,))
    assert [path.name for path in folder.iterdir()] == [name]

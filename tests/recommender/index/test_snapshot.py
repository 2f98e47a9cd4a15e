import dataclasses
import datetime as dt
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from publishing import folders
from recommender.index import ann, snapshot
from recommender.index.ann import AnnIndex
from recommender.index.rows import Rows
from recommender.index.scan import ScanIndex
from recommender.index.snapshot import Manifest, Origin

UNTIL = dt.datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=dt.UTC)
ORIGIN = Origin("store", 7, UNTIL, UNTIL + dt.timedelta(seconds=8))
FINGERPRINT = "ab" * 8


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def graph(rows: Rows) -> AnnIndex:
    return ann.built(rows, "HNSW8_SQfp16,Refine(SQ8)")


def rows(count: int = 4) -> Rows:
    return Rows.of([f"item{n}|ü.jpg|{FINGERPRINT}" for n in range(count)], np.eye(count, 8))


@pytest.mark.parametrize("kind", [ScanIndex, graph])
def test_opens_what_was_published(folder: Path, kind: Callable[[Rows], ScanIndex | AnnIndex]):
    name = snapshot.publish(folder, FINGERPRINT, kind(rows()), ORIGIN)
    found = snapshot.open_latest(folder, FINGERPRINT)
    assert found is not None
    assert (found.name, found.manifest.origin) == (name, ORIGIN)
    assert type(found.index) is type(kind(rows()))
    np.testing.assert_array_equal(found.index.keys, rows().ids)
    np.testing.assert_allclose(found.index.as_rows().vectors, rows().vectors, atol=2e-3)
    found_ids, _ = found.index.search(rows().vectors[2:3], 1)
    assert list(found_ids[0]) == [f"item2|ü.jpg|{FINGERPRINT}"]


def test_there_is_none_at_first(folder: Path):
    assert snapshot.latest(folder, FINGERPRINT) is None
    assert snapshot.open_latest(folder, FINGERPRINT) is None


def test_a_reader_keeps_the_one_it_has_open_while_the_next_replaces_it(folder: Path):
    snapshot.publish(folder, FINGERPRINT, graph(rows(3)), ORIGIN)
    old = snapshot.open_latest(folder, FINGERPRINT)
    newer = snapshot.publish(folder, FINGERPRINT, graph(rows(4)), ORIGIN)
    assert [path.name for path in folder.iterdir()] == [newer]
    assert old is not None
    assert old.index.as_rows().vectors.sum() == pytest.approx(3, abs=0.1)
    assert old.index.search(rows(3).vectors[:1], 3)[0].shape == (1, 3)


FILES = [
    (graph, "ids.npy"),
    (graph, "vectors.faiss"),
    (graph, "manifest.json"),
    (ScanIndex, "vectors.npy"),
]


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


def half_written(path: Path) -> None:
    """As long as it should be: the disk had the room, but not the rest of the content."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2].ljust(len(data), b"\0"))


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x55
    path.write_bytes(data)


def refused(folder: Path, caplog: pytest.LogCaptureFixture, why: str = "") -> None:
    """What is published last is not opened, which is said; the next one is."""
    assert snapshot.open_latest(folder, FINGERPRINT) is None
    (said,) = caplog.records
    assert said.levelname == "WARNING"
    assert why in said.getMessage()
    assert snapshot.open_latest(folder, FINGERPRINT) is None
    snapshot.publish(folder, FINGERPRINT, graph(rows()), ORIGIN)
    assert snapshot.open_latest(folder, FINGERPRINT) is not None
    assert len(caplog.records) == 1


@pytest.mark.parametrize(("kind", "file"), FILES)
@pytest.mark.parametrize("damage", [cut, half_written, flipped, emptied, Path.unlink])
def test_a_damaged_one_is_put_aside(
    folder: Path,
    kind: Callable[[Rows], ScanIndex | AnnIndex],
    file: str,
    damage: Callable[[Path], None],
    caplog: pytest.LogCaptureFixture,
):
    damage(folder / snapshot.publish(folder, FINGERPRINT, kind(rows()), ORIGIN) / file)
    refused(folder, caplog)


def test_no_byte_of_what_it_says_of_itself_may_turn(folder: Path):
    """A digit of the moment up to which it holds every change would lose all between the two."""
    path = folder / snapshot.publish(folder, FINGERPRINT, graph(rows()), ORIGIN) / folders.MANIFEST
    whole = path.read_bytes()
    for place in range(len(whole)):
        turned = bytearray(whole)
        turned[place] ^= 1
        path.write_bytes(turned)
        assert snapshot.about_latest(folder, FINGERPRINT) is None
    path.write_bytes(whole)
    assert snapshot.about_latest(folder, FINGERPRINT) is not None


@pytest.mark.parametrize(
    ("differing", "why"),
    [
        ({"format": snapshot.FORMAT - 1}, "its format is"),
        ({"format": snapshot.FORMAT + 1}, "its format is"),
        ({"encoder": "cd" * 8}, "it belongs to the encoder cdcd"),
        ({"rows": 5}, "do not belong together"),
        ({"dimension": 17}, "of 4 vectors of length 16"),
    ],
)
def test_one_of_another_version_or_encoder_is_put_aside(
    folder: Path, differing: dict[str, Any], why: str, caplog: pytest.LogCaptureFixture
):
    path = folder / snapshot.publish(folder, FINGERPRINT, graph(rows()), ORIGIN)
    dataclasses.replace(Manifest.read(path), **differing).write(path)
    refused(folder, caplog, why)


@pytest.mark.parametrize(("kind", "file"), FILES)
def test_one_with_a_file_of_another_is_put_aside(
    folder: Path,
    kind: Callable[[Rows], ScanIndex | AnnIndex],
    file: str,
    caplog: pytest.LogCaptureFixture,
):
    """Of another encoder's, which is as large."""
    others = Rows.of([f"else{n}|ü.jpg|{FINGERPRINT}" for n in range(4)], np.eye(4, 8)[::-1])
    other = folder / snapshot.publish(folder, "cd" * 8, kind(others), ORIGIN)
    mine = folder / snapshot.publish(folder, FINGERPRINT, kind(rows()), ORIGIN)
    (mine / file).write_bytes((other / file).read_bytes())
    refused(folder, caplog)


def test_one_of_an_older_format_counts_for_nothing(folder: Path, caplog: pytest.LogCaptureFixture):
    """A builder that asks before anybody has opened it makes the next one, as with none at all."""
    path = folder / snapshot.publish(folder, FINGERPRINT, graph(rows()), ORIGIN)
    assert snapshot.about_latest(folder, FINGERPRINT) == Manifest.read(path)
    dataclasses.replace(Manifest.read(path), format=snapshot.FORMAT - 1).write(path)
    assert snapshot.about_latest(folder, FINGERPRINT) is None
    refused(folder, caplog, "its format is")


def test_a_name_is_never_given_twice(folder: Path):
    """A process may hold what was deleted since, and must see that the next is another."""
    first = snapshot.publish(folder, FINGERPRINT, graph(rows()), ORIGIN)
    shutil.rmtree(folder / first)
    assert snapshot.publish(folder, FINGERPRINT, graph(rows()), ORIGIN) > first


@pytest.mark.slow
def test_whoever_opens_while_others_publish_finds_one(
    folder: Path, caplog: pytest.LogCaptureFixture
):
    snapshot.publish(folder, FINGERPRINT, ScanIndex(rows()), ORIGIN)
    finished = threading.Event()

    def publish() -> None:
        for _ in range(60):
            snapshot.publish(folder, FINGERPRINT, ScanIndex(rows()), ORIGIN)
        finished.set()

    publisher = threading.Thread(target=publish)
    publisher.start()
    while not finished.is_set():
        found = snapshot.open_latest(folder, FINGERPRINT)
        assert found is not None
        assert len(found.index) == 4
    publisher.join()
    assert caplog.records == []


def test_those_of_retired_encoders_and_interrupted_builds_are_deleted(folder: Path):
    name = snapshot.publish(folder, FINGERPRINT, graph(rows()), ORIGIN)
    snapshot.publish(folder, "cd" * 8, graph(rows()), ORIGIN)
    (folder / "building-x").mkdir()
    snapshot.keep_only(folder, (FINGERPRINT,))
    assert [path.name for path in folder.iterdir()] == [name]

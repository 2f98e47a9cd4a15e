"""A disk without room: what could not be written whole is no snapshot, and the last one stays."""

import logging
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from recommender import tasks
from recommender.index import snapshot
from recommender.serving import building
from recommender.serving.keeper import IndexKeeper
from tests.recommender.serving import beside
from tests.recommender.serving.stocking import ENCODER, add, names, remove
from tests.small_disk import fill, make_room, mounted

pytestmark = pytest.mark.usefixtures("fingerprint")


def published(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{ENCODER}-*"))


@pytest.mark.slow
@pytest.mark.parametrize("graph", [False, True])
def test_whatever_byte_finds_no_room_the_build_fails_and_leaves_nothing(settings, graph: bool):
    """The limit is the size of each file in turn, less a byte, or less the most of it."""
    folder = settings.INDEX_DIR
    add(*names(40))
    with ProcessPoolExecutor(1, beside.CONTEXT) as elsewhere:
        assert elsewhere.submit(beside.build, folder, graph).result() == 40
        (last,) = published(folder)
        sizes = {path.stat().st_size for path in last.iterdir()}
        limits = sorted({limit for size in sizes for limit in (1, size // 2, size - 1)})
        for limit in limits:
            failure = elsewhere.submit(beside.build_within, folder, limit, graph).exception()
            assert isinstance(failure, OSError)
            assert list(folder.glob("*-*")) == [last]
        assert snapshot.open_latest(settings.INDEX_DIR, ENCODER) is not None
        within = elsewhere.submit(beside.build_within, folder, max(sizes), graph)
        assert within.result() == 40
    assert published(folder) != [last]


@pytest.fixture
def small_disk(settings, tmp_path: Path) -> Iterator[Path]:
    """The folder of snapshots on a disk of its own."""
    with mounted(tmp_path / "small", megabytes=1 / 16) as folder:
        settings.INDEX_DIR = folder
        yield folder


@pytest.mark.parametrize("graph", [False, True])
def test_on_a_full_disk_the_shop_goes_on_and_the_next_build_mends_it(
    small_disk: Path,
    settings,
    graph: bool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    monkeypatch.setattr(building, "LEAST_DRIFT", 0)
    settings.INDEX_SCAN_BELOW = 1 if graph else 1_000_000
    own = IndexKeeper()
    add(*names(10))
    building.build(always=True)
    before = published(small_disk)
    fill(small_disk)
    add(*names(3, "new"))
    remove("item3")
    with pytest.raises(OSError, match="No space"):
        building.build(always=True)
    with caplog.at_level(logging.WARNING, logger="recommender.tasks"):
        tasks.rebuild_snapshot()
    assert "No index is built" in caplog.text
    assert published(small_disk) == before
    assert list(small_disk.glob("building-*")) == []
    assert len(own.look().index) == 12
    make_room(small_disk)
    assert building.build(always=True) == 12
    assert len(own.look().index) == 12
    assert published(small_disk) != before

"""Builders and readers in processes of their own: one builds at a time, and nobody reads half."""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from recommender.index import snapshot
from recommender.index.exact import ExactIndex
from recommender.index.rows import Rows
from recommender.serving import building
from recommender.serving.keeper import IndexKeeper
from tests.recommender.serving import beside
from tests.recommender.serving.stocking import ENCODER, WHOLE, add, age, names, remove, unit

pytestmark = pytest.mark.usefixtures("fingerprint")

PATIENCE_S = 60.0


class Builder:
    """Another process, which stands still in the middle of building."""

    def __init__(self, folder: Path) -> None:
        self.begun, self.go_on = beside.CONTEXT.Event(), beside.CONTEXT.Event()
        self.process = beside.start(beside.build_when_told, folder, self.begun, self.go_on)
        assert self.begun.wait(PATIENCE_S)


@pytest.fixture
def builder(settings) -> Iterator[Builder]:
    add("a", "b")
    found = Builder(settings.INDEX_DIR)
    yield found
    found.process.kill()
    found.process.join()


@pytest.mark.slow
def test_while_one_builds_the_other_is_told_so(settings, builder: Builder):
    with pytest.raises(building.Busy):
        building.build(always=True)
    assert snapshot.latest(settings.INDEX_DIR, ENCODER) is None
    builder.go_on.set()
    builder.process.join()
    assert builder.process.exitcode == 0
    assert snapshot.latest(settings.INDEX_DIR, ENCODER) is not None
    assert building.build(always=True) == 2


@pytest.mark.slow
def test_a_builder_that_is_killed_keeps_nobody_out(builder: Builder):
    builder.process.kill()
    builder.process.join()
    assert building.build(always=True) == 2


@pytest.mark.slow
def test_what_many_builders_publish_at_once_is_whole(settings):
    add(*names(20))
    with ProcessPoolExecutor(4, beside.CONTEXT) as elsewhere:
        built = list(elsewhere.map(beside.build_unless_busy, [settings.INDEX_DIR] * 12))
    assert set(built) <= {20, None}
    assert 20 in built
    (last,) = settings.INDEX_DIR.glob("*-*")
    found = snapshot.open_latest(settings.INDEX_DIR, ENCODER)
    assert found is not None
    assert (found.name, len(found.index)) == (last.name, 20)


class Reader:
    """Another process with an index, which looks only when told to."""

    def __init__(self, folder: Path) -> None:
        self._wire, theirs = beside.CONTEXT.Pipe()
        self.process = beside.start(beside.answer, folder, theirs)
        self.size = self._answer()

    def look(self) -> None:
        self._wire.send(None)
        self.size = self._answer()

    def nearest(self, queries: np.ndarray) -> list[list[str]]:
        self._wire.send(queries)
        return self._answer()

    def _answer(self):
        assert self._wire.poll(PATIENCE_S)
        return self._wire.recv()

    def has_mapped(self, name: str) -> bool:
        return name in Path(f"/proc/{self.process.pid}/maps").read_text()


@pytest.fixture
def read(settings) -> Iterator[Callable[[], Reader]]:
    readers: list[Reader] = []

    def start() -> Reader:
        readers.append(Reader(settings.INDEX_DIR))
        return readers[-1]

    yield start
    for reader in readers:
        reader.process.kill()
        reader.process.join()


def oracle(content: dict[str, np.ndarray], queries: np.ndarray) -> list[list[str]]:
    rows = Rows.of(list(content), np.stack(list(content.values())))
    return ExactIndex(rows).search(queries, len(content))[0].tolist()


@pytest.mark.slow
@pytest.mark.parametrize("graph", [False, True])
def test_who_holds_an_old_snapshot_answers_from_it_until_the_next_look(
    settings, graph: bool, read: Callable[[], Reader]
):
    settings.INDEX_SCAN_BELOW = 1 if graph else 1_000_000
    settings.INDEX_FACTORY = WHOLE
    queries = unit(99, 5)
    first = add(*names(30))
    # So that all but the last is read from the files only.
    age()
    first |= add("last", seed=2)
    building.build(always=True)
    oldest = snapshot.latest(settings.INDEX_DIR, ENCODER)
    reader = read()
    assert reader.has_mapped(oldest)
    assert reader.nearest(queries) == oracle(first, queries)

    remove("item3", "item4")
    second = first | add("item3", *names(4, "new"), seed=1)
    del second[f"item4|p|{ENCODER}"]
    for _ in range(2):
        building.build(always=True)
        assert not (settings.INDEX_DIR / oldest).exists()
        assert reader.nearest(queries) == oracle(first, queries)
    newest = snapshot.latest(settings.INDEX_DIR, ENCODER)

    reader.look()
    assert reader.size == len(second) == 34
    assert reader.nearest(queries) == oracle(second, queries)
    assert reader.has_mapped(newest)
    # The disk has its room back.
    assert not reader.has_mapped(oldest)


def test_who_refused_a_damaged_snapshot_moves_over_to_the_next(settings):
    add(*names(10))
    age()
    add("last", seed=2)
    building.build(always=True)
    (damaged,) = settings.INDEX_DIR.glob(f"{ENCODER}-*/vectors.npy")
    damaged.write_bytes(damaged.read_bytes()[:-4])
    own = IndexKeeper()
    assert (len(own.look().index), own.look().index.fresh) == (11, 11)
    building.build(always=True)
    assert (len(own.look().index), own.look().index.fresh) == (11, 1)

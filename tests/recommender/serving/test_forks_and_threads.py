"""Served by processes that fork and by many threads, the index is right in each of them."""

import json
import os
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from recommender.serving import building, keeper
from recommender.serving.keeper import IndexKeeper, View
from tests.processes import Process, free_port, python, wait_until
from tests.recommender.serving.stocking import ENCODER, WHOLE, add, names, remove, unit

pytestmark = pytest.mark.usefixtures("fingerprint")


# Processes that fork


class Answer:
    """What one of the processes found."""

    def __init__(self, address: str) -> None:
        with urllib.request.urlopen(address) as response:  # noqa: S310
            content = json.load(response)
        self.pid: int = content["pid"]
        self.items = {id.partition("|")[0] for id in content["found"]}


@pytest.fixture
def ask(settings, tmp_path: Path) -> Iterator[Callable[[], Answer]]:
    """Ask a server whose two processes were forked from one that had loaded the index."""
    settings.INDEX_SCAN_BELOW = 1
    add(*names(10))
    building.build(always=True)
    address = f"127.0.0.1:{free_port()}"
    workers = ["--preload", "--workers", "2", "--threads", "4", "--no-control-socket"]
    command = ["-m", "gunicorn", *workers, "--bind", address, "tests.recommender.serving.served"]

    def answers() -> bool:
        try:
            Answer(f"http://{address}")
        except OSError:
            return False
        return True

    environment = os.environ | {"TESTED_INDEX_DIR": str(settings.INDEX_DIR)}
    server = Process(python(*command), tmp_path / "log", answers, environment)
    server.start()
    yield lambda: Answer(f"http://{address}")
    server.stop()


@pytest.mark.slow
def test_each_process_of_a_server_that_forks_after_loading_follows_the_store(
    ask: Callable[[], Answer],
):
    add("new")
    remove("item3")
    expected = {*names(10), "new"} - {"item3"}
    right: set[int] = set()

    def both_are_right() -> bool:
        answer = ask()
        if answer.items == expected:
            right.add(answer.pid)
        return len(right) == 2

    wait_until(both_are_right)
    assert os.getpid() not in right


# Threads

SEARCHERS = 8
ROUNDS = 6


class Searcher(threading.Thread):
    """Searches without end, and remembers the first thing that was not as it should be."""

    def __init__(self, view: Callable[[], View], known: "Known", number: int) -> None:
        super().__init__(daemon=True)
        self.fault: BaseException | None = None
        self.searches = 0
        self.finished = threading.Event()
        self._view, self._known, self._number = view, known, number

    def run(self) -> None:
        try:
            # A pause, or eight of them would leave no processor to who changes things.
            while not self.finished.wait(0.002):
                self._search(unit(self._number + self.searches, 1))
                self.searches += 1
        except BaseException as error:
            self.fault = error

    def _search(self, query: np.ndarray) -> None:
        gone = set(self._known.gone)
        index = self._view().index
        (ids,), (similarities,) = index.search(query, 100, exact=self.searches % 2 == 0)
        assert len(set(ids)) == len(ids)
        assert self._known.kept <= set(ids)
        assert not gone.intersection(ids)
        assert (np.diff(similarities) <= 0).all()
        for id, similarity in zip(ids, similarities, strict=True):
            assert self._known.had(id, query[0], similarity)
        kept = sorted(self._known.kept)
        assert index.vectors_of(kept).shape == (len(kept), query.shape[1])


class Known:
    """Every vector that ever was, the ids that every search finds, and those that none may."""

    def __init__(self, kept: dict[str, np.ndarray]) -> None:
        self.vectors = {id: [row] for id, row in kept.items()}
        self.kept = set(kept)
        self.gone: set[str] = set()

    def add(self, content: dict[str, np.ndarray]) -> None:
        for id, row in content.items():
            self.vectors.setdefault(id, []).append(row)

    def had(self, id: str, query: np.ndarray, similarity: float) -> bool:
        return any(abs(float(row @ query) - similarity) < 1e-5 for row in list(self.vectors[id]))


@pytest.fixture
def often_switched() -> Iterator[None]:
    """Threads take turns a hundred times as often as usual."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 100)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.slow
@pytest.mark.usefixtures("often_switched")
@pytest.mark.parametrize("graph", [False, True])
def test_threads_that_search_while_everything_changes_see_only_what_is_or_just_was(
    settings, graph: bool
):
    settings.INDEX_SCAN_BELOW = 1 if graph else 1_000_000
    settings.INDEX_FACTORY = WHOLE
    own, replaced = IndexKeeper(), names(5, "kept")
    known = Known(add(*names(30, "kept")))
    own.look()
    searchers = [Searcher(lambda: own._view, known, number) for number in range(SEARCHERS)]
    for searcher in searchers:
        searcher.start()
    for number in range(ROUNDS):
        # Known before they can be found.
        coming = names(3, f"guest{number}-")
        known.add(ahead(coming, number))
        known.add(ahead(replaced, number))
        remove(*replaced)
        add(*coming, seed=number)
        add(*replaced, seed=number)
        own.look()
        if number % 2 == 0:
            building.build(always=True)
            own.look()
        remove(*coming)
        own.look()
        known.gone = known.gone | {f"{item}|p|{ENCODER}" for item in coming}
    for searcher in searchers:
        searcher.finished.set()
        searcher.join()
    assert [searcher.fault for searcher in searchers] == [None] * SEARCHERS
    assert all(searcher.searches for searcher in searchers)
    assert len(own.look().index) == 30


def ahead(items: list[str], seed: int) -> dict[str, np.ndarray]:
    """What `add` will store."""
    ids = [f"{item}|p|{ENCODER}" for item in items]
    return dict(zip(ids, unit(seed, len(ids)), strict=True))


def at_once(act: Callable[[], object]) -> list[object]:
    """What it returns to each of several threads."""
    together = threading.Barrier(SEARCHERS)
    found: list[object] = []

    def begin() -> None:
        together.wait()
        found.append(act())

    threads = [threading.Thread(target=begin) for _ in range(SEARCHERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_threads_that_ask_first_wait_for_the_same_look():
    add(*names(3))
    own = IndexKeeper()
    views = at_once(own.view)
    own.stop()
    assert views == [own._view] * SEARCHERS
    assert len(own._view.index) == 3


def test_a_process_has_one_keeper_whichever_thread_asks_first(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(keeper, "_keepers", {})
    all_make_one = threading.Barrier(SEARCHERS)

    def make() -> IndexKeeper:
        all_make_one.wait()
        return IndexKeeper()

    monkeypatch.setattr(keeper, "new_keeper", make)
    found = at_once(keeper.keeper)
    assert found == [keeper.keeper()] * SEARCHERS

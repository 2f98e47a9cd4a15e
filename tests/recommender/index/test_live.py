import threading

import numpy as np
import pytest

from recommender.index import live
from recommender.index.live import LiveIndex
from recommender.index.rows import Rows

D = 16


def unit(seed: int, count: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, D)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def names(count: int, prefix: str = "old") -> list[str]:
    return [f"{prefix}{n}" for n in range(count)]


def test_finds_enough_although_the_nearest_were_removed():
    rows = unit(1, 300)
    index = LiveIndex(Rows.of(names(300), rows))
    order = np.argsort(-(rows @ rows[0]))
    index.remove([f"old{n}" for n in order[:200]])
    ids, _ = index.search(rows[:1], 5)
    assert list(ids[0]) == [f"old{n}" for n in order[200:205]]


def test_a_fresh_vector_hides_the_one_of_the_snapshot():
    index = LiveIndex(Rows.of(names(3), unit(2, 3)))
    new = unit(3, 1)
    index.add(["old1"], new)
    assert len(index) == 3
    ids, similarities = index.search(new, 3)
    assert list(ids[0]).count("old1") == 1
    assert similarities[0, 0] == pytest.approx(1.0)


def test_its_rows_are_the_next_snapshot():
    index = LiveIndex(Rows.of(names(5), unit(4, 5)))
    index.remove(["old2"])
    index.add(names(2, "new"), unit(5, 2))
    again = LiveIndex(index.rows())
    assert again.ids() == index.ids()
    assert (index.drift, again.drift) == (3, 0)


def test_many_fresh_vectors_become_part_of_the_base(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "MOST_FRESH", 10)
    index = LiveIndex(Rows.of(names(5), unit(6, 5)))
    index.add(names(11, "new"), unit(7, 11))
    assert index.drift == 0
    assert len(index) == 16


def test_a_snapshot_is_never_written_to():
    rows = Rows.of(names(5), unit(8, 5))
    for array in rows:
        array.flags.writeable = False
    index = LiveIndex(rows)
    index.add(["old1", "new"], unit(9, 2))
    index.remove(["old0"])
    assert index.ids() == ["new", "old1", "old2", "old3", "old4"]


def test_searches_while_it_changes_see_whole_states_only():
    """A pair is always replaced together, so no answer may hold one of them alone."""
    index = LiveIndex(Rows.of(names(50), unit(10, 50)))
    rows = unit(11, 2)
    finished = threading.Event()

    def change() -> None:
        for _ in range(200):
            index.add(["x|1", "x|2"], rows)
            index.remove(["x|1", "x|2"])
        finished.set()

    thread = threading.Thread(target=change)
    thread.start()
    while not finished.is_set():
        ids, _ = index.search(rows[:1], 52)
        assert {"x|1", "x|2"} <= set(ids[0]) or not {"x|1", "x|2"} & set(ids[0])
    thread.join()

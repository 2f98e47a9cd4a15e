import threading

import numpy as np
import pytest

from recommender.index import live
from recommender.index.live import LiveIndex
from recommender.index.rows import Rows
from recommender.index.scan import ScanIndex

D = 16


def unit(seed: int, count: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, D)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def snapshot(ids: list[str], rows: np.ndarray) -> ScanIndex:
    return ScanIndex(Rows.of(ids, rows))


def names(count: int, prefix: str = "old") -> list[str]:
    return [f"{prefix}{n}" for n in range(count)]


def test_finds_enough_although_the_nearest_were_removed():
    rows = unit(1, 300)
    index = LiveIndex(snapshot(names(300), rows))
    order = np.argsort(-(rows @ rows[0]))
    index.remove([f"old{n}" for n in order[:200]])
    ids, _ = index.search(rows[:1], 5)
    assert list(ids[0]) == [f"old{n}" for n in order[200:205]]


def test_a_fresh_vector_hides_the_one_of_the_snapshot():
    index = LiveIndex(snapshot(names(3), unit(2, 3)))
    new = unit(3, 1)
    index.add(["old1"], new)
    assert len(index) == 3
    ids, similarities = index.search(new, 3)
    assert list(ids[0]).count("old1") == 1
    assert similarities[0, 0] == pytest.approx(1.0)


def test_its_rows_are_the_next_snapshot():
    index = LiveIndex(snapshot(names(5), unit(4, 5)))
    index.remove(["old2"])
    index.add(names(2, "new"), unit(5, 2))
    again = LiveIndex(ScanIndex(index.rows()))
    assert again.ids() == index.ids()
    assert (index.fresh, index.hidden) == (2, 1)
    assert (again.fresh, again.hidden) == (0, 0)


def test_a_bulk_of_fresh_vectors_stays_in_few_layers():
    index = LiveIndex(snapshot(names(5), unit(6, 5)))
    rows = unit(7, 1000)
    for start in range(0, 1000, 10):
        index.add(names(1000, "new")[start : start + 10], rows[start : start + 10])
    assert (index.fresh, index.hidden, len(index)) == (1000, 0, 1005)
    assert len(index._layers) < 12
    assert index.search(rows[700:701], 1)[0] == "new700"


def test_no_layer_grows_beyond_its_bound(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "MOST_JOINED", 10)
    index = LiveIndex()
    for n in range(12):
        index.add(names(3, f"{n}-"), unit(n, 3))
    assert len(index) == 36
    assert max(len(layer.index) for layer in index._layers) <= 10


def test_what_is_replaced_again_and_again_takes_no_room():
    index = LiveIndex(snapshot(names(5), unit(8, 5)))
    for seed in range(50):
        index.add(["old1", "new"], unit(seed, 2))
    assert (index.fresh, index.hidden, len(index)) == (2, 1, 6)
    assert sum(len(layer.index) for layer in index._layers) < 12


def test_a_snapshot_is_never_written_to():
    rows = Rows.of(names(5), unit(8, 5))
    for array in rows:
        array.flags.writeable = False
    index = LiveIndex(ScanIndex(rows))
    index.add(["old1", "new"], unit(9, 2))
    index.remove(["old0"])
    assert index.ids() == ["new", "old1", "old2", "old3", "old4"]


def test_searches_while_it_changes_see_whole_states_only():
    """A pair is always replaced together, so no answer may hold one of them alone."""
    index = LiveIndex(snapshot(names(50), unit(10, 50)))
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


def test_its_mark_says_what_came_and_went_however_it_did():
    index = LiveIndex(snapshot(names(3), unit(2, 3)))
    index.remove([])
    index.remove(["unheard"])
    index.add([], unit(3, 0))
    index.add(["old1"], unit(3, 1))
    assert index.mark == 0
    index.add(["new1", "new2"], unit(4, 2))
    index.remove(["old1", "new1"])
    other = LiveIndex(snapshot(names(3), unit(2, 3)))
    other.remove(["old1"])
    after_one = other.mark
    for _ in range(2):
        other.add(["new2"], unit(5, 1))
    assert len({0, after_one, index.mark}) == 3
    assert other.mark == index.mark
    index.remove(["new2"])
    index.add(["old1"], unit(3, 1))
    assert index.mark == 0


def test_the_vectors_of_what_lies_in_several_layers_come_as_they_were_asked_for():
    index = LiveIndex(snapshot(names(3), unit(2, 3)))
    fresh = unit(3, 2)
    index.add(["old1", "new"], fresh)
    index.remove(["old2"])
    found = index.vectors_of(["new", "old0", "old1", "new"])
    np.testing.assert_array_equal(found, [fresh[1], unit(2, 3)[0], fresh[0], fresh[1]])
    with pytest.raises(KeyError, match="old2"):
        index.vectors_of(["old0", "old2"])

"""Every index answers alike: one suite for all, with a plain sort as the oracle.

A further index is one more line in INDEXES.
"""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.index import Index, ann
from recommender.index.exact import ExactIndex
from recommender.index.live import LiveIndex
from recommender.index.rows import Rows
from recommender.index.scan import ScanIndex

INDEXES: dict[str, Callable[[], Index]] = {
    "exact, cosine": lambda: ExactIndex(metric="cosine"),
    "exact, euclidean": lambda: ExactIndex(metric="euclidean"),
    "scan": ScanIndex,
    "live": LiveIndex,
    "live over a snapshot": lambda: live_over_snapshot(),
}
D = 8
TOLERANCE = 1e-5


def live_over_snapshot() -> LiveIndex:
    """Everything in it came with the snapshot and is gone again."""
    rows = Rows.of([f"old{n}" for n in range(40)], unit(np.random.default_rng(1), 40))
    index = LiveIndex(ann.built(rows, "HNSW32_SQfp16,Refine(Flat)"))
    index.remove([f"old{n}" for n in range(40)])
    return index


@pytest.fixture(params=INDEXES)
def index(request: pytest.FixtureRequest) -> Index:
    return INDEXES[request.param]()


def unit(random: np.random.Generator, count: int) -> np.ndarray:
    rows = random.standard_normal((count, D)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def check(
    index: Index, content: dict[str, np.ndarray], queries: np.ndarray, k: int, **how: object
) -> None:
    """Compare with a sort of all similarities; equal ones may come in any order."""
    ids, similarities = index.search(queries, k, **how)
    expected = min(k, len(content))
    assert ids.shape == similarities.shape == (len(queries), expected)
    assert similarities.dtype == np.float32
    for query, found, scores in zip(queries, ids, similarities, strict=True):
        assert len(set(found)) == len(found)
        best = sorted((float(vector @ query) for vector in content.values()), reverse=True)
        np.testing.assert_allclose(scores, best[:expected], atol=TOLERANCE)
        for id, score in zip(found, scores, strict=True):
            assert abs(float(content[id] @ query) - score) < TOLERANCE


@pytest.mark.parametrize("k", [1, 5, 100])
def test_finds_what_a_sort_of_all_finds(index: Index, k: int):
    random = np.random.default_rng(2)
    content = {f"id{n}": row for n, row in enumerate(unit(random, 60))}
    index.add(list(content), np.stack(list(content.values())))
    check(index, content, unit(random, 7), k)


@pytest.mark.parametrize("k", [1, 5, 100])
def test_finds_the_same_when_asked_to_be_exact(index: Index, k: int):
    random = np.random.default_rng(12)
    content = {f"id{n}": row for n, row in enumerate(unit(random, 60))}
    index.add(list(content), np.stack(list(content.values())))
    index.remove(["id7"])
    del content["id7"]
    check(index, content, unit(random, 7), k, exact=True)


@pytest.mark.parametrize("k", [1, 3, 100])
@pytest.mark.parametrize("under", [[], ["b|"], ["none|"], ["a|", "none|", "c|"]])
def test_finds_the_nearest_under_prefixes(index: Index, k: int, under: list[str]):
    random = np.random.default_rng(13)
    names = [f"{item}|{n}" for item in ("a", "ab", "b", "c") for n in range(4)]
    rows = unit(random, len(names))
    index.add(names[8:], rows[8:])
    index.add(names[:8], rows[:8])
    index.remove(["c|1"])
    content = {
        name: row
        for name, row in zip(names, rows, strict=True)
        if name.startswith(tuple(under)) and name != "c|1"
    }
    check(index, content, unit(random, 3), k, under=under)


def test_an_empty_index_finds_nothing(index: Index):
    ids, similarities = index.search(unit(np.random.default_rng(3), 2), 5)
    assert ids.shape == similarities.shape == (2, 0)
    assert len(index) == 0
    assert index.ids() == index.ids_under("x") == []


def test_a_vector_finds_itself_first(index: Index):
    rows = unit(np.random.default_rng(4), 20)
    names = [f"id{n}" for n in range(20)]
    index.add(names, rows)
    ids, similarities = index.search(rows, 1)
    assert list(ids[:, 0]) == names
    np.testing.assert_allclose(similarities, 1.0, atol=TOLERANCE)


def test_adding_an_id_anew_replaces_its_vector(index: Index):
    old, new = unit(np.random.default_rng(5), 2)
    index.add(["a"], old[np.newaxis])
    index.add(["a"], new[np.newaxis])
    assert len(index) == 1
    np.testing.assert_array_equal(index.vectors_of(["a"])[0], new)


def test_a_removed_id_is_gone_and_removing_it_again_is_no_error(index: Index):
    rows = unit(np.random.default_rng(6), 3)
    index.add(["a", "b", "c"], rows)
    index.remove(["b", "never there"])
    index.remove(["b"])
    assert index.ids() == ["a", "c"]
    assert list(index.search(rows[1:2], 3)[0][0]) != ["b"]
    with pytest.raises(KeyError):
        index.vectors_of(["b"])


def test_finds_the_ids_under_a_prefix(index: Index):
    names = ["a|1", "a|2", "a|ü", "ab|1", "b|1", "ä|1"]
    index.add(names, unit(np.random.default_rng(7), len(names)))
    assert index.ids_under("a|") == ["a|1", "a|2", "a|ü"]
    assert index.ids_under("ä|") == ["ä|1"]
    assert index.ids_under("c|") == []
    assert index.ids() == sorted(names, key=str.encode)


def test_an_id_longer_than_all_others_is_told_from_its_beginning(index: Index):
    index.add(["a|1", "b|1"], unit(np.random.default_rng(9), 2))
    assert index.ids_under("a|1 and more") == []
    with pytest.raises(KeyError):
        index.vectors_of(["a|1 and more"])
    index.remove(["a|1 and more"])
    index.add(["a|1 and more"], unit(np.random.default_rng(10), 1))
    assert index.ids() == ["a|1", "a|1 and more", "b|1"]
    assert index.ids_under("a|1") == ["a|1", "a|1 and more"]


def test_gives_vectors_back_in_the_order_asked(index: Index):
    rows = unit(np.random.default_rng(8), 3)
    index.add(["a", "b", "c"], rows)
    np.testing.assert_array_equal(index.vectors_of(["c", "a"]), rows[[2, 0]])


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "remove"]), st.sets(st.integers(0, 15), min_size=1)),
    max_size=12,
)


@pytest.mark.slow
@pytest.mark.parametrize("name", INDEXES)
@given(steps=STEPS, seed=st.integers(0, 1000))
def test_stays_right_through_any_changes(name: str, steps, seed: int):
    random = np.random.default_rng(seed)
    index, content = INDEXES[name](), {}
    for step, numbers in steps:
        names = [f"id{n}" for n in numbers]
        if step == "remove":
            index.remove(names)
            content = {id: row for id, row in content.items() if id not in names}
        else:
            rows = unit(random, len(names))
            index.add(names, rows)
            content.update(zip(names, rows, strict=True))
        assert len(index) == len(content)
    check(index, content, unit(random, 2), 4)

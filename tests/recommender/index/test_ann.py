"""The graph misses hardly anything, what it cannot reach is scanned, and few bits are enough."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import faiss
import numpy as np
import pytest

from recommender.index import ann
from recommender.index.rows import Rows
from recommender.index.scan import ScanIndex

FACTORY = "PCA16,HNSW32_SQ8,Refine(SQ8)"
# What eight bits cost a cosine of these vectors.
KEPT = 5e-3


def clustered(count: int, length: int = 48, seed: int = 0) -> Rows:
    """Unit vectors around fifty centres, as those of garments are."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(50, length))
    rows = centres[random.integers(0, 50, count)] + random.normal(0, 0.4, (count, length))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return Rows.of([f"item{n}|" for n in range(count)], rows)


def opened(rows: Rows, path: Path) -> ann.AnnIndex:
    return ann.opened(rows.ids, path, length=rows.vectors.shape[1], factory=FACTORY)


def recall(found: np.ndarray, expected: np.ndarray) -> float:
    pairs = zip(found, expected, strict=True)
    return float(np.mean([len(set(one) & set(other)) / len(other) for one, other in pairs]))


def test_finds_nearly_all_that_an_exact_search_finds():
    rows = clustered(3000)
    queries = rows.vectors[::30]
    found, similarities = ann.built(rows, FACTORY).search(queries, 10)
    expected, truth = ScanIndex(rows).search(queries, 10)
    assert recall(found, expected) > 0.96
    np.testing.assert_allclose(similarities[:, 0], truth[:, 0], atol=1e-3)
    assert (np.diff(similarities, axis=1) <= 0).all()


def test_asked_to_be_exact_it_misses_nothing():
    rows = clustered(1000)
    index = ann.built(rows, "PCA2,HNSW4_SQfp16,Refine(Flat)")
    found, similarities = index.search(rows.vectors[:50], 10, exact=True)
    expected, truth = ScanIndex(rows).search(rows.vectors[:50], 10)
    assert recall(found, expected) == 1
    np.testing.assert_allclose(similarities, truth, atol=1e-6)


@pytest.mark.parametrize("under", [["item1"], ["item12|", "none|", "item7|"], ["none|"], []])
def test_under_prefixes_it_misses_nothing(under: list[str]):
    rows = clustered(1000)
    index = ann.built(rows, "PCA2,HNSW4_SQfp16,Refine(Flat)")
    found, similarities = index.search(rows.vectors[:20], 10, under=under)
    expected, truth = ScanIndex(rows).search(rows.vectors[:20], 10, under=under)
    assert found.tolist() == expected.tolist()
    np.testing.assert_allclose(similarities, truth, atol=1e-6)


@pytest.mark.parametrize("length", [40, 48])
def test_gives_vectors_back_nearly_as_they_came(length: int):
    rows = clustered(3000, length)
    index = ann.built(rows, FACTORY)
    given = index.vectors_of(["item7|", "item2999|"])
    places = [rows.ids.tolist().index(key) for key in (b"item7|", b"item2999|")]
    assert given.shape == (2, length)
    np.testing.assert_allclose(np.linalg.norm(given, axis=1), 1, atol=1e-6)
    assert ((given * rows.vectors[places]).sum(axis=1) > 0.9999).all()
    assert index.as_rows().vectors.shape == rows.vectors.shape
    with pytest.raises(KeyError, match="item3000"):
        index.vectors_of(["item7|", "item3000|"])


def test_what_is_rare_is_kept_although_no_sample_has_it(monkeypatch: pytest.MonkeyPatch):
    """The one umbrella of a shop is told by a number that is nothing in all other vectors."""
    rows = clustered(1000)
    vectors = rows.vectors.copy()
    vectors[:, 5] = 0
    vectors[501] = np.eye(48, dtype=np.float32)[5]
    rows = Rows.of([f"item{n:04}|" for n in range(1000)], vectors)
    monkeypatch.setattr(ann, "TRAINED_WITH", 100)
    index = ann.built(rows, FACTORY)
    assert index.vectors_of(["item0501|"])[0, 5] > 0.99
    assert index.search(rows.vectors[501:502], 1)[0] == "item0501|"


@pytest.mark.slow
def test_it_takes_little_more_room_than_a_byte_a_number(tmp_path: Path):
    rows = clustered(3000, length=1024)
    ann.built(rows, "PCA16,HNSW16_SQ4,Refine(SQ8)").save(tmp_path / "file")
    ann.built(rows, "PCA16,HNSW16_SQ4,Refine(SQ6)").save(tmp_path / "smaller")
    # Principal components are kept with what they were made of, once for all rows.
    once = 1024 * (1024 + 16) * 4
    sizes = [(tmp_path / name).stat().st_size - once for name in ("file", "smaller")]
    assert [round(size / 3000, -2) for size in sizes] == [1200, 900]


def test_whole_vectors_are_kept_in_a_byte_a_number_where_nothing_else_is_said():
    rows = clustered(500)
    ids = ["item7|", "item40|"]
    np.testing.assert_array_equal(
        ann.built(rows, "HNSW8_SQ8").vectors_of(ids),
        ann.built(rows, "HNSW8_SQ8,Refine(SQ8)").vectors_of(ids),
    )


def test_hundreds_of_equal_vectors_are_all_found_and_hide_no_other():
    """Such as the picture that says that there is none yet."""
    rows = clustered(1000)
    vectors = rows.vectors.copy()
    vectors[200:700] = vectors[200]
    rows = Rows(rows.ids, vectors)
    queries = vectors[[200, 0, 999]]
    _, found = ann.built(rows, "HNSW32_SQfp16").search(queries, 500)
    _, expected = ScanIndex(rows).search(queries, 500)
    np.testing.assert_allclose(found[0], 1.0, atol=KEPT)
    np.testing.assert_allclose(found[1:, :10], expected[1:, :10], atol=KEPT)


def test_vectors_shorter_than_its_components_are_taken_whole():
    rows = clustered(100, length=16)
    found, _ = ann.built(rows, FACTORY).search(rows.vectors[:5], 3)
    assert recall(found, ScanIndex(rows).search(rows.vectors[:5], 3)[0]) == 1


def test_an_opened_graph_answers_as_the_saved_one(tmp_path: Path):
    rows = clustered(500)
    saved = ann.built(rows, FACTORY)
    saved.save(tmp_path / "graph")
    again = opened(rows, tmp_path / "graph")
    for how in ({}, {"exact": True}, {"under": ["item1"]}):
        answers = (index.search(rows.vectors[:20], 5, **how) for index in (saved, again))
        for one, other in zip(*answers, strict=True):
            np.testing.assert_array_equal(one, other)


def test_a_graph_of_other_vectors_is_refused(tmp_path: Path):
    ann.built(clustered(500), FACTORY).save(tmp_path / "graph")
    for other in (clustered(400), clustered(500, length=50)):
        with pytest.raises(ValueError, match="index of 500 vectors"):
            opened(other, tmp_path / "graph")


def test_a_graph_without_its_vectors_is_refused(tmp_path: Path):
    """As it was written until vectors were kept in the same file."""
    graph = faiss.index_factory(48, "HNSW8_SQ8", faiss.METRIC_L2)
    graph.train(clustered(500).vectors)
    graph.add(clustered(500).vectors)
    faiss.write_index(graph, str(tmp_path / "graph"))
    with pytest.raises(ValueError, match="index of 500 vectors"):
        opened(clustered(500), tmp_path / "graph")


@pytest.mark.parametrize("factory", ["IVF16,Flat", "nonsense", "HNSW8_SQ8,Refine(nonsense)"])
def test_only_graphs_are_built(factory: str):
    with pytest.raises((AttributeError, RuntimeError)):
        ann.built(clustered(100), factory)


def test_a_search_takes_one_thread_and_a_build_all_it_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Both in a thread of a worker's, which opens a graph, searches it and builds the next."""
    rows, taken = clustered(500), []
    for kind, method in ((faiss.IndexRefine, "search"), (faiss.IndexPreTransform, "add")):
        asked = getattr(kind, method)

        def counting(*arguments, _asked=asked, _method=method, **options):
            taken.append((_method, faiss.omp_get_max_threads()))
            return _asked(*arguments, **options)

        monkeypatch.setattr(kind, method, counting)

    def build_twice() -> None:
        faiss.omp_set_num_threads(3)
        ann.built(rows, FACTORY).save(tmp_path / "graph")
        opened(rows, tmp_path / "graph").search(rows.vectors[:1], 5)
        ann.built(rows, FACTORY).search(rows.vectors[:1], 5)

    with ThreadPoolExecutor(1) as worker:
        worker.submit(build_twice).result()
    assert taken == [("add", 3), ("search", 1), ("add", 3), ("search", 1)]
    with ThreadPoolExecutor(1) as another:
        another.submit(opened(rows, tmp_path / "graph").search, rows.vectors[:1], 5).result()
    assert taken[-1] == ("search", 1)

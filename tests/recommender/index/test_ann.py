"""The graph misses hardly anything, and what it cannot reach is scanned."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import faiss
import numpy as np
import pytest

from recommender.index import ann
from recommender.index.ann import AnnIndex
from recommender.index.rows import Rows
from recommender.index.scan import ScanIndex

FACTORY = "PCA16,HNSW32_SQfp16"


def clustered(count: int, length: int = 48, seed: int = 0) -> Rows:
    """Unit vectors around fifty centres, as those of garments are."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(50, length))
    rows = centres[random.integers(0, 50, count)] + random.normal(0, 0.4, (count, length))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return Rows.of([f"item{n}|" for n in range(count)], rows)


def recall(found: np.ndarray, expected: np.ndarray) -> float:
    pairs = zip(found, expected, strict=True)
    return float(np.mean([len(set(one) & set(other)) / len(other) for one, other in pairs]))


def test_finds_nearly_all_that_an_exact_search_finds():
    rows = clustered(3000)
    queries = rows.vectors[::30]
    found, similarities = AnnIndex(rows, factory=FACTORY).search(queries, 10)
    expected, truth = ScanIndex(rows).search(queries, 10)
    assert recall(found, expected) > 0.98
    np.testing.assert_allclose(similarities[:, 0], truth[:, 0], atol=1e-6)
    assert (np.diff(similarities, axis=1) <= 0).all()


def test_asked_to_be_exact_it_misses_nothing():
    rows = clustered(1000)
    found, _ = AnnIndex(rows, factory="PCA2,HNSW4_SQfp16").search(rows.vectors[:50], 10, exact=True)
    assert recall(found, ScanIndex(rows).search(rows.vectors[:50], 10)[0]) == 1


def test_hundreds_of_equal_vectors_are_all_found_and_hide_no_other():
    """Such as the picture that says that there is none yet."""
    rows = clustered(1000)
    vectors = rows.vectors.copy()
    vectors[200:700] = vectors[200]
    rows = Rows(rows.ids, vectors)
    queries = vectors[[200, 0, 999]]
    _, found = AnnIndex(rows, factory="HNSW32_SQfp16").search(queries, 500)
    _, expected = ScanIndex(rows).search(queries, 500)
    np.testing.assert_allclose(found[0], 1.0, atol=1e-6)
    np.testing.assert_allclose(found[1:, :10], expected[1:, :10], atol=1e-6)


def test_vectors_shorter_than_its_components_are_taken_whole():
    rows = clustered(100, length=16)
    found, _ = AnnIndex(rows, factory=FACTORY).search(rows.vectors[:5], 3)
    assert recall(found, ScanIndex(rows).search(rows.vectors[:5], 3)[0]) == 1


def test_an_opened_graph_answers_as_the_saved_one(tmp_path: Path):
    rows = clustered(500)
    saved = AnnIndex(rows, factory=FACTORY)
    saved.save(tmp_path / "graph")
    opened = ann.opened(rows, tmp_path / "graph", FACTORY)
    for one, other in zip(
        saved.search(rows.vectors[:20], 5), opened.search(rows.vectors[:20], 5), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_a_graph_of_other_vectors_is_refused(tmp_path: Path):
    AnnIndex(clustered(500), factory=FACTORY).save(tmp_path / "graph")
    with pytest.raises(ValueError, match="graph of 500 vectors"):
        ann.opened(clustered(400), tmp_path / "graph", FACTORY)


@pytest.mark.parametrize("factory", ["IVF16,Flat", "nonsense"])
def test_only_graphs_are_built(factory: str):
    with pytest.raises((AttributeError, RuntimeError)):
        ann.build(clustered(100).vectors, factory)


def test_a_search_takes_one_thread_and_a_build_all_it_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Both in a thread of a worker's, which opens a graph, searches it and builds the next."""
    rows, taken = clustered(500), []
    for method in ("search", "add"):
        asked = getattr(faiss.IndexPreTransform, method)

        def counting(*arguments, _asked=asked, _method=method, **options):
            taken.append((_method, faiss.omp_get_max_threads()))
            return _asked(*arguments, **options)

        monkeypatch.setattr(faiss.IndexPreTransform, method, counting)

    def build_twice() -> None:
        faiss.omp_set_num_threads(3)
        AnnIndex(rows, factory=FACTORY).save(tmp_path / "graph")
        ann.opened(rows, tmp_path / "graph", FACTORY).search(rows.vectors[:1], 5)
        AnnIndex(rows, factory=FACTORY).search(rows.vectors[:1], 5)

    with ThreadPoolExecutor(1) as worker:
        worker.submit(build_twice).result()
    assert taken == [("add", 3), ("search", 1), ("add", 3), ("search", 1)]
    with ThreadPoolExecutor(1) as another:
        opened = ann.opened(rows, tmp_path / "graph", FACTORY)
        another.submit(opened.search, rows.vectors[:1], 5).result()
    assert taken[-1] == ("search", 1)

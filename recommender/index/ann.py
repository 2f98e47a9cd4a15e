"""Approximate search by FAISS: a graph over shortened vectors, its finds ranked by the full ones.

HNSW (Malkov & Yashunin 2016, arXiv:1603.09320) walks a graph of near neighbours. It walks on what
the factory string makes of the vectors, usually their first principal components in float16, so
that the graph stays small and quick; the order of an answer comes from the vectors themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from recommender.index.rows import Rows
from recommender.index.scan import ScanIndex, scanned

if TYPE_CHECKING:
    import faiss

# How many neighbours the walk keeps in view, which are then ranked by their full vectors: at least
# so many, so many more than k, and so many times the fourth root of all there are. Of ten true
# neighbours 48 lose a tenth of one among 44,000 vectors and a third of one among a million.
BREADTH = 48
SPARE = 16
GROWTH = 3.3
EF_CONSTRUCTION = 80
# Equal vectors would only know each other, an island that no walk finds or leaves. So each is moved
# a little before it enters the graph: far less than lies between two photographs of one thing.
JITTER = 1e-3
BLOCK = 65_536


class AnnIndex(ScanIndex):
    """`graph` is of these rows; without one it is built at the first search, as after a change."""

    def __init__(
        self, rows: Rows | None = None, *, factory: str, graph: faiss.Index | None = None
    ) -> None:
        super().__init__(rows)
        self.factory = factory
        self._built = (self.rows, graph) if graph is not None else None

    def _nearest(self, rows: Rows, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        graph = self._graph(rows)
        breadth = _breadth(len(rows.ids), k)
        with _in_one_thread():
            _, candidates = graph.search(
                np.ascontiguousarray(queries, np.float32),
                breadth,
                params=_parameters(graph, breadth),
            )
        if (candidates < 0).any():
            # The walk ended early.
            return scanned(rows, queries, k)
        return _ranked(rows, queries, candidates, k)

    def _graph(self, rows: Rows) -> faiss.Index:
        built = self._built
        if built is None or built[0] is not rows:
            self._built = built = rows, build(rows.vectors, self.factory)
        return built[1]

    def save(self, path: Path) -> None:
        """Write the graph, built first if need be; the rows are not part of the file.

        Raises OSError where the disk is full.
        """
        import faiss

        # Left to open the file itself, FAISS says nothing where the last of it found no room.
        with path.open("wb") as file:
            faiss.write_index(self._graph(self.rows), faiss.PyCallbackIOWriter(file.write))


def opened(rows: Rows, path: Path, factory: str) -> AnnIndex:
    """The index of these rows over the graph that `save` wrote, which stays in its file.

    The processes of a machine share the memory of a mapped file. Raises RuntimeError (FAISS's) for
    a file that is no graph, and ValueError for one that is not of these rows.
    """
    import faiss

    graph = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    if (graph.ntotal, graph.d) != rows.vectors.shape:
        raise ValueError(f"{path} is a graph of {graph.ntotal} vectors of length {graph.d}")
    return AnnIndex(rows, factory=factory, graph=graph)


@contextmanager
def _in_one_thread() -> Iterator[None]:
    """A query is one thread's work, since requests come in parallel; a build takes all it may.

    OpenMP keeps the number for each calling thread, and a worker's both searches and builds.
    """
    import faiss

    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def build(vectors: np.ndarray, factory: str) -> faiss.Index:
    """A graph of vectors, float32 (n, d), by FAISS's factory string, on all threads FAISS has.

    Euclidean, because principal components are taken around the mean: on unit vectors it orders as
    cosine does. Raises RuntimeError (FAISS's) for a string that is no factory, and AttributeError
    for one of another kind of index than HNSW.
    """
    import faiss

    length = vectors.shape[1]
    graph = faiss.index_factory(length, _fitting(factory, length), faiss.METRIC_L2)
    _walked(graph).hnsw.efConstruction = EF_CONSTRUCTION
    graph.train(vectors)
    random = np.random.default_rng(0)
    for start in range(0, len(vectors), BLOCK):
        block = vectors[start : start + BLOCK]
        noise = random.standard_normal(block.shape, np.float32)
        graph.add(block + JITTER * noise)
    return graph


def _fitting(factory: str, length: int) -> str:
    """The factory string without principal components where the vectors have no more than those."""
    first, _, rest = factory.partition(",")
    components = first.removeprefix("PCA")
    return rest if components != first and int(components) >= length else factory


def _walked(graph: faiss.Index) -> faiss.IndexHNSW:
    """The part behind the principal components, if there are any."""
    import faiss

    return faiss.downcast_index(
        graph.index if isinstance(graph, faiss.IndexPreTransform) else graph
    )


def _breadth(size: int, k: int) -> int:
    breadth: int = min(max(BREADTH, k + SPARE, round(GROWTH * size**0.25)), size)
    return breadth


def _parameters(graph: faiss.Index, breadth: int) -> faiss.SearchParameters:
    import faiss

    return _made_parameters(isinstance(graph, faiss.IndexPreTransform), breadth)


@lru_cache(maxsize=64)
def _made_parameters(transformed: bool, breadth: int) -> faiss.SearchParameters:
    """Kept, because making them costs a tenth of a walk."""
    import faiss

    walk = faiss.SearchParametersHNSW(efSearch=breadth)
    return faiss.SearchParametersPreTransform(index_params=walk) if transformed else walk


def _ranked(
    rows: Rows, queries: np.ndarray, candidates: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """The k best of each query's candidates by their full vectors, equal ones by their row."""
    candidates = np.sort(candidates, axis=1)
    scores = np.matvec(rows.vectors[candidates], queries)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(candidates, order, 1), np.take_along_axis(scores, order, 1)

"""Approximate search by FAISS: a graph over shortened vectors, its finds ranked by whole ones.

HNSW (Malkov & Yashunin 2016, arXiv:1603.09320) walks a graph of near neighbours. It walks on what
the factory string makes of the vectors, usually their first principal components in four bits
each, so that the graph stays small and quick. What it finds is ranked by the vectors themselves,
of which every number is kept in eight bits: they take most of the memory.

A vector x is kept as x + e. Euclidean distance to a query q is then wrong by 2 (x - q) e in the
first place, the cosine by q e, which is several times as much where x is near q. So all ranking is
by distance, and 1 - distance^2 / 2 is the cosine that is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from recommender.index.rows import RowIndex, Rows, known_places, named, places_under
from recommender.index.scan import ScanIndex

if TYPE_CHECKING:
    import faiss

# FAISS's descriptions, each for vectors of up to so many numbers: so a photograph takes at most
# 1,300 bytes, 62 of its id included. Longer ones take more in any case.
PRECISE = "PCA128,HNSW32_SQ8,Refine(SQ8)"
FACTORIES = (
    (816, PRECISE),
    (1024, "PCA128,HNSW16_SQ4,Refine(SQ8)"),
    (1248, "PCA128,HNSW16_SQ8,Refine(SQ6)"),
)
# What whole vectors are kept in where a description does not say.
WHOLE = "SQ8"
# How many neighbours the walk keeps in view, which are then ranked by their whole vectors: at least
# so many, so many more than k, and so many times the cube root of all there are. Of ten true
# neighbours 48 lose a tenth of one among 44,000 vectors and a third of one among a million.
BREADTH = 48
SPARE = 16
GROWTH = 1.6
EF_CONSTRUCTION = 80
# Equal vectors would only know each other, an island that no walk finds or leaves. So each is moved
# a little before it enters the graph: far less than lies between two photographs of one thing.
JITTER = 1e-3
BLOCK = 65_536
# Enough for the principal components of a thousand numbers and more.
TRAINED_WITH = 131_072
# FAISS compares so many numbers at once by AVX-512; what is left over costs it ten times the time.
LANES = 16


class AnnIndex(RowIndex):
    """Never changes. `coded` is FAISS's index of these rows, `length` that of a vector.

    Vectors are given back as they are kept, which is not quite as they came; see `factory`.
    """

    def __init__(
        self, keys: np.ndarray, coded: faiss.IndexRefine, *, length: int, factory: str
    ) -> None:
        import faiss

        self.factory = factory
        self.length = length
        self._keys = keys
        self._coded = coded
        self._whole = faiss.downcast_index(coded.refine_index)
        codes = self._whole.codes
        # A view of FAISS's memory, or of its map.
        self._codes = faiss.rev_swig_ptr(codes.data(), codes.size()).reshape(len(keys), -1)

    @property
    def keys(self) -> np.ndarray:
        return self._keys

    def as_rows(self) -> Rows:
        return Rows(self._keys, self._vectors_at(np.arange(len(self))))

    def search(
        self,
        queries: np.ndarray,
        k: int,
        *,
        exact: bool = False,
        under: Sequence[str] | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        if under is not None:
            places = places_under(under, self._keys)
            return ScanIndex(Rows(self._keys[places], self._vectors_at(places))).search(queries, k)
        k = min(k, len(self))
        padded = _padded(queries)
        with _in_one_thread():
            places, distances = (self._scanned if exact else self._walked)(padded, k)
        return named(places, self._keys), 1 - distances / 2

    def _walked(self, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        breadth = _breadth(len(self), k)
        distances, places = self._coded.search(
            queries, breadth, params=_parameters(self._coded, breadth)
        )
        if (places < 0).any():
            # The walk ended early.
            return self._scanned(queries, k)
        return places[:, :k], distances[:, :k]

    def _scanned(self, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        distances, places = self._whole.search(queries, k)
        return places, distances

    def vectors_of(self, ids: Sequence[str]) -> np.ndarray:
        return self._vectors_at(known_places(ids, self._keys))

    def _vectors_at(self, places: np.ndarray) -> np.ndarray:
        # FAISS's own way by row number takes thirty times as long.
        with _in_one_thread():
            vectors: np.ndarray = self._whole.sa_decode(self._codes[places])[:, : self.length]
        # In place and without a copy of all: a third of the time that `np.linalg.norm` takes.
        vectors /= np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, np.newaxis]
        return vectors

    def save(self, path: Path) -> None:
        """Write everything but the ids. Raises OSError where the disk is full."""
        import faiss

        # Left to open the file itself, FAISS says nothing where the last of it found no room.
        with path.open("wb") as file:
            faiss.write_index(self._coded, faiss.PyCallbackIOWriter(file.write))


def opened(keys: np.ndarray, path: Path, *, length: int, factory: str) -> AnnIndex:
    """The index under these ids that `save` wrote, which stays in its file.

    The processes of a machine share the memory of a mapped file. Raises RuntimeError (FAISS's) for
    a file that is no index, and ValueError for one that is not of these ids and this length.
    """
    import faiss

    coded = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    if not isinstance(coded, faiss.IndexRefine) or (coded.ntotal, coded.d) != (
        len(keys),
        _padded_length(length),
    ):
        raise ValueError(f"{path} is an index of {coded.ntotal} vectors of length {coded.d}")
    return AnnIndex(keys, coded, length=length, factory=factory)


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


def factory_for(length: int) -> str:
    """FAISS's description of the index that suits vectors of so many numbers."""
    return next((factory for most, factory in FACTORIES if length <= most), PRECISE)


def built(rows: Rows, factory: str) -> AnnIndex:
    """The index of rows by FAISS's factory string, on all threads FAISS has.

    The string describes the graph and, behind it, what whole vectors are kept in for ranking:
    `PCA128,HNSW32_SQ8,Refine(SQ8)`; the latter may be left out. Euclidean, because principal
    components are taken around the mean: on unit vectors it orders as cosine does. Raises
    RuntimeError (FAISS's) for a string that is no factory, and AttributeError for one of another
    kind of index than HNSW.
    """
    import faiss

    length = rows.vectors.shape[1]
    walked, _, whole = factory.removesuffix(")").partition(",Refine(")
    graph = faiss.index_factory(_padded_length(length), _fitting(walked, length), faiss.METRIC_L2)
    _walk(graph).hnsw.efConstruction = EF_CONSTRUCTION
    kept = faiss.index_factory(_padded_length(length), whole or WHOLE, faiss.METRIC_L2)
    every = -(-len(rows.vectors) // TRAINED_WITH)
    graph.train(_padded(rows.vectors[::every]))
    kept.train(_padded(_range(rows.vectors)))
    random = np.random.default_rng(0)
    for start in range(0, len(rows.vectors), BLOCK):
        block = _padded(rows.vectors[start : start + BLOCK])
        kept.add(block)
        block += JITTER * random.standard_normal(block.shape, np.float32)
        graph.add(block)
    return AnnIndex(rows.ids, faiss.IndexRefine(graph, kept), length=length, factory=factory)


def _range(vectors: np.ndarray) -> np.ndarray:
    """The least and the greatest of each number, float32 (2, d).

    Of all vectors: a kind of thing that a sample lacks has a number that is nothing in the others.
    """
    return np.stack([vectors.min(axis=0), vectors.max(axis=0)])


def _padded_length(length: int) -> int:
    return -(-length // LANES) * LANES


def _padded(vectors: np.ndarray) -> np.ndarray:
    """Vectors with zeros behind them up to the next multiple of LANES: a copy."""
    count, length = vectors.shape
    padded = np.zeros((count, _padded_length(length)), np.float32)
    padded[:, :length] = vectors
    return padded


def _fitting(factory: str, length: int) -> str:
    """The factory string without principal components where the vectors have no more than those."""
    first, _, rest = factory.partition(",")
    components = first.removeprefix("PCA")
    return rest if components != first and int(components) >= length else factory


def _walk(graph: faiss.Index) -> faiss.IndexHNSW:
    """The part behind the principal components, if there are any."""
    import faiss

    return faiss.downcast_index(
        graph.index if isinstance(graph, faiss.IndexPreTransform) else graph
    )


def _breadth(size: int, k: int) -> int:
    breadth: int = min(max(BREADTH, k + SPARE, round(GROWTH * size ** (1 / 3))), size)
    return breadth


def _parameters(coded: faiss.IndexRefine, breadth: int) -> faiss.SearchParameters:
    import faiss

    graph = faiss.downcast_index(coded.base_index)
    return _made_parameters(isinstance(graph, faiss.IndexPreTransform), breadth)


@lru_cache(maxsize=64)
def _made_parameters(transformed: bool, breadth: int) -> faiss.SearchParameters:
    """Kept, because making them costs a tenth of a walk."""
    import faiss

    walk = faiss.SearchParametersHNSW(efSearch=breadth)
    if transformed:
        walk = faiss.SearchParametersPreTransform(index_params=walk)
    return faiss.IndexRefineSearchParameters(k_factor=1.0, base_index_params=walk)

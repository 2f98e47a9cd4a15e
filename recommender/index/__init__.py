"""Nearest neighbours among unit vectors, behind one interface.

`exact.py` is scikit-learn's search and the oracle of the others' tests; `scan.py` is as exact and
faster for the single queries of a page; `ann.py` is FAISS's graph for catalogues that are too large
to scan; `live.py` lays what came and went since over a snapshot; `snapshot.py` keeps one on disk.

Nothing here knows Django or a database: see `recommender.serving` for what does.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np


class Searchable(ABC):
    """What answers are made from: unit vectors, float32 (d,), under text ids that hold no NUL.

    The metric is cosine, which orders unit vectors as Euclidean distance does.
    """

    @abstractmethod
    def search(
        self,
        queries: np.ndarray,
        k: int,
        *,
        exact: bool = False,
        under: Sequence[str] | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """The nearest neighbours of each query, nearest first.

        `queries` is float32 (n, d), rows of length 1. Returns ids (n, m), objects of type str, and
        cosine similarities, float32 (n, m), with m = min(k, number of vectors). An approximate
        index may miss a neighbour, never invent one; with `exact` it misses none. With `under`
        only ids that begin with one of these prefixes count, none of which begins with another;
        that too is exact.
        """

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def ids_under(self, prefix: str) -> list[str]:
        """The ids that begin with `prefix`, ascending; costs O(log n)."""

    @abstractmethod
    def vectors_of(self, ids: Sequence[str]) -> np.ndarray:
        """The vectors of these ids, float32 (n, d). Raises KeyError for an id that is not there."""


class Index(Searchable):
    """Holds its vectors itself, so that they can be changed.

    Adding an id anew replaces its vector; removing an id that is not there is no error. Searching
    while another thread adds or removes answers from before or after, never from between.
    """

    @abstractmethod
    def add(self, ids: Sequence[str], vectors: np.ndarray) -> None:
        """Add vectors, float32 (n, d), rows of length 1, under n different ids."""

    @abstractmethod
    def remove(self, ids: Sequence[str]) -> None: ...

    @abstractmethod
    def ids(self) -> list[str]:
        """Every id, in ascending order of its UTF-8 bytes."""

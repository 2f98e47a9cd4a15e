"""What every index over a plain matrix shares: sorted ids and their rows."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np

from recommender.index import Index


class Rows(NamedTuple):
    """Ids, UTF-8 bytes (n,), strictly ascending, and their vectors, float32 (n, d).

    Sorted, so that a memory-mapped file serves as the dictionary of its ids. Never changed in
    place: readers keep what they hold.
    """

    ids: np.ndarray
    vectors: np.ndarray

    @classmethod
    def empty(cls) -> Self:
        return cls(np.empty(0, "S1"), np.empty((0, 0), np.float32))

    @classmethod
    def of(cls, ids: Sequence[str], vectors: np.ndarray) -> Self:
        if not ids:
            return cls.empty()
        keys = encoded(ids)
        order = np.argsort(keys)
        return cls(keys[order], np.ascontiguousarray(vectors[order], dtype=np.float32))

    def places(self, ids: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """For each id, whether it is here (bool) and its row."""
        keys = encoded(ids)
        places = np.searchsorted(self.ids, keys)
        inside = places < len(self.ids)
        there = inside.copy()
        there[inside] = self.ids[places[inside]] == keys[inside]
        return there, places

    def without(self, ids: Sequence[str]) -> Self:
        there, places = self.places(ids)
        if not there.any():
            return self
        kept = np.ones(len(self.ids), dtype=bool)
        kept[places[there]] = False
        return type(self)(self.ids[kept], self.vectors[kept])

    def merged(self, other: Self) -> Self:
        """Both, of which `self` holds no id of `other`."""
        if not len(self.ids) or not len(other.ids):
            return self if len(self.ids) else other
        ids = np.concatenate((self.ids, other.ids))
        order = np.argsort(ids)
        return type(self)(ids[order], np.concatenate((self.vectors, other.vectors))[order])


def encoded(ids: Sequence[str]) -> np.ndarray:
    """Ids as NumPy bytes, which compare and memory-map as they are."""
    return np.array([id.encode() for id in ids], dtype="S") if len(ids) else np.empty(0, "S1")


def decoded(keys: np.ndarray) -> list[str]:
    return [key.decode() for key in keys.tolist()]


class RowIndex(Index):
    """An index over Rows; what is left to a subclass is the search."""

    def __init__(self, rows: Rows | None = None) -> None:
        self.rows = rows or Rows.empty()

    @abstractmethod
    def search(self, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]: ...

    def add(self, ids: Sequence[str], vectors: np.ndarray) -> None:
        added = Rows.of(ids, vectors)
        self.rows = self.rows.without(ids).merged(added)

    def remove(self, ids: Sequence[str]) -> None:
        self.rows = self.rows.without(ids)

    def __len__(self) -> int:
        return len(self.rows.ids)

    def ids(self) -> list[str]:
        return decoded(self.rows.ids)

    def ids_under(self, prefix: str) -> list[str]:
        keys, start = self.rows.ids, prefix.encode()
        # 0xFF occurs nowhere in UTF-8, so it comes after every continuation of the prefix.
        low, high = np.searchsorted(keys, np.array([start, start + b"\xff"], dtype="S"))
        return decoded(keys[low:high])

    def vectors_of(self, ids: Sequence[str]) -> np.ndarray:
        rows = self.rows
        there, places = rows.places(ids)
        if not there.all():
            raise KeyError(next(id for id, here in zip(ids, there, strict=True) if not here))
        return rows.vectors[places]


def nothing(queries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The answer of an empty index."""
    return np.empty((len(queries), 0), object), np.empty((len(queries), 0), np.float32)


def answer(
    rows: Rows, places: np.ndarray, similarities: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers (n, m) as ids (n, m)."""
    ids = np.empty(places.shape, dtype=object)
    for query, row in enumerate(places):
        ids[query] = decoded(rows.ids[row])
    return ids, similarities.astype(np.float32, copy=False)

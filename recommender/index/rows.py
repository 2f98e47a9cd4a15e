"""Vectors in rows, in ascending order of their ids: what every index holds in its own way."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np

from recommender.index import Searchable


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

    def without(self, ids: Sequence[str]) -> Self:
        there, places = places_of(ids, self.ids)
        if not there.any():
            return self
        kept = np.ones(len(self.ids), dtype=bool)
        kept[places[there]] = False
        return type(self)(self.ids[kept], self.vectors[kept])

    def merged(self, other: Self) -> Self:
        """Both, of which `self` holds no id of `other`."""
        if not len(self.ids) or not len(other.ids):
            return self if len(self.ids) else other
        # Where other's rows come to lie; self's fill the rest in their order.
        places = _place(other.ids, self.ids) + np.arange(len(other.ids))
        kept = np.ones(len(self.ids) + len(other.ids), dtype=bool)
        kept[places] = False
        merged = []
        for mine, theirs in zip(self, other, strict=True):
            both = np.empty(
                (len(kept), *mine.shape[1:]), np.promote_types(mine.dtype, theirs.dtype)
            )
            both[kept], both[places] = mine, theirs
            merged.append(both)
        return type(self)(*merged)


def places_of(ids: Sequence[str], keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each id, whether it is among the ascending `keys` (bool) and its row there."""
    wanted = encoded(ids)
    places = _place(wanted, keys)
    inside = places < len(keys)
    there = inside.copy()
    there[inside] = keys[places[inside]] == wanted[inside]
    return there, places


def known_places(ids: Sequence[str], keys: np.ndarray) -> np.ndarray:
    """The rows of these ids. Raises KeyError for one that is not there."""
    there, places = places_of(ids, keys)
    if not there.all():
        raise KeyError(next(id for id, here in zip(ids, there, strict=True) if not here))
    return places


def spans(prefixes: Sequence[str], keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each prefix, the first of the keys that begins with it and the row behind the last."""
    starts = [prefix.encode() for prefix in prefixes]
    # What comes right after every continuation: 0xFF is no part of any UTF-8 text.
    ends = [start[:-1] + bytes([start[-1] + 1]) if start else b"\xff" for start in starts]
    return _place(np.array(starts, "S"), keys), _place(np.array(ends, "S"), keys)


def places_under(prefixes: Sequence[str], keys: np.ndarray) -> np.ndarray:
    """The rows of the keys that begin with one of the prefixes, none of which begins another."""
    first, end = spans(prefixes, keys)
    if not (end > first).any():
        return np.empty(0, np.intp)
    return np.concatenate([np.arange(*span) for span in zip(first, end, strict=True)])


def _place(wanted: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """`searchsorted`, which would copy all the keys for one that is longer than they are."""
    width = keys.dtype.itemsize
    shortened = wanted.astype(keys.dtype)
    places = np.searchsorted(keys, shortened)
    if wanted.dtype.itemsize > width:
        # A longer key comes after the one that is its beginning.
        cut = np.flatnonzero(np.char.str_len(wanted) > width)
        places[cut] = np.searchsorted(keys, shortened[cut], side="right")
    return places


def encoded(ids: Sequence[str]) -> np.ndarray:
    """Ids as NumPy bytes, which compare and memory-map as they are."""
    return np.array([id.encode() for id in ids], dtype="S") if len(ids) else np.empty(0, "S1")


def decoded(keys: np.ndarray) -> list[str]:
    return [key.decode() for key in keys.tolist()]


def named(places: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """The ids of found rows (n, k), objects of type str of the same shape."""
    ids = np.empty(places.shape, dtype=object)
    for query, row in enumerate(places):
        ids[query] = decoded(keys[row])
    return ids


class RowIndex(Searchable):
    """Searches rows, of which `keys` are the ids, UTF-8 bytes (n,), strictly ascending."""

    @property
    @abstractmethod
    def keys(self) -> np.ndarray: ...

    @abstractmethod
    def as_rows(self) -> Rows:
        """Everything as one matrix: the vectors as near as they are held."""

    def __len__(self) -> int:
        return len(self.keys)

    def holds(self, ids: Sequence[str]) -> np.ndarray:
        """Whether each of these ids is here, bool (n,)."""
        return places_of(ids, self.keys)[0]

    def ids_under(self, prefix: str) -> list[str]:
        keys = self.keys
        (first,), (end,) = spans([prefix], keys)
        return decoded(keys[first:end])

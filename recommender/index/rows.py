"""Sorted ids and their vectors: what every index over a plain matrix holds."""

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np


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
        places = self._place(keys)
        inside = places < len(self.ids)
        there = inside.copy()
        there[inside] = self.ids[places[inside]] == keys[inside]
        return there, places

    def spans(self, prefixes: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """For each prefix, the first row that begins with it and the row behind the last."""
        starts = [prefix.encode() for prefix in prefixes]
        # What comes right after every continuation: 0xFF is no part of any UTF-8 text.
        ends = [start[:-1] + bytes([start[-1] + 1]) if start else b"\xff" for start in starts]
        return self._place(np.array(starts, "S")), self._place(np.array(ends, "S"))

    def _place(self, keys: np.ndarray) -> np.ndarray:
        """`searchsorted`, which would copy all the ids for one key that is longer than they are."""
        width = self.ids.dtype.itemsize
        shortened = keys.astype(self.ids.dtype)
        places = np.searchsorted(self.ids, shortened)
        if keys.dtype.itemsize > width:
            # A longer key comes after the id that is its beginning.
            cut = np.flatnonzero(np.char.str_len(keys) > width)
            places[cut] = np.searchsorted(self.ids, shortened[cut], side="right")
        return places

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
        # Where other's rows come to lie; self's fill the rest in their order.
        places = self._place(other.ids) + np.arange(len(other.ids))
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


def encoded(ids: Sequence[str]) -> np.ndarray:
    """Ids as NumPy bytes, which compare and memory-map as they are."""
    return np.array([id.encode() for id in ids], dtype="S") if len(ids) else np.empty(0, "S1")


def decoded(keys: np.ndarray) -> list[str]:
    return [key.decode() for key in keys.tolist()]

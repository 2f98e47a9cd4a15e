"""An index that changes all the time, over one that never does.

What is searched is a snapshot (large, often memory-mapped and shared by the machine's processes),
minus what was hidden since, plus the fresh vectors. A change makes a new set of the three and puts
it in place by one assignment, so searches need no lock.
"""

import threading
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from recommender.index import Index
from recommender.index.rows import RowIndex, Rows
from recommender.index.scan import ScanIndex

# Every change copies the fresh part; past this many rows it becomes part of the base.
MOST_FRESH = 4096


class Parts(NamedTuple):
    base: RowIndex
    fresh: RowIndex
    hidden: frozenset[str]


class LiveIndex(Index):
    def __init__(self, snapshot: Rows | None = None) -> None:
        self._parts = Parts(ScanIndex(snapshot), ScanIndex(), frozenset())
        self._changing = threading.Lock()

    def search(self, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        base, fresh, hidden = self._parts
        old_ids, old_scores = _search_visible(base, hidden, queries, k)
        new_ids, new_scores = fresh.search(queries, k)
        ids = np.concatenate((old_ids, new_ids), axis=1)
        scores = np.concatenate((old_scores, new_scores), axis=1)
        order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        return np.take_along_axis(ids, order, 1), np.take_along_axis(scores, order, 1)

    def add(self, ids: Sequence[str], vectors: np.ndarray) -> None:
        if not len(ids):
            return
        with self._changing:
            base, fresh, hidden = self._parts
            parts = Parts(base, ScanIndex(fresh.rows), hidden | _present(base, ids))
            parts.fresh.add(ids, vectors)
            self._parts = _folded(parts) if len(parts.fresh) > MOST_FRESH else parts

    def remove(self, ids: Sequence[str]) -> None:
        with self._changing:
            base, fresh, hidden = self._parts
            parts = Parts(base, ScanIndex(fresh.rows), hidden | _present(base, ids))
            parts.fresh.remove(ids)
            self._parts = parts

    def __len__(self) -> int:
        base, fresh, hidden = self._parts
        return len(base) - len(hidden) + len(fresh)

    @property
    def drift(self) -> int:
        """How many rows differ from the snapshot."""
        return len(self._parts.fresh) + len(self._parts.hidden)

    def ids(self) -> list[str]:
        return self.ids_under("")

    def ids_under(self, prefix: str) -> list[str]:
        base, fresh, hidden = self._parts
        visible = [id for id in base.ids_under(prefix) if id not in hidden]
        return sorted((*visible, *fresh.ids_under(prefix)), key=str.encode)

    def vectors_of(self, ids: Sequence[str]) -> np.ndarray:
        base, fresh, hidden = self._parts
        new = _present(fresh, ids)
        if lost := hidden.intersection(ids) - new:
            raise KeyError(min(lost))
        return np.stack([(fresh if id in new else base).vectors_of([id])[0] for id in ids])

    def rows(self) -> Rows:
        """Everything as one matrix: the next snapshot."""
        return _folded(self._parts).base.rows


def _present(index: RowIndex, ids: Sequence[str]) -> frozenset[str]:
    there, _ = index.rows.places(ids)
    return frozenset(id for id, here in zip(ids, there, strict=True) if here)


def _folded(parts: Parts) -> Parts:
    rows = parts.base.rows.without(list(parts.hidden)).merged(parts.fresh.rows)
    return Parts(ScanIndex(rows), ScanIndex(), frozenset())


def _search_visible(
    base: RowIndex, hidden: frozenset[str], queries: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """The k best of `base` that are not hidden; asks for more until there are enough."""
    wanted = min(k, len(base) - len(hidden))
    take = min(k + len(hidden), k + 64)
    while True:
        ids, scores = base.search(queries, take)
        if not hidden:
            return ids, scores
        visible = np.array([[id not in hidden for id in row] for row in ids], dtype=bool)
        visible = visible.reshape(ids.shape)
        if take >= len(base) or (visible.sum(axis=1) >= wanted).all():
            break
        take *= 2
    # A stable sort moves the hidden ones behind the visible, which stay in order.
    order = np.argsort(~visible, axis=1, kind="stable")[:, :wanted]
    return np.take_along_axis(ids, order, 1), np.take_along_axis(scores, order, 1)

"""An index that changes all the time, made of parts that never do.

The first layer is a snapshot, often memory-mapped and shared by the machine's processes; on it lie
the vectors that came since, in small layers that are scanned. A layer is never written to: what was
replaced or removed since is named beside it, as hidden. A change makes a new tuple of layers and
puts it in place by one assignment, so searches need no lock.
"""

import hashlib
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from recommender.index import Index
from recommender.index.rows import RowIndex, Rows
from recommender.index.scan import ScanIndex

# Fresh layers are joined up to this size. Joining copies: this bounds how long it takes.
MOST_JOINED = 16_384
# Taken beyond k at first, where some of a layer is hidden.
MARGIN = 64


@dataclass(frozen=True)
class Layer:
    """The visible are the ids of `index` that are not `hidden`, all of which it has."""

    index: RowIndex
    hidden: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.index) - len(self.hidden)

    def hiding(self, ids: Sequence[str]) -> "Layer":
        found = self.holding(ids)
        return Layer(self.index, self.hidden | found) if found else self

    def holding(self, ids: Sequence[str]) -> set[str]:
        """Which of these ids are in it, hidden or not."""
        return {id for id, here in zip(ids, self.index.holds(ids), strict=True) if here}

    def places_of(self, ids: Sequence[str]) -> np.ndarray:
        """At which places of `ids` those are that are visible here, int (m,)."""
        here = self.index.holds(ids)
        if self.hidden:
            here &= np.array([id not in self.hidden for id in ids], bool)
        return np.flatnonzero(here)

    def visible_of(self, ids: Sequence[str]) -> list[str]:
        """Those of these ids that are visible here."""
        return [ids[place] for place in self.places_of(ids)]

    def visible_rows(self) -> Rows:
        return self.index.as_rows().without(list(self.hidden))


class LiveIndex(Index):
    def __init__(self, snapshot: RowIndex | None = None) -> None:
        self._layers: tuple[Layer, ...] = (Layer(snapshot or ScanIndex()),)
        self._changing = threading.Lock()
        self.mark = 0
        """What came and went since the snapshot, a number of 64 bits: the same wherever the same
        ids did, in whatever order."""

    def search(
        self,
        queries: np.ndarray,
        k: int,
        *,
        exact: bool = False,
        under: Sequence[str] | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        def found(layer: Layer) -> tuple[np.ndarray, np.ndarray]:
            return _visible(layer, queries, k, exact=exact, under=under)

        parts = [found(layer) for layer in self._layers]
        if len(parts) == 1:
            return parts[0]
        ids, scores = (np.concatenate(part, axis=1) for part in zip(*parts, strict=True))
        order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        return np.take_along_axis(ids, order, 1), np.take_along_axis(scores, order, 1)

    def add(self, ids: Sequence[str], vectors: np.ndarray) -> None:
        if not len(ids):
            return
        with self._changing:
            older = tuple(layer.hiding(ids) for layer in self._layers)
            self._put((*older, Layer(ScanIndex(Rows.of(ids, vectors)))), come=ids, gone=ids)

    def remove(self, ids: Sequence[str]) -> None:
        with self._changing:
            self._put(tuple(layer.hiding(ids) for layer in self._layers), gone=ids)

    def _put(
        self, layers: tuple[Layer, ...], *, come: Sequence[str] = (), gone: Sequence[str] = ()
    ) -> None:
        """These layers, with what has `come` and without those of the `gone` that were there."""
        were_there = [id for layer in self._layers for id in layer.visible_of(gone)]
        mark = (self.mark + _mark(come) - _mark(were_there)) % 2**64
        self._layers = _joined(layers)
        # Behind the layers: an answer of before that goes by the new mark would stay.
        self.mark = mark

    def __len__(self) -> int:
        return sum(map(len, self._layers))

    @property
    def fresh(self) -> int:
        """How many vectors came since the snapshot."""
        return sum(map(len, self._layers[1:]))

    @property
    def hidden(self) -> int:
        """How many vectors of the snapshot were replaced or removed since."""
        return len(self._layers[0].hidden)

    def ids(self) -> list[str]:
        return self.ids_under("")

    def ids_under(self, prefix: str) -> list[str]:
        layers = self._layers
        found = [
            id for layer in layers for id in layer.index.ids_under(prefix) if id not in layer.hidden
        ]
        return found if len(layers) == 1 else sorted(found, key=str.encode)

    def vectors_of(self, ids: Sequence[str]) -> np.ndarray:
        layers = self._layers
        if len(layers) == 1 and not layers[0].hidden:
            return layers[0].index.vectors_of(ids)
        places = [layer.places_of(ids) for layer in layers]
        missing = np.ones(len(ids), bool)
        missing[np.concatenate(places)] = False
        if missing.any():
            raise KeyError(ids[int(missing.argmax())])
        parts = [
            layer.index.vectors_of([ids[place] for place in some])
            for layer, some in zip(layers, places, strict=True)
            if len(some)
        ]
        vectors = np.concatenate(parts)
        found = np.empty_like(vectors)
        found[np.concatenate(places)] = vectors
        return found

    def rows(self) -> Rows:
        """Everything as one matrix."""
        return reduce(Rows.merged, (layer.visible_rows() for layer in self._layers))


def _visible(
    layer: Layer, queries: np.ndarray, k: int, *, exact: bool, under: Sequence[str] | None
) -> tuple[np.ndarray, np.ndarray]:
    """The layer's k nearest that are not hidden; asks for more until there are enough."""
    hidden = layer.hidden
    if not hidden:
        return layer.index.search(queries, k, exact=exact, under=under)
    take = k + min(len(hidden), MARGIN)
    while True:
        ids, scores = layer.index.search(queries, take, exact=exact, under=under)
        visible = np.array([[id not in hidden for id in row] for row in ids], dtype=bool)
        visible = visible.reshape(ids.shape)
        # Where all were found, every query sees the same ones.
        if ids.shape[1] < take or (visible.sum(axis=1) >= k).all():
            break
        take *= 2
    # A stable sort moves the hidden ones behind the visible, which stay in order.
    enough = min(k, visible.sum(axis=1).min(initial=k))
    order = np.argsort(~visible, axis=1, kind="stable")[:, :enough]
    return np.take_along_axis(ids, order, 1), np.take_along_axis(scores, order, 1)


def _mark(ids: Iterable[str]) -> int:
    """The sum of what each id alone stands for."""
    digests = (hashlib.blake2b(id.encode(), digest_size=8).digest() for id in ids)
    return sum(map(int.from_bytes, digests))


def _joined(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """The same with few fresh layers, each much larger than the next."""
    snapshot, *fresh = layers
    fresh = [layer for layer in fresh if len(layer)]
    while len(fresh) > 1 and _worth_joining(*fresh[-2:]):
        *fresh, older, newer = fresh
        fresh.append(Layer(ScanIndex(older.visible_rows().merged(newer.visible_rows()))))
    return snapshot, *fresh


def _worth_joining(older: Layer, newer: Layer) -> bool:
    return len(older) <= 2 * len(newer) and len(older) + len(newer) <= MOST_JOINED

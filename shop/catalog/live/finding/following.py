"""The words of the products that are in memory: read again whenever a product has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import batched

import numpy as np

from shop.catalog.live import view as live
from shop.catalog.live.facts import KEY_BYTES
from shop.catalog.live.finding import reading, snapshot
from shop.catalog.live.finding.snapshot import GONE
from shop.catalog.live.reading import AT_ONCE
from shop.catalog.live.table import KEY
from shop.catalog.live.words import Built, Fresh, View
from shop.catalog.models import Status

type Publish = Callable[[View], None]


class Following:
    """`view` is the words of all products as they were in the catalogue that was looked at last.

    Whoever has one is alone in calling its methods; what is in `view` anybody may read.
    """

    def __init__(self) -> None:
        self._base = snapshot.open_latest()
        self._built = self._base.built if self._base else Built.of_nothing()
        self._fresh = Fresh()
        # The revisions of what was taken in since the snapshot.
        self._taken: dict[bytes, int] = {}
        self._seen: live.View | None = None
        self.view = View(self._built, self._fresh)

    def look(self, catalogue: live.View, publish: Publish = lambda view: None) -> View:
        """Take in what differs from these products; `publish` is told of each step on a long way.

        Raises PyMongoError with a view that lacks the rest.
        """
        if catalogue is self._seen:
            return self.view
        keys = touched(self._seen, catalogue)
        if self._base and self._seen is None:
            keys = np.union1d(keys, self._base.keys)
        there = revisions_of(catalogue, keys)
        differing = np.flatnonzero(there != self._known(keys))
        for some in batched(differing.tolist(), AT_ONCE, strict=False):
            self._take_in([bytes(keys[at]).ljust(KEY_BYTES, b"\0") for at in some])
            self._taken |= {bytes(keys[at]): int(there[at]) for at in some}
            publish(self.view)
        self._seen = catalogue
        return self.view

    @property
    def is_from_snapshot(self) -> bool:
        """Whether there was one to start from."""
        return self._base is not None

    def is_outdated(self) -> bool:
        """Whether there is a newer snapshot than the one this started from."""
        newest = snapshot.latest()
        return newest is not None and newest != (self._base and self._base.name)

    def _known(self, keys: np.ndarray) -> np.ndarray:
        """The revisions of which the words of these products are, int64 (n,)."""
        nothing = np.full(len(keys), GONE, np.int64)
        known = self._base.revisions_of(keys) if self._base else nothing
        for at, key in enumerate(keys.tolist() if self._taken else ()):
            known[at] = self._taken.get(key, known[at])
        return known

    def _take_in(self, keys: Iterable[bytes]) -> None:
        wanted = {key.hex() for key in keys}
        for documents in reading.documents(map(bytes.fromhex, wanted)):
            gone = wanted - {document.id for document in documents}
            self._fresh.apply(documents, gone)
        self.view = View(self._built, self._fresh)


def touched(before: live.View | None, now: live.View) -> np.ndarray:
    """The keys, S12 (n,), of what may differ between two views of the catalogue."""
    older = {id(layer.table): layer for layer in before.layers} if before else {}
    newer = {id(layer.table): layer for layer in now.layers}
    parts = []
    for number in older.keys() | newer.keys():
        old, new = older.get(number), newer.get(number)
        if old and new:
            parts.append(old.table.keys[old.alive != new.alive])
        elif layer := old or new:
            parts.append(layer.table.keys[layer.alive])
    return np.unique(np.concatenate([np.empty(0, KEY), *parts]))


def revisions_of(catalogue: live.View, keys: np.ndarray) -> np.ndarray:
    """Their revisions in milliseconds, int64 (n,); GONE for what is not published."""
    found = np.full(len(keys), GONE, np.int64)
    for layer in catalogue.layers:
        rows, there = layer.table.rows_of(keys)
        shown = layer.alive & catalogue.having(layer, "status", {Status.PUBLISHED.value})
        places = np.flatnonzero(there)[shown[rows]]
        found[places] = layer.table.columns["revision"][rows[shown[rows]]]
    return found

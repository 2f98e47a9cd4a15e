"""A view of all products that follows MongoDB.

A look asks what changed since shortly before the last one; seeing a change twice is harmless. What
was bulk-made without a revision, and what a removal's lost tombstone left, is found by looks that
are seldom. A store that went back in time, when a backup is restored, is read anew.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable
from datetime import timedelta

import numpy as np
from django.utils import timezone

from shop.catalog.live import reading, snapshot
from shop.catalog.live.facts import Facts, milliseconds
from shop.catalog.live.reading import LANGUAGES, Revisions
from shop.catalog.live.table import KEY, Table
from shop.catalog.live.view import Layer, View, with_changes
from shop.catalog.live.vocabulary import new_vocabularies

logger = logging.getLogger(__name__)

# A write may become visible after a later one, so every look at the changes goes back a little, and
# one in a while goes back far.
OVERLAP = timedelta(seconds=2)
LONG_OVERLAP = timedelta(seconds=10)
THOROUGH_EVERY_S = 15.0
COUNTED_EVERY_S = 120.0
# What differs only because it is being changed is equal at one of so many looks in a row.
LOOKS_THAT_DIFFER = 3

type Publish = Callable[[View], None]


class WentBack(Exception):
    """The store is older than what was taken from it."""


class Following:
    """`view` is every product up to the moment `seen`, in milliseconds by MongoDB's clock.

    Whoever has one is alone in calling its methods; what is in `view` anybody may read.
    """

    def __init__(self, found: snapshot.Snapshot | None) -> None:
        self.snapshot = found.name if found else None
        self.seen = found.until if found else 0
        self._vocabularies = found.vocabularies if found else new_vocabularies()
        table = found.table if found else Table.of([], self._vocabularies, LANGUAGES)
        categories = found.categories if found else ()
        self.view = View((Layer.whole(table),), self._vocabularies, categories)
        # The revisions of what was applied lately, which needs no second reading.
        self._applied: Revisions = {}
        self._compared = self._counted = time.monotonic()
        self._differed = 0

    @classmethod
    def begin(cls, publish: Publish = lambda view: None) -> Following:
        """One that starts from the newest snapshot that is of this store, or from nothing.

        `publish` is told of what can be shown before all is read.
        """
        following = cls(snapshot.open_latest(LANGUAGES))
        if following.seen:
            publish(following.view)
            try:
                following._check_origin()
                following._catch_up(LONG_OVERLAP)
                following._count_at_once(publish)
            except WentBack:
                logger.warning("The snapshot of the catalogue is of another time: it is left.")
                return cls._anew(publish)
            return following
        return cls._anew(publish)

    @classmethod
    def _anew(cls, publish: Publish) -> Following:
        following = cls(None)
        # Not to be taken for outdated by the snapshot that it could not start from.
        following.snapshot = snapshot.latest()
        following._compare(publish)
        return following

    def look(self) -> View:
        """Take in what changed. Raises WentBack, and PyMongoError with the view as it was."""
        now = time.monotonic()
        if now - self._compared > THOROUGH_EVERY_S:
            self._catch_up(LONG_OVERLAP)
            self._compared = now
        else:
            self._catch_up(OVERLAP)
        self._change_prices()
        if self._differed or now - self._counted > COUNTED_EVERY_S:
            self._count()
            self._counted = now
        return self.view

    def is_outdated(self) -> bool:
        """Whether there is a newer snapshot than the one this started from."""
        newest = snapshot.latest()
        return newest is not None and newest != self.snapshot

    def _catch_up(self, overlap: timedelta) -> None:
        since = reading.moment(self.seen) - overlap
        revisions, gone = reading.changed_since(since), reading.removed_since(since)
        vanished = [
            key
            for key, revision in self._applied.items()
            if revision >= milliseconds(since) and key not in revisions and key not in gone.products
        ]
        if vanished and self._went_back(vanished):
            raise WentBack
        self._apply(revisions, gone.products)
        # Those that were made many at once tell of themselves by nothing else.
        is_thorough = overlap is LONG_OVERLAP
        if is_thorough or gone.categories or reading.category_changed_since(since):
            self._read_categories()
        self.seen = max([self.seen, *revisions.values()])
        oldest = self.seen - LONG_OVERLAP // timedelta(milliseconds=1)
        self._applied = {key: at for key, at in self._applied.items() if at >= oldest}

    def _went_back(self, keys: Collection[bytes]) -> bool:
        """Whether one of these was written at an earlier time than was seen already."""
        there = {
            one.key: one.revision for some in reading.facts(keys, timezone.now()) for one in some
        }
        return any(there.get(key, self._applied[key]) < self._applied[key] for key in keys)

    def _check_origin(self) -> None:
        """Raises WentBack where the snapshot's latest product is unknown, or was older before."""
        table = self.view.layers[0].table
        if not len(table):
            return
        row = int(np.argmax(table.columns["revision"]))
        key = table.keys[row : row + 1].tobytes()
        revision = int(table.columns["revision"][row])
        there = [one.revision for some in reading.facts([key], timezone.now()) for one in some]
        is_gone = not there and key not in reading.removed_since(reading.moment(revision)).products
        if is_gone or any(at < revision for at in there):
            raise WentBack

    def _apply(self, revisions: Revisions, gone: Iterable[bytes]) -> None:
        """Read what changed and was not applied yet, and drop what went."""
        news = [key for key, at in revisions.items() if not at or self._applied.get(key) != at]
        here = self.view.revisions([key.hex() for key in gone])
        self._replace((), [key for key in gone if key.hex() in here])
        for some in reading.facts(news, timezone.now()):
            self._replace(some, ())
            self._applied |= {one.key: one.revision for one in some}

    def _replace(self, saved: Collection[Facts], gone: Collection[bytes]) -> None:
        if not saved and not gone:
            return
        fresh = Table.of(list(saved), self._vocabularies, LANGUAGES)
        keys = np.array([*(one.key for one in saved), *gone], KEY)
        layers = with_changes(self.view.layers, fresh, keys)
        self.view = View(layers, self._vocabularies, self.view.categories)

    def _read_categories(self) -> None:
        found = reading.categories()
        if found != self.view.categories:
            self.view = View(self.view.layers, self._vocabularies, found)

    def _change_prices(self) -> None:
        """Read again what costs something else by now, though nobody wrote it."""
        now = milliseconds(timezone.now())
        due: list[str] = []
        for layer in self.view.layers:
            if layer.table.changes_by_itself <= now:
                rows = np.flatnonzero(layer.alive & (layer.table.columns["until"] <= now))
                due += layer.table.named(rows)
        for some in reading.facts(map(bytes.fromhex, due), timezone.now()):
            self._replace(some, ())

    def _count(self) -> None:
        """Compare how many there are with the store, and all where that differs for good."""
        there = reading.count()
        if there > len(self.view):
            self._apply(reading.unrevised(), ())
        self._differed = self._differed + 1 if there != len(self.view) else 0
        if self._differed >= LOOKS_THAT_DIFFER:
            logger.warning("The live catalogue holds %d products of %d.", len(self.view), there)
            self._compare()
            self._differed = 0

    def _count_at_once(self, publish: Publish) -> None:
        if reading.count() != len(self.view):
            self._compare(publish)

    def _compare(self, publish: Publish = lambda view: None) -> None:
        """Make the view equal to the store by comparing all products."""
        begun = milliseconds(reading.now())
        self._read_categories()
        there = reading.everything()
        here = {bytes.fromhex(id): at for id, at in self.view.revisions(self._ids()).items()}
        self._replace((), [key for key in here if key not in there])
        differing = [key for key, at in there.items() if here.get(key) != at]
        for some in reading.facts(differing, timezone.now()):
            self._replace(some, ())
            publish(self.view)
        self.seen = begun
        self._applied = {}

    def _ids(self) -> list[str]:
        return [
            id
            for layer in self.view.layers
            for id in layer.table.named(np.flatnonzero(layer.alive))
        ]

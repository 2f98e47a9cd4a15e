"""Keeps what this process answers from up to date, from a thread of its own.

Where the index is in memory, that is an index equal to the stored vectors. Where MongoDB searches
them itself, it is only which encoder serves.

Every half second it asks the store for a few small documents: whose store it is, which encoder
serves, and the revision that every change of the vectors raises. Only when the revision moved does
it ask what changed. So a page never waits for a look, a new vector is found within a second, and an
idle shop costs its database next to nothing.

A store may go back in time, when a backup is restored: its identity is another or its revision is
lower, or what was seen changing has not changed. Then everything is read anew, as the same id may
stand for another vector. What none of this tells, a count now and then does.
"""

import datetime as dt
import logging
import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Hashable
from dataclasses import dataclass, replace
from itertools import batched
from typing import NamedTuple

from pymongo.errors import InvalidOperation, PyMongoError

from recommender import switching
from recommender.conf import conf
from recommender.index import Searchable, snapshot
from recommender.index.live import LiveIndex
from recommender.index.snapshot import Origin
from recommender.serving.reports import Contents, Reporter
from recommender.serving.vector_search import VectorSearchIndex
from recommender.store import database, embeddings, mending, reading, search_indexes
from recommender.store.database import TOMBSTONE_LIFE_S
from recommender.store.reading import Change, Progress
from recommender.switching import EncoderRef, Encoders

log = logging.getLogger(__name__)

PAUSE_S = 0.5
# A write may become visible after a later one, so every look at the changes goes back a little, and
# one in a while, whatever the revision says, goes back far. Seeing a change twice is harmless.
OVERLAP = dt.timedelta(seconds=2)
LONG_OVERLAP = dt.timedelta(seconds=10)
THOROUGH_EVERY_S = 15.0
# Older tombstones may be gone, so a removal could be missed. Half their life leaves room.
TOO_OLD = dt.timedelta(seconds=TOMBSTONE_LIFE_S / 2)
# What differs only because it is being changed is equal at one of so many looks in a row.
COUNTED_EVERY_S = 60.0
LOOKS_THAT_DIFFER = 3
FIRST_LOOK_S = 3.0
# After an outage there may be much to read. So many are in memory a second time, and then found.
AT_ONCE = 4096


class NotLoaded(Exception):
    """Nothing is in memory, and the store cannot be reached (or not in time)."""


class WentBack(Exception):
    """The store is older than what was taken from it."""


@dataclass(frozen=True)
class View:
    """What one answer is made from: an index and the encoder of all its vectors.

    `version` is the same in every process that knows the same vectors, as far as the last look
    tells; what is in the index by now may be newer. None where nobody knows.
    """

    encoder: EncoderRef
    index: Searchable
    version: Hashable | None = None


@dataclass
class _Loaded:
    view: View
    # The view's, which changes.
    index: LiveIndex
    # The name of the newest snapshot when it was loaded.
    snapshot: str | None
    # When the encoder began to serve.
    since: dt.datetime
    # The store's identity and revision.
    store: str
    revision: int
    # Every change before this moment, by the store's clock, has been seen.
    seen: dt.datetime
    # By id, what was applied within the long overlap and needs no second reading.
    applied: dict[str, Change]
    # Monotonic seconds of the last look that went far back, and of the last count.
    compared: float
    counted: float
    # At how many looks in a row the count differed.
    differed: int = 0

    @property
    def version(self) -> Hashable:
        """What the last look found: an encoder's vectors of the same photographs are the same."""
        return self.store, self.view.encoder, self.since, self.snapshot, self.index.mark


class Keeper(ABC):
    """Owns this process's view. Only `look` changes it; `view` may be called by any thread."""

    def __init__(self) -> None:
        self._view: View | None = None
        # Monotonic seconds of the last look at the store.
        self._looked = 0.0
        self._tried = threading.Event()
        self._stopped = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._reporter = Reporter()

    def view(self) -> View:
        """The index as it is now. Raises NotLoaded.

        Only the first call waits, for the first look, and for at most FIRST_LOOK_S seconds.
        """
        self.start()
        if self._view is None:
            self._tried.wait(FIRST_LOOK_S)
        if self._view is None:
            raise NotLoaded
        return self._view

    @property
    def age(self) -> float | None:
        """Seconds since the store was last seen; None before the first look."""
        return time.monotonic() - self._looked if self._view else None

    def start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="index", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread; what is in memory goes on answering, but ages."""
        self._stopped.set()
        if self._thread:
            self._thread.join()

    def _run(self) -> None:
        trouble = False
        while not self._stopped.is_set():
            try:
                self.look()
            except InvalidOperation:
                # Its client was closed: this process ends.
                return
            except Exception as error:
                # Whatever it is, the index in memory goes on answering. Said once, not every look.
                if not trouble:
                    detail = None if isinstance(error, PyMongoError) else error
                    log.warning("The index is not refreshed: %s", error, exc_info=detail)
                trouble = True
            else:
                if trouble:
                    log.info("The index is refreshed again.")
                trouble = False
            self._tried.set()
            if contents := self._contents():
                self._reporter.tell(contents, time.monotonic() - self._looked)
            self._stopped.wait(PAUSE_S)

    def look(self) -> View:
        """Bring the view up to date. Raises PyMongoError, leaving it right but perhaps behind."""
        encoders, now = switching.current(), time.monotonic()
        self._view = view = self._updated(encoders, now)
        self._looked = now
        return view

    @abstractmethod
    def _updated(self, encoders: Encoders, now: float) -> View:
        """The view as it should be at `now`, in monotonic seconds."""

    @abstractmethod
    def _contents(self) -> Contents | None:
        """What to report of the view; None where there is none yet."""


class IndexKeeper(Keeper):
    """Keeps an index in memory equal to the stored vectors."""

    def __init__(self) -> None:
        super().__init__()
        self._loaded: _Loaded | None = None

    def _updated(self, encoders: Encoders, now: float) -> View:
        try:
            self._loaded = loaded = self._followed(encoders, now)
        except WentBack:
            log.warning("The store of the embeddings went back in time: the index is loaded anew.")
            self._loaded = loaded = _load(switching.begin_anew(encoders), now)
        # Behind the look: an answer of before that goes by the new version would stay.
        return replace(loaded.view, version=loaded.version)

    def _followed(self, encoders: Encoders, now: float) -> _Loaded:
        loaded = self._loaded
        if loaded and loaded.store == encoders.store and loaded.revision > encoders.revision:
            raise WentBack
        if loaded is None or self._must_load(loaded, encoders):
            return _load(encoders, now)
        if now - loaded.compared > THOROUGH_EVERY_S:
            _catch_up(loaded, LONG_OVERLAP)
            loaded.compared = now
        elif loaded.revision != encoders.revision:
            _catch_up(loaded, OVERLAP)
        loaded.revision = encoders.revision
        if loaded.differed or now - loaded.counted > COUNTED_EVERY_S:
            _count(loaded)
            loaded.counted = now
        return loaded

    def _contents(self) -> Contents | None:
        if (loaded := self._loaded) is None:
            return None
        index, encoder = loaded.index, loaded.view.encoder
        return Contents(
            *encoder, len(index), index.fresh, index.hidden, loaded.snapshot, loaded.revision
        )

    @staticmethod
    def _must_load(loaded: _Loaded, encoders: Encoders) -> bool:
        if encoders.store != loaded.store:
            return True
        # An encoder that served before may have lost its vectors and tombstones in between.
        if (encoders.serving, encoders.since) != (loaded.view.encoder, loaded.since):
            return True
        newest = snapshot.latest(conf.INDEX_DIR, encoders.serving.fingerprint)
        if newest is not None and newest != loaded.snapshot:
            return True
        return time.monotonic() - loaded.compared > TOO_OLD.total_seconds()


class EncoderKeeper(Keeper):
    """Keeps nothing in memory: MongoDB searches the stored vectors."""

    def _updated(self, encoders: Encoders, now: float) -> View:
        return View(encoders.serving, VectorSearchIndex(encoders.serving.fingerprint))

    def _contents(self) -> Contents | None:
        return Contents(*self._view.encoder) if self._view else None


def _load(encoders: Encoders, now: float) -> _Loaded:
    """The newest snapshot with what changed since; an old one is compared with the whole list.

    Raises WentBack where the snapshot is of this store and newer than it.
    """
    # Its name even where it cannot be opened, or every look would try again.
    name = snapshot.latest(conf.INDEX_DIR, encoders.serving.fingerprint)
    found = snapshot.open_latest(conf.INDEX_DIR, encoders.serving.fingerprint)
    if found and found.manifest.origin.store != encoders.store:
        found = None
    index = LiveIndex(found.index if found else None)
    since = found.manifest.origin.until if found else embeddings.NEVER
    loaded = _Loaded(
        View(encoders.serving, index),
        index,
        snapshot=name,
        since=encoders.since,
        store=encoders.store,
        revision=encoders.revision,
        seen=since,
        applied={},
        compared=now,
        counted=now,
    )
    if found and not found.manifest.origin.precedes(encoders.store, encoders.revision):
        raise WentBack
    if found and _is_recent(found.manifest.origin, encoders):
        # What the snapshot saw last can only have changed later since.
        if _catch_up(loaded, LONG_OVERLAP) < since:
            raise WentBack
    else:
        _compare(loaded, since)
    return loaded


def _is_recent(origin: Origin, encoders: Encoders) -> bool:
    """Whether the store still has the changes, removals included, since a snapshot of it."""
    return origin.made > encoders.since and database.now() - origin.until < TOO_OLD


class Reconciled(NamedTuple):
    """`until`: the index is complete up to this moment, by the store's clock. `lost`: the ids of
    photographs that are said to be ready but have no vector. `recent`: what changed shortly before.
    """

    until: dt.datetime
    lost: set[str]
    recent: dict[str, Change]


def reconcile(
    index: LiveIndex, fingerprint: str, since: dt.datetime, progress: Progress | None = None
) -> Reconciled:
    """Make an index that knows every change until `since` equal to the store.

    Compares all ids, so it needs no tombstones.
    """
    listed = reading.listed(fingerprint)
    have = set(index.ids())
    index.remove([id for id in have if id not in listed])
    recent = since - LONG_OVERLAP if since > embeddings.NEVER else since
    wanted = [id for id, changed in listed.items() if id not in have or changed >= recent]
    found, rows = reading.load(wanted, progress)
    index.add(found, rows)
    until, lost = max(listed.values(), default=since), set(wanted).difference(found)
    late = {
        id: Change(id, True, changed)
        for id, changed in listed.items()
        if id not in lost and until - changed <= LONG_OVERLAP
    }
    return Reconciled(until, lost, late)


def _compare(loaded: _Loaded, since: dt.datetime) -> Reconciled:
    """Compare all ids with the store, of which every change until `since` is known."""
    read = reconcile(loaded.index, loaded.view.encoder.fingerprint, since)
    loaded.seen, loaded.applied = read.until, read.recent
    return read


def _count(loaded: _Loaded) -> None:
    """Compare how many there are with the store, and all ids where that differs for good."""
    expected = reading.count_listed(loaded.view.encoder.fingerprint)
    loaded.differed = loaded.differed + 1 if expected != len(loaded.index) else 0
    if loaded.differed >= LOOKS_THAT_DIFFER:
        log.warning("The index holds %d photographs of %d.", len(loaded.index), expected)
        mending.requeue_without_vector(_compare(loaded, loaded.seen).lost)
        loaded.differed = 0


def _catch_up(loaded: _Loaded, overlap: dt.timedelta) -> dt.datetime:
    """Apply what changed since shortly before the last look; returns the moment of the last change.

    Raises WentBack where what changed in that time has not changed in the store.
    """
    since = loaded.seen - overlap if loaded.seen > embeddings.NEVER else loaded.seen
    changes = reading.changes(loaded.view.encoder.fingerprint, since)
    there = {change.id for change in changes}
    vanished = [c for c in loaded.applied.values() if c.changed >= since and c.id not in there]
    if vanished and reading.went_back(vanished):
        raise WentBack
    news = [change for change in changes if loaded.applied.get(change.id) != change]
    loaded.index.remove([change.id for change in news if not change.live])
    missing: set[str] = set()
    for some in batched((change.id for change in news if change.live), AT_ONCE, strict=False):
        found, rows = reading.load(some)
        loaded.index.add(found, rows)
        missing.update(set(some).difference(found))
    last = max((change.changed for change in changes), default=embeddings.NEVER)
    loaded.seen = max(last, loaded.seen)
    applied = {change.id: change for change in news if change.id not in missing}
    loaded.applied = {
        id: change
        for id, change in (loaded.applied | applied).items()
        if change.changed >= loaded.seen - LONG_OVERLAP
    }
    return last


# By process id, because a thread does not survive a fork.
_keepers: dict[int, Keeper] = {}


def keeper() -> Keeper:
    """This process's keeper."""
    pid = os.getpid()
    # Threads may each make one at first; all use the one that comes first.
    return _keepers.get(pid) or _keepers.setdefault(pid, new_keeper())


def new_keeper() -> Keeper:
    """One beside this process's own, which looks only when it is told to."""
    return EncoderKeeper() if search_indexes.in_use() else IndexKeeper()

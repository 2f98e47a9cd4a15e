"""Builds the next snapshot beside the current one, or has MongoDB build its search indexes."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from claims import locks
from recommender import switching
from recommender.conf import conf
from recommender.index import ann, snapshot
from recommender.index.ann import AnnIndex
from recommender.index.live import LiveIndex
from recommender.index.rows import Rows
from recommender.index.scan import ScanIndex
from recommender.index.snapshot import Origin, Snapshot
from recommender.serving.keeper import reconcile
from recommender.store import database, embeddings, mending, reading, search_indexes
from recommender.store.reading import Progress
from recommender.switching import Encoders

log = logging.getLogger(__name__)

# With fewer changes, or a smaller share of the index, the next snapshot can wait.
LEAST_DRIFT = 64
DRIFT_SHARE = 0.05


class Busy(Exception):
    """Another process of this machine is building."""


def build(*, always: bool, progress: Progress | None = None) -> int:
    """Build and publish a snapshot of the serving encoder's index; returns its size.

    0 where nothing was built: there is no vector, or (unless `always`) too little has changed.
    Where MongoDB searches the vectors, it is told to build instead, and does so in the background.
    Raises Busy, PyMongoError, VectorSearchUnavailable, EncoderUnavailable, and OSError where the
    disk is full.
    """
    encoders = switching.current()
    fingerprint = encoders.serving.fingerprint
    with _alone():
        mending.drop_orphans()
        mending.heal(encoders.fingerprints)
        if search_indexes.in_use():
            return _build_in_mongodb(encoders, always=always)
        snapshot.keep_only(conf.INDEX_DIR, encoders.fingerprints)
        if not (always or _is_worth_it(encoders)):
            return 0
        found = snapshot.open_latest(conf.INDEX_DIR, fingerprint)
        if found and not _goes_on(found, encoders):
            found = None
        index = LiveIndex(found.index if found else None)
        since = found.manifest.origin.until if found else embeddings.NEVER
        read = reconcile(index, fingerprint, since, progress)
        mending.requeue_without_vector(read.lost)
        if len(index):
            # What was read is part of the revision of now, unless the store went back meanwhile.
            revision = max(encoders.revision, switching.current().revision)
            origin = Origin(encoders.store, revision, read.until, database.now())
            name = snapshot.publish(conf.INDEX_DIR, fingerprint, searchable(index.rows()), origin)
            log.info("The snapshot %s holds %d vectors.", name, len(index))
        return len(index)


def _build_in_mongodb(encoders: Encoders, *, always: bool) -> int:
    # A retired encoder's search index goes with its vectors, once every process has moved over.
    search_indexes.prepare((*encoders.fingerprints, *encoders.retired))
    if not always:
        return 0
    fingerprint = encoders.serving.fingerprint
    mending.requeue_without_vector(mending.lost(fingerprint))
    return reading.count_listed(fingerprint)


def _goes_on(found: Snapshot, encoders: Encoders) -> bool:
    """Whether the next snapshot may be this one and what changed since.

    Not where its vectors are kept in few bits: each time they were, they would move further from
    what the store holds.
    """
    kept_whole = isinstance(found.index, ScanIndex)
    return kept_whole and found.manifest.origin.precedes(encoders.store, encoders.revision)


def searchable(rows: Rows) -> ScanIndex | AnnIndex:
    """A graph, and vectors in few bits, where scanning would be slower."""
    if len(rows.ids) < conf.INDEX_SCAN_BELOW:
        return ScanIndex(rows)
    return ann.built(rows, conf.INDEX_FACTORY or ann.factory_for(rows.vectors.shape[1]))


def _is_worth_it(encoders: Encoders) -> bool:
    fingerprint = encoders.serving.fingerprint
    about = snapshot.about_latest(conf.INDEX_DIR, fingerprint)
    if about is None or not about.origin.precedes(encoders.store, encoders.revision):
        return True
    changes = reading.count_changes(fingerprint, about.origin.until)
    return changes > max(LEAST_DRIFT, DRIFT_SHARE * about.rows)


@contextmanager
def _alone() -> Iterator[None]:
    """Keeps other builders of this machine out; the lock ends with its process."""
    conf.INDEX_DIR.mkdir(parents=True, exist_ok=True)
    with locks.open_lock(conf.INDEX_DIR / "lock") as file:
        if not locks.try_exclusive(file):
            raise Busy
        yield

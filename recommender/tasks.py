"""Celery tasks. A message only wakes: what is to be done stands in the database."""

import datetime as dt
import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from celery import shared_task
from django.conf import settings
from pymongo.errors import PyMongoError

from recommender import embedding, switching, vectors
from recommender.encoder import EncoderUnavailable
from recommender.index import keeper, snapshot
from recommender.index.live import LiveIndex

log = logging.getLogger(__name__)

# A worker turns to its other tasks this often while it embeds a bulk import.
SLICE_S = 10.0
# A wake that nobody took up for this long is stale: the sweep sends new ones.
WAKE_EXPIRES_S = 10
# Below this many changes, or this share of the index, a new snapshot is not worth its building.
LEAST_DRIFT = 64
DRIFT_SHARE = 0.05


@shared_task
def embed_waiting() -> None:
    """Embed photographs until none waits, or the time slice is over."""
    try:
        finished = embedding.drain(embedding.load_encoders(), seconds=SLICE_S)
    except (PyMongoError, EncoderUnavailable) as error:
        log.warning("Embedding stopped: %s", error)
        return
    if not finished:
        wake()


def wake() -> None:
    """Send a worker to the list. Raises kombu's OperationalError when the broker is away."""
    embed_waiting.apply_async(expires=WAKE_EXPIRES_S, retry=False, ignore_result=True)


@shared_task
def sweep() -> None:
    """Take up what nobody was told of: lost messages, dead workers, a change of the encoder."""
    try:
        encoders = switching.advance()
        if any(vectors.is_work_free(fingerprint) for fingerprint in encoders.fingerprints):
            wake()
    except (PyMongoError, EncoderUnavailable) as error:
        log.warning("The sweep is left out: %s", error)


@shared_task
def rebuild_snapshot() -> None:
    """Publish a new snapshot when enough has changed since the last."""
    try:
        build_snapshot(always=False)
    except (PyMongoError, EncoderUnavailable) as error:
        log.warning("No snapshot is built: %s", error)


def build_snapshot(*, always: bool) -> int | None:
    """Build and publish a snapshot of the serving encoder's index; returns its size.

    None where nothing was built: there is no vector yet, another process of this machine is at
    it, or (unless `always`) too little has changed.
    """
    encoders = switching.current()
    fingerprint = encoders.serving.fingerprint
    with _alone() as alone:
        if not alone:
            return None
        vectors.drop_orphans()
        snapshot.keep_only(encoders.fingerprints)
        index, until, is_new = _loaded(fingerprint)
        worth = is_new or index.drift > max(LEAST_DRIFT, DRIFT_SHARE * len(index))
        if not len(index) or not (always or worth):
            return None
        rows = index.rows()
        name = snapshot.publish(fingerprint, rows, until)
        log.info("The snapshot %s holds %d vectors.", name, len(rows.ids))
        return len(rows.ids)


def _loaded(fingerprint: str) -> tuple[LiveIndex, dt.datetime, bool]:
    found = snapshot.open_latest(fingerprint)
    index = LiveIndex(found.rows if found else None)
    until = keeper.reconcile(index, fingerprint, found.until if found else vectors.NEVER)
    return index, until, found is None


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether this is the only builder on the machine; the lock ends with its process."""
    settings.INDEX_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.INDEX_DIR / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True

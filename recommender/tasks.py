"""Celery tasks. A message only wakes: what is to be done stands in the database."""

import logging

from celery import shared_task
from pymongo.errors import PyMongoError

from claims.messages import send
from recommender import embedding, switching
from recommender.encoder import EncoderUnavailable
from recommender.serving import building, checking, jobs, reports
from recommender.serving.jobs import Job
from recommender.store import claiming
from recommender.store.database import Document
from recommender.store.reading import Progress
from recommender.store.search_indexes import VectorSearchUnavailable

log = logging.getLogger(__name__)

# A worker turns to its other tasks this often while it embeds a bulk import.
SLICE_S = 10.0


@shared_task
def embed_waiting() -> None:
    """Embed photographs until none waits, or the time slice is over."""
    try:
        reports.tell_clock()
        finished = embedding.drain(embedding.load_encoders(), seconds=SLICE_S)
    except (PyMongoError, EncoderUnavailable) as error:
        log.warning("Embedding stopped: %s", error)
        return
    if not finished:
        wake()


def wake() -> None:
    """Send a worker to the list."""
    send(embed_waiting)


@shared_task
def sweep() -> None:
    """Take up what nobody was told of: lost messages, dead workers, a change of the encoder."""
    try:
        reports.tell_clock()
        encoders = switching.advance()
        if any(claiming.is_work_free(fingerprint) for fingerprint in encoders.fingerprints):
            wake()
        if jobs.is_any_free():
            call_to_index()
    except (PyMongoError, EncoderUnavailable) as error:
        log.warning("The sweep is left out: %s", error)


def look_around() -> None:
    """Send a worker to sweep now."""
    send(sweep)


@shared_task
def rebuild_snapshot() -> None:
    """Publish a new snapshot when enough has changed since the last; see `building`."""
    try:
        building.build(always=False)
    except building.Busy:
        pass
    except (PyMongoError, VectorSearchUnavailable, EncoderUnavailable, OSError) as error:
        log.warning("No index is built: %s", error)


@shared_task
def tend_index() -> None:
    """Do what people asked of the index; see `jobs`."""
    try:
        jobs.run(Job.REBUILD, _rebuild)
        jobs.run(Job.CHECK, _check)
    except PyMongoError as error:
        log.warning("The index's jobs are left: %s", error)


def call_to_index() -> None:
    """Send a worker to the index."""
    send(tend_index)


def _rebuild(progress: Progress) -> Document:
    try:
        return {"rows": building.build(always=True, progress=progress)}
    except building.Busy as error:
        raise jobs.Postponed from error


def _check(progress: Progress) -> Document:
    return checking.check(progress)._asdict()

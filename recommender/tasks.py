"""Celery tasks. A message only wakes: what is to be done stands in the database."""

import logging

from celery import shared_task
from pymongo.errors import PyMongoError

from recommender import embedding, switching, vectors
from recommender.encoder import EncoderUnavailable
from recommender.index import building
from recommender.search_indexes import VectorSearchUnavailable

log = logging.getLogger(__name__)

# A worker turns to its other tasks this often while it embeds a bulk import.
SLICE_S = 10.0
# A wake that nobody took up for this long is stale: the sweep sends new ones.
WAKE_EXPIRES_S = 10


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


def look_around() -> None:
    """Send a worker to sweep now. Raises kombu's OperationalError when the broker is away."""
    sweep.apply_async(expires=WAKE_EXPIRES_S, retry=False, ignore_result=True)


@shared_task
def rebuild_snapshot() -> None:
    """Publish a new snapshot when enough has changed since the last; see `building`."""
    try:
        building.build(always=False)
    except building.Busy:
        pass
    except (PyMongoError, VectorSearchUnavailable, EncoderUnavailable, OSError) as error:
        log.warning("No index is built: %s", error)

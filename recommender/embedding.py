"""Drains the work list: claim, decode, encode, store, until nothing is left.

Three stages overlap, so that the processor's cores always have a batch to encode: while one batch
is encoded, the next is claimed and decoded, and the one before is stored.
"""

import errno
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import repeat
from typing import NamedTuple

import numpy as np
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL.Image import Image
from pymongo.errors import PyMongoError

from recommender import switching
from recommender.conf import conf
from recommender.encoder import Encoder, EncoderUnavailable, load_encoder
from recommender.images import BadImage, TooBusy, open_picture
from recommender.store import claiming
from recommender.store.claiming import Batch, Job
from recommender.switching import EncoderRef

log = logging.getLogger(__name__)

# A person's upload is at most two batches behind a bulk import: some 0.4 s on two cores. Half as
# many would cost a sixth of the rate with the stand-in for MongoDB.
BATCH = 32
DECODERS = 2
# What says that a disk is full, and nothing about a picture.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)

# What this process has claimed and neither stored nor given back, as the store took nothing.
_owed: list[Batch] = []


class Decoded(NamedTuple):
    batch: Batch
    jobs: list[Job]
    pictures: list[Image]


def load_encoders() -> dict[str, Encoder]:
    """The encoders that photographs wait for, by fingerprint, the serving one first.

    One that cannot be loaded is left out; its photographs wait, and of the target it is reported.
    """
    found = {}
    now = switching.current()
    for ref in filter(None, (now.serving, now.target)):
        trouble = None
        try:
            found[ref.fingerprint] = _load(ref)
        except EncoderUnavailable as error:
            trouble = str(error)
            log.warning("The encoder %s cannot be loaded: %s", ref.name, error)
        if ref == now.target and trouble != now.trouble:
            switching.report(ref, trouble)
    return found


def _load(ref: EncoderRef) -> Encoder:
    encoder = load_encoder(ref.name)
    if encoder.fingerprint != ref.fingerprint:
        raise EncoderUnavailable(
            f"The weights of {ref.name} ({ref.fingerprint}) are not on this machine."
        )
    return encoder


def drain(
    encoders: Mapping[str, Encoder],
    *,
    seconds: float | None = None,
    batch: int = BATCH,
    done: Callable[[int], None] = lambda count: None,
) -> bool:
    """Embed waiting photographs; returns False when time ran out before the work did.

    `encoders` by fingerprint, the most urgent first. `done` is told how many photographs of a
    batch came to an end. Raises PyMongoError when the store is away or full: what was claimed
    returns to the list, at the latest when its lease runs out.
    """
    _settle()
    claims: list[Batch] = []
    try:
        return _drain(encoders, claims, seconds=seconds, limit=batch, done=done)
    except PyMongoError:
        _owed.extend(claims)
        with suppress(PyMongoError):
            _settle()
        raise


def _settle() -> None:
    """Give back what is owed. Raises PyMongoError where the store still takes nothing."""
    while _owed:
        batch = _owed[0]
        claiming.give_back(batch)
        # Another thread may have been as fast; to give back twice does nothing.
        with suppress(ValueError):
            _owed.remove(batch)


def _drain(
    encoders: Mapping[str, Encoder],
    claims: list[Batch],
    *,
    seconds: float | None,
    limit: int,
    done: Callable[[int], None],
) -> bool:
    """`claims` holds at every moment what is claimed and not stored yet."""
    end = time.monotonic() + seconds if seconds is not None else float("inf")
    with _pools() as (feeder, decoders, writer):
        upcoming: Future[Decoded | None] = feeder.submit(_next, encoders, claims, decoders, limit)
        stored: Future[None] | None = None
        while decoded := upcoming.result():
            in_time = time.monotonic() < end
            if in_time:
                upcoming = feeder.submit(_next, encoders, claims, decoders, limit)
            ids, rows = _encode(encoders[decoded.batch.encoder], decoded)
            if stored:
                stored.result()
            stored = writer.submit(_store, decoded.batch, claims, ids, rows)
            done(len(decoded.batch.jobs))
            if not in_time:
                break
        if stored:
            stored.result()
        return decoded is None


@contextmanager
def _pools() -> Iterator[tuple[ThreadPoolExecutor, ThreadPoolExecutor, ThreadPoolExecutor]]:
    with (
        ThreadPoolExecutor(1, "claim") as feeder,
        ThreadPoolExecutor(DECODERS, "decode") as decoders,
        ThreadPoolExecutor(1, "store") as writer,
    ):
        yield feeder, decoders, writer


def _next(
    encoders: Mapping[str, Encoder],
    claims: list[Batch],
    decoders: ThreadPoolExecutor,
    limit: int,
) -> Decoded | None:
    """Claim and decode the next batch; None where nothing waits."""
    for fingerprint, encoder in encoders.items():
        if batch := claiming.claim(fingerprint, limit=limit, lease=conf.EMBEDDING_LEASE_S):
            claims.append(batch)
            opened = decoders.map(_open, batch.jobs, repeat(encoder.decode_side))
            return _sorted_out(batch, list(opened))
    return None


def _open(job: Job, side: int | None) -> Image | Exception:
    try:
        with default_storage.open(job.photo) as file:
            return open_picture(file, for_side=side)
    except Exception as error:
        return error


def _sorted_out(batch: Batch, opened: Sequence[Image | Exception]) -> Decoded:
    """End the photographs that cannot be opened, each with its own reason."""
    jobs, pictures = [], []
    for job, result in zip(batch.jobs, opened, strict=True):
        if isinstance(result, Image):
            jobs.append(job)
            pictures.append(result)
        elif isinstance(result, TooBusy) or _is_full_disk(result):
            claiming.give_back(batch._replace(jobs=[job]))
        elif isinstance(result, BadImage):
            claiming.fail(batch, job.id, str(result))
        elif isinstance(result, FileNotFoundError):
            reason = _("The photograph's file is not in the storage any more.")
            claiming.fail(batch, job.id, reason)
        else:
            log.warning("The photograph %s could not be read.", job.photo, exc_info=result)
            reason = _("The photograph could not be read: %(reason)s") % {"reason": result}
            claiming.put_back(batch, job, reason)
    return Decoded(batch, jobs, pictures)


def _is_full_disk(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno in NO_ROOM


def _encode(encoder: Encoder, decoded: Decoded) -> tuple[list[str], np.ndarray]:
    """Encode the batch; where that fails, one by one, so that one picture harms no other."""
    if not decoded.jobs:
        return [], np.empty((0, 0), np.float32)
    try:
        return [job.id for job in decoded.jobs], encoder.encode(decoded.pictures)
    except Exception:
        log.exception("A batch could not be encoded; its pictures are tried one by one.")
    ids, rows = [], []
    for job, picture in zip(decoded.jobs, decoded.pictures, strict=True):
        try:
            rows.append(encoder.encode([picture])[0])
            ids.append(job.id)
        except Exception as error:
            reason = _("The encoder could not read it: %(reason)s") % {"reason": error}
            claiming.put_back(decoded.batch, job, reason)
    return ids, np.array(rows, np.float32)


def _store(batch: Batch, claims: list[Batch], ids: Sequence[str], rows: np.ndarray) -> None:
    if ids:
        claiming.store(batch, ids, rows)
    claims.remove(batch)

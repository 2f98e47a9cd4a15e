"""From the list in Redis into the database, many at once.

An event leaves the list after it was written. Whoever dies in between has it written once more,
under the same id, which changes nothing.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from redis.exceptions import LockError

from shop.events.models import Event, Visit
from shop.events.recording import WAITING
from shop.limits.shared_redis import redis

logger = logging.getLogger(__name__)

BATCH = 1000
LOCK, LOCK_SECONDS = "events:writing", 60.0


def write_waiting(patience: float = 0) -> int:
    """Write what waits; how many. 0 where somebody else is at it for longer than `patience`, in
    seconds. Raises RedisError and what the database raises, and then nothing is lost."""
    lock = redis().lock(LOCK, timeout=LOCK_SECONDS)
    if not lock.acquire(blocking_timeout=patience):
        return 0
    written = 0
    try:
        while rows := redis().lrange(WAITING, 0, BATCH - 1):
            written += _write(rows)
            redis().ltrim(WAITING, len(rows), -1)
            lock.reacquire()
    except LockError:
        # Somebody else has taken over what took so long.
        return written
    finally:
        if lock.owned():
            lock.release()
    return written


def _write(rows: Sequence[bytes | str]) -> int:
    events = [event for row in rows if (event := _event(row))]
    off = set(
        Visit.objects.filter(is_off=True, number__in={event.visit for event in events}).values_list(
            "number", flat=True
        )
    )
    wanted = [event for event in events if event.visit not in off]
    Event.objects.bulk_create(wanted, ignore_conflicts=True)
    return len(wanted)


def _event(row: bytes | str) -> Event | None:
    """None for what is no event, which somebody else who uses the same Redis may have put there."""
    try:
        event = Event(**json.loads(row))
        # The database would refuse all of them for the one.
        event.clean_fields()
        return event
    except (TypeError, ValueError, ValidationError):
        logger.error("What waits to be written is no event and was dropped: %.300r", row)
        return None

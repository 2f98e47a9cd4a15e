"""Events that go: old ones, those of who wants them gone, those of who leaves."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from redis import RedisError

from shop.events.models import Event
from shop.events.writing import write_waiting

logger = logging.getLogger(__name__)

CHUNK = 5000
# So long whoever wants something gone waits for who is writing it down.
PATIENCE_S = 5.0


def forget_old() -> None:
    """Delete what is older than EVENTS_DAYS, in small steps, between which others may write."""
    end = timezone.now() - timedelta(days=settings.EVENTS_DAYS)
    old = Event.objects.before(end).order_by("pk")
    while last := list(old.values_list("pk", flat=True)[:CHUNK])[-1:]:
        Event.objects.filter(pk__lte=last[0]).delete()


def forget_visit(visit: int) -> None:
    """Delete all events of a visit."""
    write_what_waits()
    Event.objects.of(visit).delete()


def forget_product(visit: int, product: str, searches: Sequence[str] = ()) -> None:
    """Delete what a visit's events say of one product, and these searches."""
    write_what_waits()
    Event.objects.of(visit).about(product, searches).delete()


def write_what_waits() -> None:
    """Else it would come back a moment later."""
    try:
        write_waiting(PATIENCE_S)
    except RedisError as away:
        logger.warning("Events that wait are not written now: %s", away)

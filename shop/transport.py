"""Celery's way to Redis: kombu's transport, but a message that cannot be read is dropped.

In kombu 5.7 it ends the worker (celery/celery issue 4308, celery/kombu issue 2421), and it may well
come from somebody else who uses the same Redis. tests/shop/test_transport.py shows the fault in
kombu, and fails when a newer one does without this.
"""

from __future__ import annotations

import logging
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis

logger = logging.getLogger(__name__)


class Channel(redis.Channel):
    def _brpop_read(self, **options: Any) -> Any:
        """What is no JSON is dropped; it has left the queue already."""
        try:
            return super()._brpop_read(**options)
        except ValueError as error:
            logger.error("A message that is no JSON was dropped: %s", error)
            raise Empty from error


class Transport(redis.Transport):
    Channel = Channel

    def _deliver(self, message: Any, queue: str) -> None:
        """JSON without what belongs in a message is dropped."""
        try:
            super()._deliver(message, queue)
        except (TypeError, LookupError, AttributeError):
            logger.exception("A message in the queue %s cannot be read and was dropped.", queue)


def use() -> None:
    """Has every connection that this process makes to Redis from now on use this transport."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:{Transport.__name__}"

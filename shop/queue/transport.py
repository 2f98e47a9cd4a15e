"""Celery's way to Redis: kombu's transport, but no message ends the worker.

One that cannot be read is dropped. In kombu 5.7 it ends the worker (celery/celery issue 4308,
celery/kombu issue 2421), and it may well come from somebody else who uses the same Redis. So does
one whose connection was lost before it was acknowledged. tests/shop/queue/test_transport.py shows
both in kombu, and fails when a newer one does without this. pool.py has its like in Celery's
threads.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from queue import Empty
from typing import Any

from kombu.exceptions import InconsistencyError
from kombu.transport import TRANSPORT_ALIASES, redis
from redis.exceptions import DataError, RedisError

logger = logging.getLogger(__name__)

# `type: ignore` stands where kombu's stubs leave out what is private, or say otherwise than kombu.


def _is_brokers(error: Exception) -> bool:
    """Whether Redis or the way to it fails. DataError is a content that Redis cannot hold.

    Not kombu's `connection_errors`: KeyError is one of them, so that a message without an id would
    come back with each new connection.
    """
    failures = (RedisError, InconsistencyError, OSError)
    return isinstance(error, failures) and not isinstance(error, DataError)


def _log(what: str, error: Exception) -> None:
    # Cut, because some errors quote the whole message; its repr is one line.
    logger.error("%s cannot be read and was dropped: %.300r", what, error)


class QoS(redis.QoS):
    """Acknowledges and restores nothing by a connection that was lost.

    There kombu raises an AttributeError, when Celery closes the connection and when a task ends
    after its message's. The broker gives such a message out again.
    """

    def ack(self, delivery_tag: Any) -> None:
        if not self._is_cut_off():
            super().ack(delivery_tag)

    def reject(self, delivery_tag: Any, requeue: bool = False) -> None:
        if not self._is_cut_off():
            super().reject(delivery_tag, requeue)

    def restore_unacked(self, client: Any = None) -> None:
        if not self._is_cut_off():
            super().restore_unacked(client)

    def _is_cut_off(self) -> bool:
        transport = self.channel.connection
        return transport is None or transport.client is None

    def restore_by_tag(self, tag: Any, client: Any = None, leftmost: bool = False) -> None:
        """Drops what cannot be restored, else every worker would end at it when it starts."""
        try:
            super().restore_by_tag(tag, client, leftmost)
        except Exception as error:
            if _is_brokers(error):
                raise
            _log(f"The unacknowledged message {tag!r:.100}", error)
            self._remove_from_indices(tag).execute()  # type: ignore[attr-defined]


class Channel(redis.Channel):
    QoS = QoS

    def basic_consume(  # type: ignore[override]
        self, queue: str, no_ack: bool, callback: Callable[[Any], Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Rejects what the callback raises at, which else takes a place of the prefetch for ever.

        Whatever it raises: what is in the message decides that.
        """

        def receive(message: Any) -> None:
            try:
                callback(message)
            except Exception as error:
                if _is_brokers(error):
                    raise
                _log(f"A message in the queue {queue}", error)
                if not (no_ack or message.acknowledged):
                    message.reject()

        return super().basic_consume(queue, no_ack, receive, *args, **kwargs)

    def _brpop_read(self, **options: Any) -> Any:
        """What is no JSON is dropped; it has left the queue already."""
        try:
            return super()._brpop_read(**options)  # type: ignore[misc]
        except Empty:
            raise
        except Exception as error:
            if _is_brokers(error):
                raise
            _log("A message", error)
            raise Empty from error

    def _receive_one(self, client: Any) -> Any:
        """The same for what is published to all workers."""
        try:
            return super()._receive_one(client)  # type: ignore[misc]
        except Empty:
            raise
        except Exception as error:
            if _is_brokers(error):
                raise
            _log("A message to all workers", error)
            return None


class Transport(redis.Transport):
    Channel = Channel

    def _deliver(self, message: Any, queue: str | None) -> None:
        """JSON without what belongs in a message is dropped, before it takes a place."""
        try:
            super()._deliver(message, queue)
        except Exception as error:
            if _is_brokers(error):
                raise
            _log(f"A message in the queue {queue}", error)


def use() -> None:
    """Has every connection that this process makes to Redis from now on use this transport."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:{Transport.__name__}"

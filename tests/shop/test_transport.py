"""Messages that cannot be read end a worker in kombu 5.7, and do not here."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.conf import settings
from kombu import Connection, Consumer, Message, Producer, Queue
from kombu.transport import redis

from shop import transport
from tests.processes import wait_until
from tests.running_shop import RunningShop

NAME = "transport-test"
NO_JSON = [b'{"body": "half a mess', b"\xff\xfe", b""]
NO_MESSAGE = [b"17", b"[]", b"{}", json.dumps({"body": "x", "properties": {}}).encode()]


@pytest.fixture(params=[*NO_JSON, *NO_MESSAGE], ids=repr)
def unreadable(request: pytest.FixtureRequest) -> bytes:
    content: bytes = request.param
    return content


class Desk:
    """Takes messages from a queue through one of the transports."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._channel = connection.channel()
        self.taken: list[Message] = []
        queue = Queue(NAME)(self._channel)
        queue.purge()
        Consumer(self._channel, [queue], on_message=self.taken.append).consume()

    def put_raw(self, content: bytes) -> None:
        self._channel.client.lpush(NAME, content)

    def put(self, content: object) -> None:
        Producer(self._channel).publish(content, exchange="", routing_key=NAME)

    def take(self) -> None:
        self._connection.drain_events(timeout=5)


@pytest.fixture
def desk(request: pytest.FixtureRequest, embedded_servers: None) -> Iterator[Desk]:
    with Connection(settings.CELERY_BROKER_URL) as connection:
        connection.transport_cls = request.param
        yield Desk(connection)


@pytest.mark.parametrize("desk", [redis.Transport], indirect=True)
def test_kombu_ends_at_what_cannot_be_read(desk: Desk, unreadable: bytes) -> None:
    desk.put_raw(unreadable)
    with pytest.raises((ValueError, TypeError, LookupError)):
        desk.take()


@pytest.mark.parametrize("desk", [transport.Transport], indirect=True)
def test_what_cannot_be_read_is_dropped_with_a_word(
    desk: Desk, unreadable: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    desk.put_raw(unreadable)
    desk.put({"fine": True})
    while not desk.taken:
        desk.take()
    assert [message.decode() for message in desk.taken] == [{"fine": True}]
    assert "was dropped" in caplog.text
    desk.taken[0].ack()


def test_worker_goes_on_after_what_cannot_be_read(running_shop: RunningShop) -> None:
    shop = running_shop
    before = shop.worker.log.read_text().count("was dropped")
    for content in (*NO_JSON, *NO_MESSAGE):
        shop.broker.lpush(settings.CELERY_TASK_DEFAULT_QUEUE, content)
    expected = before + len(NO_JSON) + len(NO_MESSAGE)
    wait_until(lambda: shop.worker.log.read_text().count("was dropped") == expected)
    wait_until(shop.worker.answers)

"""Messages that cannot be read end a worker in kombu 5.7, and do not here."""

from __future__ import annotations

import json
import logging
from base64 import b64encode
from collections.abc import Callable, Iterator
from decimal import InvalidOperation
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from kombu import Connection, Consumer, Message, Producer, Queue
from kombu.transport import redis
from redis import Redis
from redis.exceptions import DataError

from shop.embedded import places, servers
from shop.queue import transport
from tests.processes import Process, wait_until
from tests.running_shop import RunningShop

NAME = "transport-test"
logger = logging.getLogger(__name__)


def message(**changes: object) -> dict[str, Any]:
    """A wake as Celery sends it, with these parts of it changed."""
    return {
        "body": encoded([[], {}, {}]),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {"task": "shop.operations.tasks.sweep_leftovers", "id": str(uuid4())},
        "properties": {
            "delivery_info": {"exchange": "", "routing_key": NAME},
            "priority": 0,
            "body_encoding": "base64",
            "delivery_tag": str(uuid4()),
        },
    } | changes


def encoded(body: object) -> str:
    return b64encode(json.dumps(body).encode()).decode()


def with_headers(**changes: object) -> dict[str, Any]:
    return message(headers=message()["headers"] | changes)


def with_tag(tag: object) -> dict[str, Any]:
    return message(properties=message()["properties"] | {"delivery_tag": tag})


# JSON with a number that is none: kombu makes a Decimal of it, and that raises no ValueError.
NO_DECIMAL = {"__type__": "decimal", "__value__": "no number"}
UNREADABLE = {
    "cut off": b'{"body": "half a mess',
    "no text": b"\xff\xfe",
    "nothing": b"",
    "no decimal": json.dumps(NO_DECIMAL).encode(),
} | {
    name: json.dumps(content).encode()
    for name, content in {
        "number": 17,
        "list": [],
        "empty": {},
        "no headers": {"body": "x", "properties": {}},
        "no tag": with_tag(None),
        "a list as tag": with_tag([]),
        "a number as body": message(body=5),
        "a number as headers": message(headers=5),
    }.items()
}
# What takes a place of the prefetch before Celery fails at it, in its loop or in a thread.
NO_WAKES: dict[str, Callable[[], dict[str, Any]]] = {
    "no id": lambda: message(headers={"task": "shop.operations.tasks.sweep_leftovers"}),
    "task": lambda: with_headers(task=[]),
    "id": lambda: with_headers(id={}),
    "eta": lambda: with_headers(eta={}),
    "expires": lambda: with_headers(expires={}),
    "timelimit": lambda: with_headers(timelimit=5),
    "stamped_headers": lambda: with_headers(stamped_headers=5),
    "content-type": lambda: message(**{"content-type": []}),
    "content-encoding": lambda: message(**{"content-encoding": "nope"}),
    "base64": lambda: message(body="%%%"),
    "no list": lambda: message(body=encoded(7)),
    "types": lambda: message(body=encoded(["ab", 5, 7])),
    "embedded": lambda: message(body=encoded([[], {}, 5])),
}


@pytest.fixture(params=UNREADABLE)
def unreadable(request: pytest.FixtureRequest) -> bytes:
    return UNREADABLE[request.param]


class Desk:
    """Takes messages from a queue through one of the transports."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._channel = connection.channel()
        self.taken: list[Message] = []
        queue = Queue(NAME)(self._channel)
        queue.purge()
        self._channel.client.delete(self._channel.unacked_key, self._channel.unacked_index_key)
        self.receive: Callable[[Message], None] = self.taken.append
        Consumer(self._channel, [queue], on_message=lambda found: self.receive(found)).consume()

    def limit(self, unacknowledged: int) -> None:
        self._channel.basic_qos(prefetch_count=unacknowledged)

    def unacknowledged(self) -> int:
        return int(self._channel.client.hlen(self._channel.unacked_key))

    def leave_unacknowledged(self, content: str) -> None:
        """As a worker that died long ago leaves a message."""
        self._channel.client.hset(self._channel.unacked_key, NAME, content)
        self._channel.client.zadd(self._channel.unacked_index_key, {NAME: 0})

    def restore(self) -> None:
        self._channel.qos.restore_visible(interval=1)

    def put_raw(self, content: bytes) -> None:
        self._channel.client.lpush(NAME, content)

    def put(self, content: object) -> None:
        Producer(self._channel).publish(content, exchange="", routing_key=NAME)

    def take(self) -> None:
        self._connection.drain_events(timeout=5)

    def wait(self) -> None:
        """For a message that does not come."""
        with pytest.raises(TimeoutError):
            self._connection.drain_events(timeout=0.1)

    def close(self) -> None:
        self._channel.close()


@pytest.fixture
def desk(request: pytest.FixtureRequest, embedded_servers: None) -> Iterator[Desk]:
    with Connection(settings.CELERY_BROKER_URL) as connection:
        connection.transport_cls = request.param
        yield Desk(connection)


@pytest.mark.parametrize("desk", [redis.Transport], indirect=True)
def test_kombu_ends_at_what_cannot_be_read(desk: Desk, unreadable: bytes) -> None:
    desk.put_raw(unreadable)
    with pytest.raises(
        (ValueError, TypeError, LookupError, AttributeError, InvalidOperation, DataError)
    ):
        desk.take()


@pytest.mark.parametrize("desk", [transport.Transport], indirect=True)
def test_what_cannot_be_read_is_dropped_with_a_word(
    desk: Desk, unreadable: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    desk.put_raw(unreadable)
    desk.put({"fine": True})
    while not desk.taken:
        desk.take()
    assert [taken.decode() for taken in desk.taken] == [{"fine": True}]
    assert [record.exc_info for record in caplog.records if "was dropped" in record.message] == [
        None
    ]
    assert desk.unacknowledged() == 1
    desk.taken[0].ack()


@pytest.mark.parametrize("desk", [transport.Transport], indirect=True)
def test_what_the_receiver_raises_at_takes_no_place(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.receive = raise_at_first(desk.taken.append)
    desk.limit(1)
    for number in (1, 2):
        desk.put(number)
    while not desk.taken:
        desk.take()
    assert [taken.decode() for taken in desk.taken] == [2]
    assert "was dropped" in caplog.text
    desk.taken[0].ack()
    assert desk.unacknowledged() == 0


def raise_at_first(receive: Callable[[Message], None]) -> Callable[[Message], None]:
    calls = count()

    def raising(taken: Message) -> None:
        if next(calls) == 0:
            raise RecursionError
        receive(taken)

    return raising


@pytest.mark.parametrize("desk", [transport.Transport], indirect=True)
@pytest.mark.parametrize("content", ["garb[age", "[]", "7", json.dumps(NO_DECIMAL)])
def test_unacknowledged_message_that_cannot_be_read_is_dropped(
    desk: Desk, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    desk.leave_unacknowledged(content)
    desk.restore()
    assert desk.unacknowledged() == 0
    assert "was dropped" in caplog.text


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Process]:
    """One of its own, so that a test may kill it."""
    server = servers.broker_server(tmp_path)
    server.folder.mkdir(parents=True)
    process = Process(list(server.command), tmp_path / "log", server.answers)
    process.start()
    yield process
    process.stop()


@pytest.fixture
def cut_off(request: pytest.FixtureRequest, broker: Process, tmp_path: Path) -> Desk:
    """A desk with a message, whose connection was lost with its broker, as Celery takes it."""
    address = f"redis+socket://{places.broker_socket(tmp_path)}"
    with Connection(address) as connection:
        connection.transport_cls = request.param
        desk = Desk(connection)
        desk.put(1)
        desk.take()
        desk.wait()
        broker.kill()
        connection.collect()
    return desk


@pytest.mark.parametrize("cut_off", [redis.Transport], indirect=True)
def test_kombu_ends_at_what_was_not_acknowledged_in_time(cut_off: Desk) -> None:
    with pytest.raises(AttributeError):
        cut_off.close()
    with pytest.raises(AttributeError):
        cut_off.taken[0].ack_log_error(logger, redis.Transport.connection_errors)


@pytest.mark.parametrize("cut_off", [transport.Transport], indirect=True)
def test_what_was_not_acknowledged_in_time_is_left_to_the_broker(
    cut_off: Desk, broker: Process, tmp_path: Path
) -> None:
    cut_off.close()
    cut_off.taken[0].ack_log_error(logger, redis.Transport.connection_errors)
    assert cut_off.taken[0].acknowledged
    broker.start()
    with Redis(unix_socket_path=str(places.broker_socket(tmp_path))) as client:
        assert client.hlen("unacked") + client.llen(NAME) == 1


@pytest.mark.parametrize("desk", [transport.Transport], indirect=True)
def test_what_is_not_acknowledged_goes_back_when_its_receiver_leaves(desk: Desk) -> None:
    desk.put(1)
    desk.take()
    desk.close()
    with Redis.from_url(settings.COUNTERS_URL) as client:
        assert client.llen(NAME) == 1


def test_worker_goes_on_after_what_cannot_be_read(running_shop: RunningShop) -> None:
    shop = running_shop
    contents = list(UNREADABLE.values())
    contents += [json.dumps(make()).encode() for make in NO_WAKES.values() for _ in range(2)]
    # A test before may have taken the broker away.
    wait_until(shop.worker.answers)
    before, connected = logged(shop, "was dropped"), logged(shop, "Connected to")
    # A worker that another test killed left what it held.
    left = set(shop.broker.hkeys("unacked"))
    for content in contents:
        shop.broker.lpush(settings.CELERY_TASK_DEFAULT_QUEUE, content)
    shop.broker.publish("/0.celery.pidbox", json.dumps(NO_DECIMAL))
    wait_until(lambda: not shop.broker.llen(settings.CELERY_TASK_DEFAULT_QUEUE))
    # What keeps its place stays here, and where two do, the worker takes nothing more.
    wait_until(lambda: left.issuperset(shop.broker.hkeys("unacked")))
    least = before + len(UNREADABLE)
    assert logged(shop, "was dropped") > least
    assert logged(shop, "Connected to") == connected
    shop.broker.lpush(settings.CELERY_TASK_DEFAULT_QUEUE, json.dumps(message()))
    wait_until(lambda: not shop.broker.llen(settings.CELERY_TASK_DEFAULT_QUEUE))
    wait_until(lambda: left.issuperset(shop.broker.hkeys("unacked")))
    wait_until(shop.worker.answers)


def logged(shop: RunningShop, words: str) -> int:
    return shop.worker.log.read_text().count(words)

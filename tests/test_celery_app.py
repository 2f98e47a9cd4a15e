"""Messages that only wake a worker: one of a kind waits, and none depends on a clock."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import pytest
from django.conf import settings
from kombu.exceptions import OperationalError

from celery_app import app
from recommender import tasks
from shop.orders.tasks import cancel_overdue, send_mail
from tests.processes import PROJECT, python

pytestmark = pytest.mark.usefixtures("embedded_servers")


def waiting(queue: str) -> int:
    with app.producer_or_acquire() as producer:
        return int(producer.channel.queue_declare(queue).message_count)


@pytest.fixture(autouse=True)
def empty_queues() -> Iterator[None]:
    app.control.purge()
    yield
    app.control.purge()


def test_wake_is_sent_only_where_none_waits() -> None:
    for _ in range(3):
        tasks.wake()
        cancel_overdue.delay()
    assert waiting("recommender.tasks.embed_waiting") == 1
    assert waiting("shop.orders.tasks.cancel_overdue") == 1
    app.control.purge()
    tasks.wake()
    assert waiting("recommender.tasks.embed_waiting") == 1


def test_what_says_more_than_wake_up_is_sent_each_time() -> None:
    for event in ("1", "2"):
        send_mail.delay(event)
    assert waiting(settings.CELERY_TASK_DEFAULT_QUEUE) == 2


def test_beat_sends_what_falls_due_once() -> None:
    app.loader.import_default_modules()
    beat = app.Beat().Service(app=app, scheduler_cls=settings.CELERY_BEAT_SCHEDULER).scheduler
    for entry in [*beat.schedule.values()] * 2:
        beat.apply_async(entry, advance=False)
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert waiting(entry["task"]) == 1
        assert "options" not in entry  # An expiry would be by somebody's clock.


def test_every_task_is_in_a_queue_that_workers_take_from() -> None:
    app.loader.import_default_modules()
    queues = {queue.name for queue in settings.CELERY_TASK_QUEUES}
    for task in settings.CELERY_TASK_ROUTES:
        assert task in app.tasks
        assert task in queues


def test_broker_that_is_away_is_an_operational_error(tmp_path: object) -> None:
    with app.connection(f"redis+socket://{tmp_path}/none.sock") as connection:
        producer = app.amqp.Producer(connection, auto_declare=False)
        with pytest.raises(OperationalError):
            tasks.embed_waiting.apply_async(producer=producer, retry=False)


@pytest.mark.slow
@pytest.mark.parametrize("program", ["worker", "beat"])
def test_setting_that_cannot_be_meant_ends_the_start_with_a_sentence(program: str) -> None:
    done = subprocess.run(
        python("-m", "celery", "-A", "celery_app", program),
        cwd=PROJECT,
        env=os.environ | {"VITRINE_SIMILAR_K": "many"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "VITRINE_SIMILAR_K=many is not understood: it must be a whole number from 1 to 50."
    ]

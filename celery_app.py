"""The Celery application: `celery -A celery_app worker`, and one `celery -A celery_app beat`."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

from celery import Celery, Task
from celery.signals import beat_init, celeryd_init, setup_logging
from django.conf import settings
from kombu import Producer
from kombu.exceptions import OperationalError

from shop.config.environment import EnvironmentFault
from shop.config.loading import load
from shop.queue import transport

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.config.settings")


logger = logging.getLogger(__name__)


class WakingTask(Task[..., Any]):
    """A task that is sent only where none like it waits, and left where a server is away.

    One without arguments does no more than wake a worker, which finds its work in the database. It
    has a queue of its own (CELERY_TASK_ROUTES), which tells whether a worker will come anyway. So
    no message grows stale, whatever clocks say, and no queue grows while no worker takes from it.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What is away or full costs a line: whatever was to be done is found by a later sweep."""
        try:
            return super().__call__(*args, **kwargs)
        except Exception as error:
            from shop.web.trouble import sentence_of

            if (sentence := sentence_of(error)) is None:
                raise
            logger.warning("%s is left: %s", self.name, sentence)

    def apply_async(
        self,
        args: Any = None,
        kwargs: Any = None,
        task_id: str | None = None,
        producer: Producer | None = None,
        *more: Any,
        **options: Any,
    ) -> Any:
        """None where nothing was sent. Raises kombu's OperationalError where the broker is away."""
        if self.name not in self.app.conf.task_routes:
            return super().apply_async(args, kwargs, task_id, producer, *more, **options)
        with self.app.producer_or_acquire(producer) as sender:
            if _is_waiting(self.name, sender):
                return None
            return super().apply_async(args, kwargs, task_id, sender, *more, **options)


def _is_waiting(queue: str, producer: Any) -> bool:
    try:
        return bool(producer.channel.queue_declare(queue).message_count)
    except producer.connection.connection_errors as away:
        raise OperationalError(str(away)) from away


try:
    settings.VAR_DIR  # noqa: B018 (reading one reads them all)
except EnvironmentFault as fault:
    sys.exit(str(fault))
transport.use()
app = Celery("vitrine", task_cls=WakingTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
@beat_init.connect
def begin(**kwargs: Any) -> None:
    """Starts what no setting points to, before the worker looks for its broker; loads the shop."""
    from shop.embedded import ensure_running

    ensure_running()
    load()


@setup_logging.connect
def keep_django_logging(**kwargs: Any) -> None:
    """Connected so that Celery leaves the logging of shop/config/settings.py alone."""

"""Messages that may be lost: what they are about stands in a database, where a sweep finds it."""

import logging
from typing import Any

from celery import Task
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def send(task: Task[..., Any], *args: object, **options: Any) -> bool:
    """Send a worker to a task; whether the broker took the message.

    `args` are the task's own, `options` those of Celery's `apply_async`.
    """
    try:
        task.apply_async(args, retry=False, ignore_result=True, **options)
    except (OperationalError, OSError) as away:
        logger.warning("No worker is sent to %s, as the broker is away: %s", task.name, away)
        return False
    return True

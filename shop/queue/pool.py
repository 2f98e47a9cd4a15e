"""Celery's threads, but what fails before a task begins is told to its request.

Celery 5.7 forgets it (a body whose parts have the wrong type, say): no line in the log, and the
message keeps its place of the prefetch, so that a few of them stop a worker. Told of it, the
request logs and acknowledges it, as with Celery's processes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from billiard.einfo import ExceptionInfo
from celery.concurrency import thread

logger = logging.getLogger(__name__)


def _tell(error: BaseException, error_callback: Callable[[ExceptionInfo], Any]) -> None:
    try:
        error_callback(ExceptionInfo((type(error), error, error.__traceback__)))
    except (TypeError, ValueError, LookupError, AttributeError):
        # It acknowledges first, and may then fail at the same content itself.
        logger.error("A message whose task cannot begin was dropped: %.300r", error)


class TaskPool(thread.TaskPool):
    def on_apply(self, *args: Any, **options: Any) -> Any:
        error_callback = options["error_callback"]

        def report(future: Future[Any]) -> None:
            if not future.cancelled() and (error := future.exception()):
                _tell(error, error_callback)

        applied = super().on_apply(*args, **options)
        applied.f.add_done_callback(report)
        return applied

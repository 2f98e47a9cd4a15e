"""The Celery application: `celery -A celery_app worker --beat`."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

from celery import Celery
from celery.signals import beat_embedded_init, beat_init, celeryd_init, setup_logging
from kombu.transport import redis

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

ORPHAN_LOOK_SECONDS = 0.5

# A worker that loses Redis while it holds messages would, in kombu 5.7, use the channel that it has
# just closed, and end with an AttributeError. It need not give messages back: Redis returns them
# after the visibility timeout, and what they wake for stands in the database.
redis.Channel.do_restore = False
_connparams = redis.Channel._connparams


def _connparams_while_open(channel: redis.Channel, **options: Any) -> dict[str, Any]:
    """To acknowledge a message too late is then an error of the connection, like any other."""
    if channel.connection is None:
        raise ConnectionError("the channel to the broker is closed")
    parameters: dict[str, Any] = _connparams(channel, **options)
    return parameters


redis.Channel._connparams = _connparams_while_open  # type: ignore[method-assign, assignment]

app = Celery("vitrine")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
@beat_init.connect
def start_embedded_servers(**kwargs: Any) -> None:
    """Starts what no setting points to, before the worker looks for its broker."""
    from shop.embedded import ensure_running

    ensure_running()


@beat_embedded_init.connect
def end_with_the_worker(**kwargs: Any) -> None:
    """Ends the beat of a worker that was killed; it would go on, beside that of the next worker."""
    threading.Thread(target=_exit_without, args=(os.getppid(),), daemon=True).start()


def _exit_without(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(ORPHAN_LOOK_SECONDS)
    os._exit(0)


@setup_logging.connect
def keep_django_logging(**kwargs: Any) -> None:
    """Connected so that Celery leaves the logging of shop/settings.py alone."""

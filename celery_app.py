"""The Celery application: `celery -A celery_app worker --beat`."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, celeryd_init, setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

app = Celery("vitrine")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
@beat_init.connect
def start_embedded_servers(**kwargs: Any) -> None:
    """Starts what no setting points to, before the worker looks for its broker."""
    from shop.embedded import ensure_running

    ensure_running()


@setup_logging.connect
def keep_django_logging(**kwargs: Any) -> None:
    """Connected so that Celery leaves the logging of shop/settings.py alone."""

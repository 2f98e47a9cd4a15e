"""The beat, which sends what falls due, shows that it goes on."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import celery.beat
from django.conf import settings

from shop.embedded.places import run_folder


class Scheduler(celery.beat.Scheduler):
    """Celery's own in memory, which touches `run/beat` at each look, every few seconds.

    The health check in docker-compose.yml reads when that was. What stands in BEAT_AT_ONCE is sent
    when it begins, too.
    """

    def setup_schedule(self) -> None:
        super().setup_schedule()
        for name in settings.BEAT_AT_ONCE:
            self.schedule[name].last_run_at = datetime.fromtimestamp(0, UTC)

    def tick(self, *args: Any, **options: Any) -> float:
        with suppress(OSError):  # On a full disk the mails and sweeps go on.
            (run_folder(settings.VAR_DIR) / "beat").touch()
        seconds: float = super().tick(*args, **options)
        return seconds

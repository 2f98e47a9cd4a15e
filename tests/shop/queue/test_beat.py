from __future__ import annotations

import os
from pathlib import Path

from pytest_django import Settings

from celery_app import app
from shop.queue.beat import Scheduler


def test_each_look_shows_that_the_beat_goes_on(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    scheduler = Scheduler(app, lazy=True)
    pulse = tmp_path / "run" / "beat"
    scheduler.tick()
    os.utime(pulse, (0, 0))
    scheduler.tick()
    assert pulse.stat().st_mtime > 0


def test_beat_goes_on_where_nothing_can_be_written(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "file" / "that is no folder"
    settings.VAR_DIR.parent.touch()
    assert Scheduler(app, lazy=True).tick() > 0


def test_what_an_update_may_have_left_is_done_at_once() -> None:
    scheduler = Scheduler(app)
    due = [name for name, entry in scheduler.schedule.items() if entry.is_due().is_due]
    assert due == ["write down the prices of which no save told"]


def test_it_is_the_scheduler_that_celery_takes() -> None:
    assert app.conf.beat_scheduler == f"{Scheduler.__module__}:{Scheduler.__name__}"

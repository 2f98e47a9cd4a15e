"""What falls due with the insights."""

from __future__ import annotations

from celery import shared_task

from shop.insights import panels, searches, wanted


@shared_task
def forget_old_searches() -> None:
    """Drop the counters that nobody looks at any more."""
    searches.forget_old()


@shared_task
def write_seen_panels() -> None:
    """Write down which panels came into sight."""
    panels.write_seen()


@shared_task
def write_fruitless_searches() -> None:
    """Write down what was looked for in vain, by words and by photographs."""
    searches.write_fruitless()
    wanted.write_looks()


@shared_task
def forget_wanted_looks() -> None:
    """Drop what is left of pictures that were searched with in vain long ago."""
    wanted.forget_old()

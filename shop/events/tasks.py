"""What falls due with the events."""

from __future__ import annotations

from celery import shared_task

from shop.events import forgetting, writing


@shared_task
def write_events() -> None:
    """Write what pages put down in Redis."""
    writing.write_waiting()


@shared_task
def forget_old_events() -> None:
    """Delete events that were kept long enough."""
    forgetting.forget_old()

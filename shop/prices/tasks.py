"""What falls due in the price history. It may run twice; nothing that it does is awaited."""

from __future__ import annotations

from celery import shared_task

from shop.prices import recording


@shared_task
def record_missed() -> None:
    """Write down the prices of which no save told."""
    recording.record_missed()

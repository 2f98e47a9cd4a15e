"""What falls due with taste."""

from __future__ import annotations

from celery import shared_task

from shop.taste import building


@shared_task
def build_crowd() -> None:
    """Learn anew from what people did and bought since the last time."""
    building.build()

"""What falls due with the insights."""

from __future__ import annotations

from celery import shared_task

from shop.insights import searches


@shared_task
def forget_old_searches() -> None:
    """Drop the counters that nobody looks at any more."""
    searches.forget_old()

"""Background work that belongs to no part of the shop alone."""

from __future__ import annotations

from celery import shared_task

from shop.operations import leftovers


@shared_task
def sweep_leftovers() -> None:
    """Delete what killed processes left."""
    leftovers.sweep()

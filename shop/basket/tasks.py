"""What falls due around baskets."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from shop.basket.models import Basket

BASKETS_ARE_KEPT = timedelta(days=30)


@shared_task
def prune_baskets() -> None:
    """Delete the baskets that guests left standing, and sessions that have run out."""
    Basket.objects.abandoned(before=timezone.now() - BASKETS_ARE_KEPT).delete()
    call_command("clearsessions")

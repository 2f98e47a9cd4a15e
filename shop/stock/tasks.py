"""What falls due in the stockroom. Each may run twice; nothing that they do is awaited."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from shop.stock import separating
from shop.stock.following import follow_all, show_all_again
from shop.stock.models import Reservation

RESERVATIONS_ARE_KEPT = timedelta(days=90)


@shared_task
def clear_expired() -> None:
    """Close the reservations whose time is over, count apart what shared a SKU, and let the
    catalogue show what came of both."""
    Reservation.objects.close_overdue()
    separating.take_note()
    follow_all()


@shared_task
def reconcile() -> None:
    """Tell the catalogue again about every size, and forget reservations of long ago."""
    Reservation.objects.ended(before=timezone.now() - RESERVATIONS_ARE_KEPT).delete()
    show_all_again()

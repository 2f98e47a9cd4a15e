"""What falls due with alerts. Tasks may run twice and find their work in the database."""

from __future__ import annotations

from celery import shared_task

from shop.alerts import mails, watching
from shop.alerts.mails import send_mail
from shop.alerts.models import Alert

__all__ = ["forget_old", "look_again", "send_mail", "send_waiting_mails"]


@shared_task
def send_waiting_mails() -> None:
    """Send what has come true, and what a lost message or a dead worker left unsent."""
    mails.send_waiting()


@shared_task
def look_again() -> None:
    """Look at what is waited for: a sale that begins tells nobody."""
    watching.look_again()


@shared_task
def forget_old() -> None:
    """Delete what nobody confirmed, what waited in vain, and what was told long ago."""
    Alert.objects.overdue().delete()

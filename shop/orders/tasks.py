"""What falls due with orders. Tasks may run twice and find their work in the database."""

from __future__ import annotations

from celery import shared_task

from shop.orders import mails, photographs, transitions
from shop.orders.mails import send_mail

__all__ = ["cancel_overdue", "keep_photographs", "send_mail", "send_waiting_mails"]


@shared_task
def cancel_overdue() -> None:
    """Cancel what nobody has paid in time; its pieces are free again."""
    transitions.cancel_overdue()


@shared_task
def keep_photographs() -> None:
    """Give new orders pictures of their own."""
    photographs.keep_waiting()


@shared_task
def send_waiting_mails() -> None:
    """Send what a lost message or a dead worker left unsent."""
    mails.send_waiting()

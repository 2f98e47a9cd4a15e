"""What falls due with withdrawals. Tasks may run twice and find their work in the database."""

from __future__ import annotations

from celery import shared_task

from shop.withdrawals import receipts
from shop.withdrawals.receipts import send_receipt

__all__ = ["send_receipt", "send_waiting_receipts"]


@shared_task
def send_waiting_receipts() -> None:
    """Send what a lost message or a dead worker left unsent."""
    receipts.send_waiting()

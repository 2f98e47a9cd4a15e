"""What falls due with payments. Tasks may run twice and find their work in the database."""

from __future__ import annotations

from celery import shared_task

from shop.orders.models import Order
from shop.payments import paying, refunding


@shared_task
def settle(order_id: int) -> None:
    """An order was cancelled: end what is open, give back what came."""
    order = Order.objects.get(pk=order_id)
    for payment in order.payments.open():
        paying.try_to_conclude(payment)
    order.refresh_from_db()
    refunding.give_back_owed(order)


@shared_task
def settle_waiting() -> None:
    """Ask after payments and refunds that no word came of; give back what is still owed."""
    paying.conclude_waiting()
    refunding.carry_out_waiting()
    refunding.give_back_all_owed()

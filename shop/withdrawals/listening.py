"""What withdrawals hear of orders: one whose money goes back is settled."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.orders.models import OrderEvent
from shop.orders.states import CALLED_OFF
from shop.withdrawals.models import Withdrawal
from shop.withdrawals.withdrawing import settle


@receiver(post_save, sender=OrderEvent)
def settle_what_is_given_back(instance: OrderEvent, created: bool, **kwargs: Any) -> None:
    if not created:
        return
    about = Q(request__refunds=instance.refund_id) if instance.refund_id else Q(pk=None)
    if instance.state in CALLED_OFF:
        about |= Q(order=instance.order_id)
    settle(Withdrawal.objects.filter(about), by=instance.by)

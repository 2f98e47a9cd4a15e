"""What payments hear of providers, and of orders."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from payments.signals import status_changed

from claims.messages import send
from shop.orders.models import OrderEvent
from shop.orders.states import State
from shop.payments import paying
from shop.payments.models import Payment
from shop.payments.tasks import settle


@receiver(status_changed, sender=Payment)
def tell_the_order(instance: Payment, **kwargs: Any) -> None:
    paying.follow(instance)


@receiver(post_save, sender=OrderEvent)
def settle_what_is_called_off(instance: OrderEvent, created: bool, **kwargs: Any) -> None:
    if created and instance.state == State.CANCELLED:
        transaction.on_commit(partial(send, settle, instance.order_id), robust=True)

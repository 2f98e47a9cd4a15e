"""Who logs in keeps what they put into the bag as a guest."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from shop.basket.basket import MOST_LINES, SESSION_KEY
from shop.basket.models import Basket


@receiver(user_logged_in)
def bring_guest_basket(request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    key = request.session.pop(SESSION_KEY, None) if request else None
    guest = Basket.objects.filter(pk=key, user=None).first() if key else None
    if guest is not None:
        merge(guest, Basket.objects.get_or_create(user=user)[0])


@transaction.atomic
def merge(guest: Basket, own: Basket) -> None:
    """Move the guest's lines into the shopper's own basket, which ends the guest's.

    Of what is in both, the larger quantity stays: it is more often the same wish than two.
    """
    for line in guest.lines.all():
        same = own.lines.filter(sku=line.sku).first()
        if same is not None:
            same.quantity = max(same.quantity, line.quantity)
            same.save()
        elif own.lines.count() < MOST_LINES:
            line.basket = own
            line.save()
    guest.delete()

"""What the events hear of people who sign in, and who leave."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.http import HttpRequest

from shop.events import forgetting, visits
from shop.events.models import Event, Visit


@receiver(user_logged_in)
def bring_guest_events(request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    """What was the guest's is the shopper's, unless the shopper wants none."""
    guest = request.session.pop(visits.SESSION_KEY, None) if request else None
    if not guest:
        return
    forgetting.write_what_waits()
    visit, events = Visit.of(user), Event.objects.of(guest)
    if visit.is_off:
        events.delete()
    else:
        events.update(visit=visit.number)


@receiver(pre_delete, sender=get_user_model())
def forget_who_leaves(instance: Any, **kwargs: Any) -> None:
    for visit in Visit.objects.filter(user=instance):
        forgetting.forget_visit(visit.number)

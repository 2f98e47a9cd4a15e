"""Asking to be told, confirming that one did, and leaving."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shop.alerts import mails, watching
from shop.alerts.models import Alert, Due, Kind, own_addresses
from shop.catalog.models import Product

# Whoever asks again before that waits for the mail that is on its way.
AGAIN_AFTER = timedelta(minutes=10)


class NotNeeded(Exception):
    """What is asked for is so already. The text is a sentence for whoever asked."""


@transaction.atomic
def ask(product: Product, *, kind: Kind, sku: str, email: str, user: Any, origin: str) -> Alert:
    """Have somebody told, once, when a size of the product, or any ("") is back or costs less.

    `user` is who is signed in, or None: an address that they have confirmed is not asked again. Who
    has asked already is not asked twice. Raises NotNeeded.
    """
    if kind == Kind.BACK and watching.can_be_had(product, sku):
        raise NotNeeded(_("It can be had now."))
    facts = {
        "user": user,
        "product_name": product.title,
        "cents": watching.costs(product, sku),
        "language": get_language(),
        "origin": origin,
    }
    what = {"kind": kind, "email": email.lower(), "product": str(product.pk), "sku": sku}
    alert, made = Alert.objects.open().get_or_create(**what, defaults=facts)
    if alert.confirmed_at is not None:
        return alert
    if user is not None and alert.email in own_addresses(user):
        confirm(alert)
    elif made or alert.asked_at < timezone.now() - AGAIN_AFTER:
        alert.asked_at, alert.due, alert.claimed_at = timezone.now(), Due.CONFIRM, None
        alert.save(update_fields=["asked_at", "due", "claimed_at"])
        transaction.on_commit(partial(mails.wake, alert.pk))
    return alert


def is_settled(alert: Alert, user: Any) -> bool:
    """Whether that needs no yes any more, as far as that is the business of who is signed in."""
    if alert.confirmed_at is None or not user.is_authenticated:
        return False
    return alert.user_id == user.pk or alert.email in own_addresses(user)


def confirm(alert: Alert) -> None:
    """From now on it waits; what has come true already is told."""
    Alert.objects.filter(pk=alert.pk, confirmed_at=None).update(
        confirmed_at=timezone.now(), due=Due.NONE
    )
    alert.refresh_from_db()
    watching.look_after_commit([alert.product])


def leave(alert: Alert, *, only_this: bool = False) -> None:
    """Forget it, and unless `only_this` whatever else the same address waits for."""
    Alert.objects.filter(email=alert.email).delete() if not only_this else alert.delete()

"""Who signs in keeps what they kept as a guest."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from shop.shoppers import recently, wishlist


@receiver(user_logged_in)
def bring_guest_wishes(request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    kept = request.session.pop(wishlist.SESSION_KEY, None) if request else None
    if kept:
        wishlist.keep_all(user, reversed(kept))


@receiver(user_logged_in)
def bring_guest_views(request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    seen = recently.in_cookie(request) if request else []
    if seen:
        recently.record(user, reversed(seen))

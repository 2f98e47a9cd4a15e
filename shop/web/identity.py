"""Who the shop is in its pages and mails: its name, who sells, where it is reached."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def origin_of(request: HttpRequest) -> str:
    """Scheme and host of the shop, for links in mails: VITRINE_ORIGIN, or as it was asked here."""
    return settings.ORIGIN or f"{request.scheme}://{request.get_host()}"


def signature(origin: str = "") -> list[str]:
    """The lines under a mail: the name, who sells, where the shop is if it says so."""
    lines = [settings.SHOP_NAME, *settings.SELLER, settings.ORIGIN or origin]
    return [line for line in dict.fromkeys(lines) if line]

"""The shop's name, and what stands under its mails."""

from __future__ import annotations

from django import template
from django.conf import settings

from shop.web import identity

register = template.Library()


@register.simple_tag
def shop_name() -> str:
    """What the shop is called."""
    return str(settings.SHOP_NAME)


register.simple_tag(identity.signature)

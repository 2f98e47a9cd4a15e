"""What may be waited for on a product's page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from shop.alerts.models import Kind
from shop.catalog.choosing import Choice
from shop.catalog.money import price
from shop.catalog.remember import DATABASE_ERRORS
from shop.catalog.vocabulary import translated

register = template.Library()


@register.simple_tag(takes_context=True)
def own_email(context: dict[str, Any]) -> str:
    """The address of who is signed in; none of a guest, or while nobody can tell."""
    try:
        user = context["request"].user
        return str(user.email) if user.is_authenticated else ""
    except DATABASE_ERRORS:
        return ""


@register.simple_tag
def alert_options(choice: Choice) -> list[tuple[str, str]]:
    """Values of AskForm's `wish` and their words: what is sold out first, then the prices."""
    sizes = [(offer, translated(offer.size)) for offer, _price in choice.offers if offer.size]
    options = [
        (f"{Kind.BACK}:{offer.sku}", _("when size %(size)s is back") % {"size": size})
        for offer, size in sizes
        if not offer.available
    ]
    if not choice.is_available:
        options.insert(0, (f"{Kind.BACK}:", _("when it is back")))
    least = price(choice.span.lowest.cents)
    options.append((f"{Kind.CHEAPER}:", _("when it costs less than %(price)s") % {"price": least}))
    if len(sizes) > 1:
        options += [
            (f"{Kind.CHEAPER}:{offer.sku}", _("when size %(size)s costs less") % {"size": size})
            for offer, size in sizes
        ]
    return options

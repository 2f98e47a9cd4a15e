"""Tags that have pages ask for what suits their visitor."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shop.catalog.models import Product
from shop.catalog.remember import DATABASE_ERRORS
from shop.events import visits

register = template.Library()


@register.simple_tag(takes_context=True)
def taste_asks(context: dict[str, Any]) -> SafeString | str:
    """Where "for you" comes, once the page is there: asked for by script where the browser knows
    something, or the shop does."""
    when = _when(context)
    if when == "off":
        return ""
    return format_html(
        '<div id="for-you" data-taste="{}" hx-post="{}" hx-trigger="taste" hx-swap="outerHTML">'
        "</div>",
        when,
        reverse("for_you"),
    )


@register.simple_tag(takes_context=True)
def taste_of(context: dict[str, Any], product: Product) -> SafeString | str:
    """The attributes by which the rail of what looks like a product is asked for anew, in the order
    of the visitor's taste; the browser notes that the product was looked at."""
    when = _when(context)
    if when == "off":
        return ""
    return format_html(
        ' data-taste="{}" data-looked-at="{}" hx-post="{}" hx-trigger="taste" hx-swap="outerHTML"',
        when,
        product.pk,
        reverse("taste_panel", args=[product.slug]),
    )


def _when(context: dict[str, Any]) -> str:
    """ "always" where the shop knows something of the visitor, "off" where they want none of it,
    "seen" where only the browser may know something. No query for whoever has no session."""
    request = context["request"]
    try:
        if visits.is_off(request):
            return "off"
        known = visits.visit_of(request) or request.user.is_authenticated
    except DATABASE_ERRORS:
        return "off"
    return "always" if known else "seen"

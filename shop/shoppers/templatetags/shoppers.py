"""Tags that put what shoppers do onto the pages of products."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shop.catalog.models import Product
from shop.catalog.templatetags.storefront import icon

register = template.Library()


@register.simple_tag(takes_context=True)
def heart(context: dict[str, Any], product: Product, word: str = "") -> SafeString:
    """The button that keeps a product and lets it go again; a heart, with a `word` or without.

    It belongs to the form "hearts" at the end of the page.
    """
    key = str(product.pk)
    kept = key in context["wishes"]()
    return format_html(
        '<button class="heart{}" form="hearts" name="{}" value="{}" aria-pressed="{}"{}'
        ' hx-post="{}" hx-target="this" hx-swap="none">{}{}</button>',
        " heart--word" if word else "",
        "drop" if kept else "keep",
        key,
        "true" if kept else "false",
        "" if word else _labelled(product),
        reverse("hearts"),
        icon("heart"),
        word,
    )


def _labelled(product: Product) -> SafeString:
    return format_html(' aria-label="{}"', _("Keep %(name)s") % {"name": product.name})

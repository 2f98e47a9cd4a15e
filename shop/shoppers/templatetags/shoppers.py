"""Tags that put what shoppers do onto the pages of products."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.db.utils import Error as DatabaseError
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shop.catalog.models import Product
from shop.catalog.templatetags.storefront import icon
from shop.shoppers.models import MOST_STARS
from shop.shoppers.reviews import Opinion, has_bought, opinion_of
from shop.shoppers.sizing import hints

register = template.Library()


@register.simple_tag(takes_context=True)
def heart(context: dict[str, Any], product: Product, word: str = "") -> SafeString:
    """The button that keeps a product and lets it go again; a heart, with a `word` or without.

    It belongs to the form "hearts" at the end of the page.
    """
    key = str(product.pk)
    kept = key in context["wishes"]()
    return _heart(get_language(), key, product.title, word, kept)


@lru_cache(maxsize=4096)
def _heart(language: str, key: str, name: str, word: str, kept: bool) -> SafeString:
    """The button in the language of the page, which `language` names."""
    return format_html(
        '<button class="heart{}" form="hearts" name="{}" value="{}" aria-pressed="{}"{}'
        ' hx-post="{}" hx-target="this" hx-swap="none">{}{}</button>',
        " heart--word" if word else "",
        "drop" if kept else "keep",
        key,
        "true" if kept else "false",
        "" if word else _labelled(name),
        reverse("hearts"),
        icon("heart"),
        word,
    )


@register.inclusion_tag("shoppers/_opinion.html", takes_context=True)
def opinion(context: dict[str, Any], product: Product) -> dict[str, Any]:
    """What buyers think of a product; nothing of it while its database is away."""
    found = _opinion_or_none(product)
    is_first = found is not None and not found.number and _may_write(context, product)
    return {"product": product, "opinion": found, "is_first": is_first}


def _may_write(context: dict[str, Any], product: Product) -> bool:
    """Whether the visitor has bought it; not while the database that knows is away."""
    try:
        user = context["request"].user
        return user.is_authenticated and has_bought(user, str(product.pk))
    except DatabaseError:
        return False


@register.simple_tag
def rating(product: Product) -> tuple[float, int] | None:
    """How many stars buyers give a product on average, and how many of them did; None if none."""
    found = _opinion_or_none(product)
    return (found.average, found.number) if found and found.number else None


def _opinion_or_none(product: Product) -> Opinion | None:
    try:
        return opinion_of(product)
    except DatabaseError:
        return None


@register.simple_tag
def size_hints(product: Product) -> list[str]:
    """What buyers' reviews and returns say of the sizes; nothing while their database is away."""
    try:
        return hints(product)
    except DatabaseError:
        return []


@register.simple_tag
def stars(number: float) -> SafeString:
    """One to five stars, in words for who cannot see them."""
    full = int(number + 0.5)
    drawn = (
        format_html(
            '<span class="star{}">{}</span>', " star--full" if n < full else "", icon("star")
        )
        for n in range(MOST_STARS)
    )
    return format_html(
        '<span class="stars" aria-hidden="true">{}</span><span class="unseen">{}</span>',
        format_html_join("", "{}", ((star,) for star in drawn)),
        _("%(number)s of 5 stars") % {"number": number},
    )


def _labelled(name: str) -> SafeString:
    return format_html(' aria-label="{}"', _("Keep %(name)s") % {"name": name})

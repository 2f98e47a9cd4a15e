"""Links to what the merchant wrote; no database is asked, so every page can have them."""

from __future__ import annotations

from django import template
from django.urls import reverse

from shop.pages.models import Page

register = template.Library()


@register.simple_tag
def written_pages() -> list[tuple[str, str]]:
    """Title and address of each page in the language of this one, in their order."""
    return [(str(page.label), reverse("page", args=[page])) for page in Page]

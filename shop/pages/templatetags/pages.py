"""What the merchant wrote, for other pages."""

from __future__ import annotations

from django import template
from django.db.utils import DatabaseError
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from shop.pages.markdown import as_html
from shop.pages.models import Page, Wording

register = template.Library()


@register.simple_tag
def written_pages() -> list[tuple[str, str]]:
    """Title and address of each page in the language of this one, in their order.

    No database is asked, so every page can have them.
    """
    return [(str(page.label), reverse("page", args=[page])) for page in Page]


@register.simple_tag
def written(page: str) -> SafeString | str:
    """The text of a page as HTML; empty where nothing is written, or while its database is away."""
    try:
        wording = Wording.objects.of(page, get_language() or "")
    except DatabaseError:
        return ""
    return as_html(wording.text) if wording else ""

"""The page in the shop's other languages."""

from __future__ import annotations

from typing import Any

from django import template

from shop.web.languages import Version, versions

register = template.Library()


@register.simple_tag(takes_context=True)
def page_versions(context: dict[str, Any]) -> tuple[Version, ...]:
    """This page in every language; none on a page that does not know where it is."""
    request = context.get("request")
    return versions(request.get_full_path()) if request else ()

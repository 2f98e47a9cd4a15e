"""A page that the merchant wrote, for everybody."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from shop.pages.markdown import as_html
from shop.pages.models import Page, Wording


@require_safe
def show(request: HttpRequest, page: str) -> HttpResponse:
    if page not in Page.values:
        raise Http404("There is no such page.")
    wording = Wording.objects.of(page, get_language() or "")
    context = {
        "page": Page(page),
        "wording": wording,
        "text": as_html(wording.text) if wording else "",
        "tells_of_cookies": page == Page.PRIVACY,
        "event_days": settings.EVENTS_DAYS,
    }
    return render(request, "pages/page.html", context)

"""Changing the encoder from the admin's first page, and how far the change is."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from recommender import search

LABELS = {
    "fashion": _("fashion: trained on clothes, comes with the shop"),
    "fashion-resnet50": _("fashion-resnet50: the first of its two networks alone"),
    "imagenet": _("imagenet: Keras's weights, downloaded at the first use"),
    "untrained": _("untrained: for trials only"),
}


def choices(serving: str) -> list[tuple[str, str | Promise]]:
    """(name, label) of the encoders that can be changed to."""
    return [(name, LABELS[name]) for name in search.ENCODERS if name != serving]


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Start, redirect or end a change: it concerns the whole shop, so superusers alone may."""
    if not request.user.is_superuser:
        raise PermissionDenied
    try:
        search.switch_encoder(request.POST.get("encoder", ""))
    except (ValueError, search.SearchUnavailable) as error:
        messages.error(request, str(error))
    return redirect("admin:index")


def progress(request: HttpRequest) -> HttpResponse:
    """The card of the change under way, polled by htmx; a finished one reloads the page."""
    try:
        overview = search.overview()
    except search.SearchUnavailable:
        overview = None
    if overview and not overview.switching:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "admin/_switching.html", {"overview": overview})


def urls() -> list[URLPattern]:
    """To be routed before the admin's own."""
    views = {"switch_encoder": switch, "switching": progress}
    return [
        path(f"{name}/", admin.site.admin_view(view), name=name) for name, view in views.items()
    ]

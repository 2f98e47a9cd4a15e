"""The page about the index: what it holds in every process, and whether it finds what it should."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recommender import search
from shop.back_office import dashboard
from shop.web.requests import PageRequest


def page(request: HttpRequest) -> HttpResponse:
    """For everybody who may see the admin."""
    context = admin.site.each_context(request) | _standing() | {"title": _("Index")}
    return render(request, "admin/search_index.html", context)


def now(request: HttpRequest) -> HttpResponse:
    """All but the frame of the page, polled by htmx."""
    return render(request, "admin/_search_index.html", _standing())


@require_POST
def rebuild(request: PageRequest) -> HttpResponse:
    return _asked(request, search.rebuild_index)


@require_POST
def check(request: PageRequest) -> HttpResponse:
    return _asked(request, search.check_index)


def _asked(request: PageRequest, ask: Callable[[], None]) -> HttpResponse:
    """Have a worker do it: it takes up the whole shop's machines, so superusers alone may."""
    if not request.user.is_superuser:
        raise PermissionDenied
    try:
        ask()
    except search.SearchUnavailable as error:
        messages.error(request, str(error))
    return now(request) if request.htmx else redirect("search_index")


def _standing() -> dict[str, Any]:
    try:
        report = search.index_report()
    except search.SearchUnavailable:
        return {"report": None}
    return {
        "report": report,
        "busy": report.rebuild.unfinished or report.check.unfinished,
        "photograph_states": dashboard.state_bars(report.states),
    }


def urls() -> list[URLPattern]:
    """To be routed before the admin's own."""
    views = {
        "index/": (page, "search_index"),
        "index/now/": (now, "search_index_now"),
        "index/rebuild/": (rebuild, "rebuild_index"),
        "index/check/": (check, "check_index"),
    }
    return [
        path(route, admin.site.admin_view(view), name=name) for route, (view, name) in views.items()
    ]

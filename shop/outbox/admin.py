"""The admin's page of mails: without a mail server this is how their links are reached."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shop.outbox import keeping, reading

MAILS_A_PAGE = 50


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The mails of lately, the newest first."""
    _refuse_others(request)
    page = Paginator(keeping.files(), MAILS_A_PAGE).get_page(request.GET.get("p"))
    context = {"title": _("Mails"), "mails": reading.read_all(list(page)), "page": page}
    return render(request, "admin/outbox/mails.html", admin.site.each_context(request) | context)


@require_safe
def shown(request: HttpRequest, key: str) -> HttpResponse:
    """One mail, with its links."""
    _refuse_others(request)
    mail = reading.read(key)
    if mail is None:
        raise Http404("This mail is not kept any more.")
    context = {"title": mail.subject, "mail": mail}
    return render(request, "admin/outbox/mail.html", admin.site.each_context(request) | context)


def may_read(request: HttpRequest) -> bool:
    """Whether the admin shows this person mails: they open what is others'."""
    return bool(settings.OUTBOX and request.user.is_superuser)


def _refuse_others(request: HttpRequest) -> None:
    if not settings.OUTBOX:
        raise Http404("Mails are not shown here.")
    if not may_read(request):
        raise PermissionDenied


def urls() -> list[URLPattern]:
    """To be routed before the admin's own."""
    return [
        path("mails/", admin.site.admin_view(listed), name="mails"),
        path("mails/<slug:key>/", admin.site.admin_view(shown), name="mail"),
    ]

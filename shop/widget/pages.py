"""The pages that ask: who they are by their key, from where they may ask, and how often."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.security import APIKeyQuery

from shop.api.callers import Call
from shop.api.rates import PerMinute
from shop.widget.models import WidgetKey

PREFIX = "/api/widget/"


class PageWithKey(APIKeyQuery):
    """`?key=vitrine_widget_...`, from a page of an origin that the key is for.

    In the address, as a header would cost every visitor a second request (CORS's preflight).
    """

    def authenticate(self, request: HttpRequest, key: str | None) -> WidgetKey:
        found = WidgetKey.objects.opened_by(key or "")
        if found is None:
            raise HttpError(401, _("This key is unknown or was revoked."))
        origin = request.headers.get("Origin", "")
        if not found.is_for(origin):
            told = _("This key is not for pages of %(origin)s.") % {"origin": origin or "?"}
            raise HttpError(403, told)
        found.note_use()
        return found


class ThroughKey(PerMinute):
    """By all pages with one key together; `most` names the setting that says how many."""

    def __init__(self, kind: str, *, most: str) -> None:
        super().__init__(kind)
        self._most = most

    def counted(self, call: Call) -> tuple[str, int]:
        key = cast(WidgetKey, call.auth)
        return f"widget key {key.pk}", getattr(settings, self._most)


class AllowOrigins:
    """Middleware: lets the pages of the origins that a key is for, and no others, read answers.

    Refusals as well. No cookie counts here, so the answer to one page is that to all of its site.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(PREFIX):
            patch_vary_headers(response, ["Origin"])
            if isinstance(getattr(request, "auth", None), WidgetKey):
                response["Access-Control-Allow-Origin"] = request.headers["Origin"]
                response["Access-Control-Expose-Headers"] = "Retry-After"
        return response

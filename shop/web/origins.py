"""Forms on pages that set no cookie."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]


def from_own_pages(view: View) -> View:
    """Refuse what the pages of other sites send, by what browsers say about it themselves.

    Django's token would need a cookie on every page with a heart or a size to choose, for everybody
    who only looks.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _is_own(request):
            raise PermissionDenied("This form was sent from another site.")
        return view(request, *args, **kwargs)

    return guarded


def _is_own(request: HttpRequest) -> bool:
    # Old browsers, and all of them where there is no HTTPS, only say where they come from. What
    # says neither is no browser, and has nobody's cookies.
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    own = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin", own) == own

"""The Content-Security-Policy header: the shop runs its own files only."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse

ADMIN_PREFIX = "/admin/"

SHOP_POLICY = {
    "default-src": "'self'",
    # For the preview of a photo to search by.
    "img-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
# django-unfold's pages hold inline scripts, styles and icons, and its Alpine.js evaluates
# expressions.
ADMIN_POLICY = SHOP_POLICY | {
    "img-src": "'self' data: blob:",
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
}


def allow_forms_to(response: HttpResponse, origins: Sequence[str]) -> HttpResponse:
    """Let the forms of a page lead to other origins, by redirects of this shop."""
    sources = " ".join((SHOP_POLICY["form-action"], *origins))
    response["Content-Security-Policy"] = header(SHOP_POLICY | {"form-action": sources})
    return response


def header(policy: dict[str, str]) -> str:
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())


class ContentSecurityPolicy:
    """Middleware that sets the header, unless the view did."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = ADMIN_POLICY if request.path.startswith(ADMIN_PREFIX) else SHOP_POLICY
        response.headers.setdefault("Content-Security-Policy", header(policy))
        return response

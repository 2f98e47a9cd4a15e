"""Pages are sent compressed, except those that are one person's own."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

# What a page says of itself that is not meant for others.
OWN = ("private", "no-store")


class CompressPages(GZipMiddleware):
    """Django's gzip, which pads each answer by chance, for HTML that is not somebody's own.

    Photographs are compressed already, and what is streamed is left as it is. A compressed page
    tells by its size whether what a stranger made it repeat is also in it (BREACH), so a page with
    an address, an order or a form's token is sent as it is.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        return super().process_response(request, response) if is_for_all(response) else response


def is_for_all(response: HttpResponseBase) -> bool:
    """Whether it is a whole page of HTML that does not say it is one person's own."""
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    own = any(word in response.headers.get("Cache-Control", "") for word in OWN)
    return is_page and not response.streaming and not own

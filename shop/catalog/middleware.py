"""A calm page instead of a traceback while the catalogue's database is away."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from pymongo.errors import ConnectionFailure

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = "10"


class CatalogueAway:
    """Answers 503 when a view fails because MongoDB cannot be reached."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not is_connection_failure(error):
            return None
        logger.error("The catalogue's database cannot be reached: %s", error)
        return catalogue_away(request)


def catalogue_away(request: HttpRequest) -> HttpResponse:
    """The page that says that the shop will be back in a moment (status 503)."""
    response = render(request, "503.html", status=503)
    response["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def is_connection_failure(error: BaseException | None) -> bool:
    """Whether the error, or one that caused it, is MongoDB out of reach."""
    while error is not None:
        if isinstance(error, ConnectionFailure):
            return True
        error = error.__cause__ or error.__context__
    return False

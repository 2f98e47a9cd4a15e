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
        failure = connection_failure(error)
        if failure is None:
            return None
        logger.error("The catalogue's database cannot be reached: %s", failure)
        return catalogue_away(request)


def catalogue_away(request: HttpRequest) -> HttpResponse:
    """The page that says that the shop will be back in a moment (status 503)."""
    response = render(request, "503.html", status=503)
    response["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def connection_failure(error: BaseException | None) -> ConnectionFailure | None:
    """MongoDB out of reach, where that is the error or caused it; the backend wraps some."""
    while error is not None and not isinstance(error, ConnectionFailure):
        error = error.__cause__ or error.__context__
    return error

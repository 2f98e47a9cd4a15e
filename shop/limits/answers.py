"""The page of whoever met a limit."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.utils.translation import ngettext

from shop.limits.counting import TooOften

# allauth does not say how long; most of its limits are by the minute.
ALLAUTH_SECONDS = 60
MINUTES_FROM_SECONDS = 100
READ_BYTES = 2**16


class Limits:
    """Answers 429 where a view raises TooOften."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return too_often(request, error.seconds) if isinstance(error, TooOften) else None


def too_often(request: HttpRequest, seconds: int = ALLAUTH_SECONDS) -> HttpResponse:
    """The page that says when to try again."""
    read_to_the_end(request)
    response = render(request, "429.html", {"again": again_in(seconds)}, status=429)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response


def read_to_the_end(request: HttpRequest) -> None:
    """Take an upload that nobody will look at; else its sender may see only a broken pipe."""
    left = settings.MAX_UPLOAD_BYTES
    with suppress(UnreadablePostError):
        while left > 0 and (chunk := request.read(READ_BYTES)):
            left -= len(chunk)


def again_in(seconds: int) -> str:
    """When to try again, as a sentence."""
    if seconds < MINUTES_FROM_SECONDS:
        return ngettext(
            "Try it again in %(number)d second.", "Try it again in %(number)d seconds.", seconds
        ) % {"number": seconds}
    minutes = math.ceil(seconds / 60)
    return ngettext(
        "Try it again in %(number)d minute.", "Try it again in %(number)d minutes.", minutes
    ) % {"number": minutes}

"""The script, at an address that stays."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import etag, require_safe

SCRIPT = Path(__file__).with_name("widget.js")
DAY_SECONDS = 24 * 3600
WEEK_SECONDS = 7 * DAY_SECONDS


@cache
def _content() -> bytes:
    return SCRIPT.read_bytes()


def _tag(request: HttpRequest) -> str:
    return f'"{hashlib.sha256(_content()).hexdigest()[:16]}"'


@require_safe
@gzip_page
@cache_control(public=True, max_age=DAY_SECONDS, stale_while_revalidate=WEEK_SECONDS)
@etag(_tag)
def script(request: HttpRequest) -> HttpResponse:
    """The widget: kept for a day, then asked for anew while the old one still serves."""
    response = HttpResponse(_content(), content_type="text/javascript; charset=utf-8")
    # So that a page can hold it to a checksum.
    response["Access-Control-Allow-Origin"] = "*"
    return response

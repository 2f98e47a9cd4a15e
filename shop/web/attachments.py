"""Files that are made while somebody saves them."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import StreamingHttpResponse


def attached(pieces: Iterable[str], name: str) -> StreamingHttpResponse:
    """A table of that name, for a browser to save."""
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response

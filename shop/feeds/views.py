"""The address at which a feed is fetched."""

from __future__ import annotations

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from shop.feeds.feeds import CONTENT_TYPES, Feed
from shop.feeds.models import FeedKey
from shop.web.identity import origin_of


@require_safe
def feed(request: HttpRequest, key: str, file: str) -> StreamingHttpResponse:
    """The feed of that name, to whoever has a key. Raises Http404."""
    known = FeedKey.objects.opened_by(key)
    wanted = Feed.named(file)
    if known is None or wanted is None:
        raise Http404("No such feed, or no such key.")
    known.note_use()
    # A head is answered without a look at the products.
    text = wanted.text(origin_of(request)) if request.method == "GET" else iter(())
    response = StreamingHttpResponse(text, content_type=CONTENT_TYPES[wanted.form])
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response

"""Pages of products as everybody sees them who brings nothing of their own, rendered once.

Whoever only looks gets no cookie (decision 0013), so most pages are the same for most visitors. A
page is kept until the products in memory change next.
"""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cachetools import LRUCache
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from shop.catalog.listing import live
from shop.catalog.models import Product
from shop.catalog.remember import on_forget

MOST = 512
# What a page shows besides products may have changed: the shop's name and terms, and opinions, of
# which one may have been taken back.
KEPT_FOR = timedelta(minutes=5)
KEPT_WITH_OPINIONS = timedelta(minutes=1)

type Rendered = tuple[HttpResponse, Iterable[Product] | None]
"""A page, and the products whose prices it shows; None where it lacks what is away just now."""


@dataclass(frozen=True)
class _Page:
    """A page, compressed: it holds nothing of anybody that its size could tell (BREACH)."""

    compressed: bytes
    until: datetime

    def answer(self, request: HttpRequest) -> HttpResponse:
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response = HttpResponse(self.compressed, headers={"Content-Encoding": "gzip"})
        else:
            response = HttpResponse(gzip.decompress(self.compressed))
        patch_vary_headers(response, ["Accept-Encoding"])
        return response


_pages: LRUCache[tuple[Hashable, ...], _Page] = LRUCache(MOST)
_lock = threading.Lock()
on_forget(_pages.clear)


def page_for(request: HttpRequest, make: Callable[[], Rendered], *state: Hashable) -> HttpResponse:
    """What `make` renders, or rendered for somebody else while that is the same.

    `state` is what the page depends on besides the products, its address and the language.
    """
    if not _is_anybody(request):
        return make()[0]
    products = live().keep("pages", object)
    key = (products, request.scheme, request.get_host(), request.path, get_language(), *state)
    with _lock:
        page = _pages.get(key)
    if page is None or page.until <= timezone.now():
        response, shown = make()
        if shown is None:
            return response
        page = _kept(response, shown)
        with _lock:
            _pages[key] = page
    return page.answer(request)


def _is_anybody(request: HttpRequest) -> bool:
    """Whether neither the address nor a cookie asks for a page of its own."""
    own = {settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name}
    return not request.META.get("QUERY_STRING") and own.isdisjoint(request.COOKIES)


def _kept(response: HttpResponse, shown: Iterable[Product]) -> _Page:
    products, now = list(shown), timezone.now()
    has_opinions = any(product.rating is not None for product in products)
    until = now + (KEPT_WITH_OPINIONS if has_opinions else KEPT_FOR)
    changes = (product.sale.next_change(now) for product in products if product.sale is not None)
    until = min([until, *filter(None, changes)])
    return _Page(gzip.compress(response.content), until)

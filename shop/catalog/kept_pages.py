"""Pages of products as everybody sees them who brings nothing of their own, rendered once.

Whoever only looks gets no cookie (decision 0013), so most pages are the same for most visitors. A
page is kept, for all processes of a web server, until what it is made of changes next.
"""

from __future__ import annotations

import gzip
import hashlib
import struct
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from shop.catalog.context import shelves_version
from shop.catalog.listing import live
from shop.catalog.models import Product
from shop.catalog.remember import on_forget
from shop.catalog.shared_memory import KEY_BYTES, SharedMemory

MOST = 2048
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

    @classmethod
    def of_bytes(cls, content: bytes) -> Self:
        (until,) = _UNTIL.unpack_from(content)
        return cls(content[_UNTIL.size :], datetime.fromtimestamp(until, UTC))

    def __bytes__(self) -> bytes:
        return _UNTIL.pack(self.until.timestamp()) + self.compressed

    def answer(self, request: HttpRequest) -> HttpResponse:
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response = HttpResponse(self.compressed, headers={"Content-Encoding": "gzip"})
        else:
            response = HttpResponse(gzip.decompress(self.compressed))
        patch_vary_headers(response, ["Accept-Encoding"])
        return response


_UNTIL = struct.Struct("<d")
# Made as this is loaded, before a web server forks: the pages of its processes and of no others.
_pages = SharedMemory(MOST)
on_forget(_pages.forget)


def page_for(request: HttpRequest, make: Callable[[], Rendered], *state: Hashable) -> HttpResponse:
    """What `make` renders, or rendered for somebody else while that is the same.

    `state` is what the page depends on besides the products, the categories, its address and the
    language: values that `repr` tells apart, in every process alike.
    """
    if not _is_anybody(request):
        return make()[0]
    key = _key(request, *state)
    kept = _pages.get(key)
    page = None if kept is None else _Page.of_bytes(kept)
    if page is None or page.until <= timezone.now():
        response, shown = make()
        if shown is None:
            return response
        page = _kept(response, shown)
        _pages.put(key, bytes(page))
    return page.answer(request)


def _key(request: HttpRequest, *state: Hashable) -> bytes:
    """What tells a page from all others, as far as a process knows what there is."""
    asked = request.scheme, request.get_host(), request.path, get_language()
    told = repr((live().version, shelves_version(), *asked, *state))
    return hashlib.blake2b(told.encode(), digest_size=KEY_BYTES).digest()


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

"""The language of an answer: that of its address, or what its reader prefers where there is one
address for all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import translate_url
from django.utils import translation
from django.utils.cache import patch_vary_headers

# Merchants' pages and the API have one address in every language.
NEGOTIATED = ("/admin/", "/api/")


@dataclass(frozen=True)
class Version:
    """A page in one of the shop's languages; `name` is the language's own."""

    code: str
    name: str
    address: str

    @property
    def is_current(self) -> bool:
        return self.code == translation.get_language()


def versions(address: str) -> tuple[Version, ...]:
    """The page at an address (a path or a URL, with its query) in each language, the shop's first.

    An address that leads nowhere is the same in all of them.
    """
    return _versions(address, translation.get_language())


@lru_cache(maxsize=4096)
def _versions(address: str, language: str) -> tuple[Version, ...]:
    return tuple(
        Version(code, name, address if code == language else translate_url(address, code))
        for code, name in settings.LANGUAGES
    )


class Language:
    """Middleware that answers in the language of the address, `/de/p/coat/` in German.

    An address that names none is in the shop's own language, whoever asks: so pages can be kept by
    caches, and a link shows everybody the same. Where there is one address for all, the reader's
    cookie and browser say which.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if _is_negotiated(request):
            patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response


def language_of(request: HttpRequest) -> str:
    """The language that a request is to be answered in."""
    if _is_negotiated(request):
        return translation.get_language_from_request(request)
    return translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE


def _is_negotiated(request: HttpRequest) -> bool:
    return request.path_info.startswith(NEGOTIATED)

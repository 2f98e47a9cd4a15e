"""One request for what lies at an address: guarded, bounded, conditional where it was seen before.

Proxies that the environment names are passed over: they would look names up themselves.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from http.client import HTTPException
from threading import Timer
from urllib.parse import quote, urljoin

from django.conf import settings
from django.utils.translation import gettext as _
from urllib3 import BaseHTTPResponse, Retry
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import DecodeError, HTTPError, InvalidHeader

from shop.fetching.guard import Place, Refused, place_of

# For all of it, whatever drips in; and for any word of the other side.
LONGEST_S, PATIENCE_S = 60.0, 10.0
MOST_REDIRECTS = 5
_PIECE = 64 * 1024
_LEADING_ON = frozenset((301, 302, 303, 307, 308))
# What may be otherwise in a while.
_PASSING = frozenset((408, 425, 429, 500, 502, 503, 504))


class Later(Exception):
    """What could not be fetched now and may be in a while: in so many `seconds`, if that was said.

    Its text is one sentence for a person.
    """

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


@dataclass(frozen=True)
class Validators:
    """By what a server tells whether something has changed (RFC 9110, 8.8)."""

    etag: str = ""
    modified: str = ""

    def headers(self) -> dict[str, str]:
        told = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True)
class Fetched:
    """What lies at an address, and how to ask whether it has changed."""

    content: bytes
    validators: Validators


def fetch(
    address: str,
    *,
    most_bytes: int,
    known: Validators | None = None,
    seconds: float = LONGEST_S,
) -> Fetched | None:
    """What lies at an address; None where it is as it was when `known` was told.

    After so many seconds it is cut off. Wherever it leads on to is checked anew.
    Raises Refused, or Later.
    """
    until = time.monotonic() + seconds
    for _hop in range(MOST_REDIRECTS + 1):
        place = _place(address)
        with _answer(place, known or Validators(), until) as answer:
            if answer.status not in _LEADING_ON:
                return _taken(answer, most_bytes, known)
            address = _next(place, answer)
    raise Refused(_("It leads on more than %(most)d times.") % {"most": MOST_REDIRECTS})


def _place(address: str) -> Place:
    try:
        return place_of(address)
    except socket.gaierror as unknown:
        raise Later(_("Its host is not known.")) from unknown


@contextmanager
def _answer(place: Place, known: Validators, until: float) -> Iterator[BaseHTTPResponse]:
    """What a server says, until the time is over. Raises Refused, or Later."""
    try:
        with _connected(place, until) as connection:
            connection.request(
                "GET",
                place.url.request_uri,
                headers={"User-Agent": user_agent(), "Accept": "*/*", **known.headers()},
                preload_content=False,
            )
            with closing(connection.getresponse()) as answer:
                yield answer
        if time.monotonic() >= until:
            # What was cut may look as if it had come to its end.
            raise Later(_("It takes too long."))
    except ssl.SSLCertVerificationError as error:
        raise Refused(_("Its certificate cannot be trusted.")) from error
    except DecodeError as error:
        raise Refused(_("It is packed in a way that cannot be read.")) from error
    except (OSError, HTTPError, HTTPException) as error:
        if time.monotonic() >= until:
            raise Later(_("It takes too long.")) from error
        raise Later(_("Its server does not answer as it should.")) from error


@contextmanager
def _connected(place: Place, until: float) -> Iterator[HTTPConnection]:
    """A connection to where a place was found to be, which ends when the time is over."""
    opened = _opened(place.ips, place.port)
    # A timeout of the socket's own begins anew with every byte; and once it is wrapped for TLS the
    # first one is no more than an empty shell.
    with opened.dup() as lifeline:
        end = Timer(max(0.0, until - time.monotonic()), _cut, [lifeline])
        end.daemon = True
        end.start()
        try:
            connection = _connection(place, opened)
            try:
                yield connection
            finally:
                connection.close()
        finally:
            end.cancel()
            end.join()
            opened.close()


def _opened(ips: tuple[str, ...], port: int) -> socket.socket:
    """A connection to the first of these that takes one. Raises OSError."""
    for ip in ips[:-1]:
        with suppress(OSError):
            return socket.create_connection((ip, port), PATIENCE_S)
    return socket.create_connection((ips[-1], port), PATIENCE_S)


def _cut(lifeline: socket.socket) -> None:
    with suppress(OSError):
        lifeline.shutdown(socket.SHUT_RDWR)


class _Plain(HTTPConnection):
    """Talks over what is connected already, and looks up no name."""

    opened: socket.socket

    def _new_conn(self) -> socket.socket:
        return self.opened


class _Secure(HTTPSConnection):
    """The same through TLS, with the name that the address has."""

    opened: socket.socket

    def _new_conn(self) -> socket.socket:
        return self.opened


def _connection(place: Place, opened: socket.socket) -> HTTPConnection:
    connection: _Plain | _Secure
    if place.url.scheme == "https":
        connection = _Secure(place.host, place.port, timeout=PATIENCE_S, ssl_context=_trust())
    else:
        connection = _Plain(place.host, place.port, timeout=PATIENCE_S)
    connection.opened = opened
    return connection


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _next(place: Place, answer: BaseHTTPResponse) -> str:
    """The address that an answer leads on to. Raises Refused."""
    location = answer.headers.get("Location")
    if not location:
        raise Refused(_("It leads on to nowhere."))
    address = urljoin(place.url.url, location)
    if place.url.scheme == "https" and not address.lower().startswith("https:"):
        raise Refused(_("It leads on to an address without https://."))
    return address


def _taken(answer: BaseHTTPResponse, most_bytes: int, known: Validators | None) -> Fetched | None:
    """What an answer holds. Raises Refused, or Later."""
    if answer.status == HTTPStatus.NOT_MODIFIED and known:
        return None
    if answer.status in _PASSING:
        raise Later(_answered(answer), _rest_of(answer.headers.get("Retry-After")))
    if answer.status != HTTPStatus.OK:
        raise Refused(_answered(answer))
    told = answer.headers.get
    return Fetched(
        _content(answer, most_bytes), Validators(told("ETag", ""), told("Last-Modified", ""))
    )


def _answered(answer: BaseHTTPResponse) -> str:
    return _("Its server answers %(status)d.") % {"status": answer.status}


def _content(answer: BaseHTTPResponse, most_bytes: int) -> bytes:
    content = bytearray()
    for piece in answer.stream(_PIECE):
        content += piece
        if len(content) > most_bytes:
            most = most_bytes // 1024**2
            raise Refused(_("It is larger than %(most)d MB.") % {"most": most})
    return bytes(content)


def _rest_of(header: str | None) -> float | None:
    """For how many seconds a server wants to be left alone, if it says so; six hours at most."""
    if not header:
        return None
    try:
        return Retry().parse_retry_after(header)
    except InvalidHeader:
        return None


def user_agent() -> str:
    """Who asks, so that whoever is asked can tell and object."""
    name = quote(settings.SHOP_NAME, safe=" ")
    return f"Vitrine ({'; '.join(filter(None, (name, settings.ORIGIN)))})"

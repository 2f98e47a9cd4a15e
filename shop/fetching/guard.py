"""Which addresses may be fetched: those of the open internet.

A server that opens whatever address somebody names could be made to open what only it can reach.
So a name is looked up once, every address that it has must be one that everybody can reach, and
whoever connects connects to those and looks nothing up again.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Network

from django.conf import settings
from django.utils.translation import gettext as _
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

PORTS = {"http": 80, "https": 443}
LONGEST = 2_000
# Addresses of IPv4 as a network that has only IPv6 writes them (RFC 6052).
_TRANSLATED = IPv6Network("64:ff9b::/96")
# Given up for fc00::/7, and still routed within some networks (RFC 3879).
_OF_A_SITE = IPv6Network("fec0::/10")


class Refused(Exception):
    """An address that is not fetched, now or later. Its text is one sentence for a person."""


@dataclass(frozen=True)
class Place:
    """What an address names, and the checked addresses of the network where it is asked for."""

    url: Url
    host: str
    port: int
    ips: tuple[str, ...]


def place_of(address: str) -> Place:
    """Where an address leads. Raises Refused, and socket.gaierror where nobody knows its host."""
    url = _parsed(address)
    host = (url.host or "").strip("[]")
    port = url.port or PORTS[url.scheme or ""]
    is_allowed = origin_of(address) in map(origin_of, settings.FETCH_ALLOWED)
    if port != PORTS[url.scheme or ""] and not is_allowed:
        raise Refused(_("It names the port %(port)d.") % {"port": port})
    ips = _looked_up(host, port)
    if not is_allowed and not all(map(is_open, ips)):
        raise Refused(_("%(host)s is no address of the open internet.") % {"host": host})
    return Place(url, host, port, ips)


def origin_of(address: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address; of what is none something that no address has."""
    try:
        url = parse_url(address)
    except LocationParseError:
        return "", address, 0
    scheme = url.scheme or ""
    return scheme, url.host or "", url.port or PORTS.get(scheme, 0)


def is_open(ip: str) -> bool:
    """Whether an address of the network is one that everybody can reach, and one machine's."""
    address = ipaddress.ip_address(ip)
    if address in _TRANSLATED:
        address = IPv4Address(int(address) & 0xFFFFFFFF)
    # Other ways to write IPv4 in IPv6 are reserved or not global.
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address in _OF_A_SITE
    )


def _parsed(address: str) -> Url:
    if len(address) > LONGEST:
        raise Refused(_("It is longer than %(most)d characters.") % {"most": LONGEST})
    try:
        url = parse_url(address)
    except LocationParseError as error:
        raise Refused(_("It is no address.")) from error
    if url.scheme not in PORTS or not url.host:
        raise Refused(_("Only addresses with http:// or https:// are fetched."))
    if url.auth:
        raise Refused(_("It holds a user or a password."))
    return url


def _looked_up(host: str, port: int) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        # A label that is empty or too long.
        raise Refused(_("It is no address.")) from error
    return tuple(dict.fromkeys(str(each[4][0]) for each in found))

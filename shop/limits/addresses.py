"""Where a request comes from, as far as that can be believed."""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

# One customer of a provider has so much of an IPv6 address, and may choose the rest at will.
IPV6_NETWORK_BITS = 64


def address_of(request: HttpRequest) -> str:
    """The address that a request is counted under: an IPv4 address, or the network of an IPv6 one.

    `VITRINE_PROXIES` servers stand in front of this one, each of which adds whom it heard to
    X-Forwarded-For; what lies further back there may be made up.
    """
    address = request.META.get("REMOTE_ADDR", "")
    heard = request.headers.get("X-Forwarded-For", "")
    if settings.PROXIES and heard:
        hops = heard.split(",")
        address = hops[-min(settings.PROXIES, len(hops))].strip()
    return _network(address)


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(_without_port(address))
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    network = ipaddress.ip_network((found.packed, IPV6_NETWORK_BITS), strict=False)
    return str(network.network_address)


def _without_port(address: str) -> str:
    """Some proxies write `192.0.2.1:4711` or `[2001:db8::1]:4711`."""
    with suppress(ValueError):
        if address.startswith("[") or address.count(":") == 1:
            return urlsplit(f"//{address}").hostname or address
    return address

"""Web origins (RFC 6454), as browsers send them of the pages that ask."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

USUAL_PORTS = {"http": 80, "https": 443}


def origin_of_page(address: str) -> str:
    """The origin of a page's address, in the browsers' spelling: `https://xn--caf-dma.example`.

    Raises ValidationError where it has none.
    """
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port
    except ValueError:
        host, port = "", None
    if not host or parts.scheme not in USUAL_PORTS:
        raise ValidationError(
            _("%(address)s is no address of a site, such as https://shop.example."),
            params={"address": address},
        )
    shown = f"[{host}]" if ":" in host else host
    is_usual = port in (None, USUAL_PORTS[parts.scheme])
    return f"{parts.scheme}://{shown}" + ("" if is_usual else f":{port}")


def origins_in(text: str) -> list[str]:
    """Those of the addresses in a text, one a line, each once. Raises ValidationError."""
    lines = filter(None, map(str.strip, text.splitlines()))
    return list(dict.fromkeys(map(origin_of_page, lines)))

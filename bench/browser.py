"""What a browser does, without one: keeps its connection and its cookies, sends forms."""

from __future__ import annotations

import http.client
import re
from http.cookies import SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

TIMEOUT_SECONDS = 60


class Page(NamedTuple):
    status: int
    text: str
    location: str | None


class Browser:
    """Talks to one server at ``host:port``. Raises OSError when it cannot be reached.

    ``like`` is another window of the same visitor, whose cookies this one has.
    """

    def __init__(self, address: str, *, like: Browser | None = None) -> None:
        self._connection = http.client.HTTPConnection(address, timeout=TIMEOUT_SECONDS)
        self._cookies: dict[str, str] = dict(like._cookies) if like else {}

    def get(self, path: str) -> Page:
        return self._request("GET", path)

    def compressed_bytes(self, path: str) -> int:
        """How many bytes the body of a page has on its way to a browser that reads gzip."""
        self._connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        return len(self._connection.getresponse().read())

    def post(self, path: str, fields: dict[str, Any]) -> Page:
        """Send a form, with files, and do not follow the redirect."""
        body = encode_multipart(BOUNDARY, fields | {"csrfmiddlewaretoken": self._token()})
        return self._request("POST", path, body, {"Content-Type": MULTIPART_CONTENT})

    def log_in(self, name: str, password: str) -> None:
        """Log in to the admin. Raises PermissionError when it refuses."""
        self.get("/admin/login/")
        page = self.post("/admin/login/", {"username": name, "password": password, "next": "/"})
        if page.status != http.HTTPStatus.FOUND:
            raise PermissionError(f"The admin refused {name}: {page.status}")

    def _request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Page:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        sent = (headers or {}) | ({"Cookie": cookies} if cookies else {})
        self._connection.request(method, path, body, sent)
        response = self._connection.getresponse()
        text = response.read().decode()
        for header in response.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(header).items():
                self._cookies[name] = morsel.value
        location = response.headers.get("Location")
        return Page(response.status, text, urlsplit(location).path if location else None)

    def _token(self) -> str:
        return self._cookies.get("csrftoken", "")


def links(text: str, pattern: str) -> list[str]:
    """The distinct addresses in a page that match, in order."""
    return list(dict.fromkeys(re.findall(rf'href="({pattern})"', text)))

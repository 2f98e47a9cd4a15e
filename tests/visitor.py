"""Somebody who visits the shop over HTTP, without a browser: forms, cookies, any bytes at all."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from html import unescape
from http.client import HTTPException
from http.cookiejar import CookieJar
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

# A page that takes longer has left its visitor waiting.
PATIENCE_S = 30.0


class File(NamedTuple):
    """A file for a form's `field`; `name` is sent as it is."""

    field: str
    name: str
    content: bytes


class Answer(NamedTuple):
    """`text` is the body without entities, `address` where redirects led."""

    status: int
    text: str
    address: str


class Visitor:
    """Keeps cookies. Every answer is returned, whatever its status.

    Raises OSError where none comes, or one that breaks off: its server is away, or died meanwhile.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> Answer:
        return self._open(Request(self._address + path))  # noqa: S310

    def post(
        self, path: str, fields: Mapping[str, object] | None = None, files: Iterable[File] = ()
    ) -> Answer:
        mark = uuid.uuid4().hex
        body = _multipart(fields or {}, files, mark)
        headers = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        return self._open(Request(self._address + path, body, headers))  # noqa: S310

    def submit(self, path: str, fields: Mapping[str, object], files: Iterable[File] = ()) -> Answer:
        """Posts a form of the admin, with the token that its page holds."""
        found = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', self.get(path).text)
        assert found, f"no form at {path}"
        return self.post(path, {**fields, "csrfmiddlewaretoken": found[1]}, files)

    def _open(self, request: Request) -> Answer:
        try:
            response = self._opener.open(request, timeout=PATIENCE_S)
        except HTTPError as error:
            response = error
        except HTTPException as broken:
            raise ConnectionError("the answer broke off in its head") from broken
        with response:
            try:
                text = unescape(response.read().decode(errors="replace"))
            except HTTPException as broken:
                raise ConnectionError("the answer broke off") from broken
            return Answer(response.status, text, response.url.removeprefix(self._address))


def _multipart(fields: Mapping[str, object], files: Iterable[File], mark: str) -> bytes:
    parts = [(f'name="{name}"', str(value).encode()) for name, value in fields.items()]
    for file in files:
        # As browsers write it.
        name = file.name.replace('"', "%22")
        parts.append((f'name="{file.field}"; filename="{name}"', file.content))
    body = b""
    for head, content in parts:
        body += f"--{mark}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode()
        body += content + b"\r\n"
    return body + f"--{mark}--\r\n".encode()


# What a merchant does


def log_in(visitor: Visitor, name: str, password: str) -> Visitor:
    """The visitor, logged in to the admin."""
    login = {"username": name, "password": password}
    assert visitor.submit("/admin/login/?next=/admin/", login).address == "/admin/"
    return visitor


def add_product(
    merchant: Visitor, sku: str, category: object, files: Iterable[tuple[str, bytes]]
) -> Answer:
    """Sends the admin's form of a new product with these photographs (name, content)."""
    fields = {"name": sku, "sku": sku, "price": "20", "category": category}
    fields |= {"gender": "women", "position": 0, "status": "published", "_continue": "1"}
    for formset in ("photographs", "variants", "attributes"):
        fields |= {f"{formset}-TOTAL_FORMS": 0, f"{formset}-INITIAL_FORMS": 0}
    photographs = [File("new_photographs", name, content) for name, content in files]
    return merchant.submit("/admin/catalog/product/add/", fields, photographs)

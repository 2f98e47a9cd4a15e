"""The shop, whose pages say which process rendered them, and whose answers which one gave them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpResponse

from shop.catalog import views
from shop.config.wsgi import application as shop


def _telling(render: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def rendered(*args: Any, **kwargs: Any) -> HttpResponse:
        response = render(*args, **kwargs)
        response.content += f"<!-- rendered by {os.getpid()} -->".encode()
        return response

    return rendered


views.render = _telling(views.render)  # type: ignore[attr-defined]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        return start_response(status, [*headers, ("X-Process", str(os.getpid()))], *rest)

    return shop(environ, start)

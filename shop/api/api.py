"""The HTTP API: its operations put together, and the page that describes them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Swagger
from ninja.openapi.schema import OpenAPISchema

from shop.api import baskets, orders, problems, products, rates
from shop.web.content_security import SHOP_POLICY, header

DESCRIPTION = """\
The catalogue and what looks alike are open to everybody. A basket and orders need a token, sent as
`Authorization: Bearer vitrine_...`. Amounts are whole cents beside their currency. Refusals are
problem details (RFC 9457).
"""
# Swagger's stylesheet holds its icons.
DOCS_POLICY = SHOP_POLICY | {"img-src": "'self' data:"}


class DocsPage(Swagger):
    template = "api/docs.html"


class ShopAPI(NinjaAPI):
    """Says of refusals that they are problem details, which its base has no word for."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**kwargs)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    if status >= 400 and "content" in response:
                        content = response["content"].pop(self.renderer.media_type)
                        response["content"][problems.CONTENT_TYPE] = content
        return schema


def _with_icons(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        response = view(request, **kwargs)
        response["Content-Security-Policy"] = header(DOCS_POLICY)
        return response

    return answer


api = ShopAPI(
    title="Vitrine",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    # A link inside the button that opens an operation could not be told from it.
    docs=DocsPage(settings={"defaultModelsExpandDepth": -1, "deepLinking": False}),
    docs_decorator=_with_icons,
    throttle=[rates.EVERYTHING],
)
problems.handle(api)
api.add_router("", products.router, tags=["catalogue"])
api.add_router("", baskets.router, tags=["basket"])
api.add_router("", orders.router, tags=["orders"])

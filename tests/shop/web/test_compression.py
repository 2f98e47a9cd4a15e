import gzip
from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.views.decorators.cache import cache_control, never_cache

from shop.web.compression import CompressPages

PAGE = "<p>Rust shirt</p>" * 100


def page(request: HttpRequest) -> HttpResponseBase:
    return HttpResponse(PAGE, headers={"ETag": '"one"'})


def answer(
    view: Callable[[HttpRequest], HttpResponseBase], accepts: str = "br, gzip"
) -> HttpResponseBase:
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepts})
    return CompressPages(view)(request)


def test_a_page_is_compressed() -> None:
    response = answer(page)
    assert response["Content-Encoding"] == "gzip"
    assert response["Vary"] == "Accept-Encoding"
    assert response["Content-Length"] == str(len(response.content))
    # Its bytes are no longer those that the tag named.
    assert response["ETag"] == 'W/"one"'
    assert gzip.decompress(response.content).decode() == PAGE


def test_sizes_differ_by_chance() -> None:
    assert len({len(answer(page).content) for _ in range(50)}) > 1


def test_caches_keep_it_apart_for_who_cannot_read_it() -> None:
    response = answer(page, accepts="identity")
    assert response["Vary"] == "Accept-Encoding"
    assert response.content.decode() == PAGE


@pytest.mark.parametrize(
    "view",
    [
        never_cache(page),
        cache_control(private=True)(page),
        lambda request: HttpResponse(PAGE, content_type="image/webp"),
        lambda request: StreamingHttpResponse([PAGE.encode()]),
    ],
    ids=["nobody may keep it", "one person's own", "a photograph", "streamed"],
)
def test_it_is_sent_as_it_is(view: Callable[[HttpRequest], HttpResponseBase]) -> None:
    response = answer(view)
    assert "Content-Encoding" not in response
    assert b"".join(response).decode() == PAGE


@pytest.mark.django_db(databases=["default", "catalog"])
def test_the_shop_does_so(client: Client) -> None:
    accepts = {"Accept-Encoding": "gzip"}
    assert client.get("/offline/", headers=accepts)["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/basket/", headers=accepts)

"""The script at its address."""

from __future__ import annotations

import gzip

from django.test import Client

from shop.widget.views import SCRIPT

ADDRESS = "/widget/v1.js"


def test_it_is_kept_and_asked_for_anew(client: Client) -> None:
    response = client.get(ADDRESS)
    assert response.content == SCRIPT.read_bytes()
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=86400, stale-while-revalidate=604800"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    again = client.get(ADDRESS, headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_it_is_sent_compressed(client: Client) -> None:
    response = client.get(ADDRESS, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(response.content) == SCRIPT.read_bytes()
    assert len(response.content) <= 12_000
    assert response["ETag"].startswith("W/")
    again = {"Accept-Encoding": "gzip", "If-None-Match": response["ETag"]}
    assert client.get(ADDRESS, headers=again).status_code == 304

"""The product page and the panel of similar products."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from shop.catalog.alike import Alike
from shop.catalog.models import Category, Product
from tests.shop.catalog.shelves import make_product


def test_a_product_page_shows_its_facts(client: Client, products: list[Product]) -> None:
    html = client.get("/p/piece-2/").content.decode()
    for fact in ("Piece 2", "€30.00", "Soft &lt;and&gt; warm.", "Sage", "Jacket", "SKU-coats-2"):
        assert fact in html


def test_sizes_are_radio_buttons_and_a_sold_out_one_cannot_be_chosen(
    client: Client, products: list[Product]
) -> None:
    html = client.get("/p/piece-2/").content.decode()
    assert '<input type="radio" name="sku" value="SKU-COATS-2-M" required>' in html
    assert '<input type="radio" name="sku" value="SKU-COATS-2-L" required disabled>' in html
    assert "sold out" in html


def test_every_photograph_has_its_size_and_formats(client: Client, products: list[Product]) -> None:
    html = client.get("/p/piece-2/").content.decode()
    images = re.findall(r"<img [^>]+>", html)
    sized = [image for image in images if 'width="40" height="50"' in image]
    assert len(sized) == len(images) - 1, "only the empty frame of the enlarged view has no size"
    assert html.count('type="image/avif"') == html.count('type="image/webp"') == len(sized)


def test_search_engines_can_read_the_product(client: Client, products: list[Product]) -> None:
    html = client.get("/p/piece-2/").content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert found
    assert "<and>" not in found[1]
    data = json.loads(found[1])
    assert data["description"] == "Soft <and> warm."
    assert data["offers"]["price"] == "30.00"
    assert data["offers"]["availability"].endswith("InStock")
    assert '<link rel="canonical" href="http://testserver/p/piece-2/">' in html


def alike_in(html: str) -> list[str]:
    _, _, panel = html.partition("Looks alike")
    return re.findall(r'class="card__name">([^<]+)', panel)


def test_the_panel_has_as_many_as_the_setting_says(
    client: Client, products: list[Product], settings: Any
) -> None:
    assert settings.SIMILAR_K == 5
    assert alike_in(client.get("/p/piece-5/").content.decode()) == [f"Piece {n}" for n in range(5)]
    settings.SIMILAR_K = 2
    assert len(alike_in(client.get("/p/piece-5/").content.decode())) == 2


def test_the_wide_panel_is_a_page_or_a_fragment(client: Client, products: list[Product]) -> None:
    page = client.get("/p/piece-0/similar/")
    fragment = client.get("/p/piece-0/similar/", headers={"HX-Request": "true"})
    assert page.content.decode().count("<h1") == 1
    assert fragment.content.decode().strip().startswith("<li")
    for response in (page, fragment):
        assert "HX-Request" in response["Vary"]
        assert len(re.findall(r'class="card__name">', response.content.decode())) == 5


@pytest.mark.parametrize(
    ("similarity", "word"),
    [
        (1.0, "Very close"),
        (0.9, "Very close"),
        (0.8, "Close"),
        (0.5, "Same mood"),
        (-1, "Same mood"),
    ],
)
def test_similarity_is_said_in_words(similarity: float, word: str) -> None:
    assert Alike(Product(), similarity).closeness == word


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_without_the_recommender_a_quiet_note_stands_in_the_panel(
    client: Client, products: list[Product], search_away: None, headers: dict[str, str]
) -> None:
    for address in ("/p/piece-0/", "/p/piece-0/similar/"):
        response = client.get(address, headers=headers)
        assert response.status_code == 200
        assert "resting at the moment" in response.content.decode()
    assert client.get("/").status_code == 200


def test_a_product_without_photographs_or_sizes_has_a_page(
    client: Client, coats: Category, alike_by_order: None
) -> None:
    make_product(coats, 0, photographs=[], variants=[], colour="", kind="")
    for address in ("/", "/c/coats/", "/p/piece-0/", "/p/piece-0/similar/"):
        assert client.get(address).status_code == 200


def test_a_product_page_needs_few_queries(
    client: Client, products: list[Product], mongo_queries: Callable[[], Any]
) -> None:
    # The recommender of this test asks one of its own.
    with mongo_queries() as first:
        client.get("/p/piece-0/")
    assert len(first) <= 4
    with mongo_queries() as again:
        client.get("/p/piece-0/")
    assert len(again) == 2

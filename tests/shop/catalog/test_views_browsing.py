"""Front page, category pages and the search by words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from shop.catalog import browsing
from shop.catalog.models import Category, Product, Status
from tests.shop.catalog.shelves import make_product


def names(client: Client, address: str) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200
    return re.findall(r'class="card__name">([^<]+)', response.content.decode())


def test_the_front_page_leads_to_categories_products_and_the_photo_search(
    client: Client, products: list[Product]
) -> None:
    html = client.get("/").content.decode()
    for address in ("/c/coats/", "/p/piece-5/", "/photo/"):
        assert f'href="{address}"' in html


def test_an_empty_shop_is_a_page_too(client: Client, db: None, no_memory: None) -> None:
    assert "first products are on their way" in client.get("/").content.decode()


def test_a_category_shows_its_products_in_their_order(
    client: Client, products: list[Product]
) -> None:
    assert names(client, "/c/coats/") == [f"Piece {number}" for number in range(6)]


FOUND = {
    "sort=price": [0, 1, 2, 3, 4, 5],
    "sort=-price": [5, 4, 3, 2, 1, 0],
    "sort=newest": [5, 4, 3, 2, 1, 0],
    "kind=Parka": [0, 3],
    "kind=Parka&kind=Jacket": [0, 1, 2, 3, 4, 5],
    "colour=Navy&gender=women": [3],
    "price_min=20&price_max=40": [1, 2, 3],
    "price_min=20,5": [2, 3, 4, 5],
    "colour=Unheard+of": [],
}


def test_sorting_and_filters(client: Client, products: list[Product]) -> None:
    for query, numbers in FOUND.items():
        expected = [f"Piece {number}" for number in numbers]
        assert names(client, f"/c/coats/?{query}") == expected, query


NONSENSE = [
    "page=abc",
    "page=-1",
    "page=99999999999999999999",
    "sort=drop",
    "price_min=-1",
    "price_max=1e999",
    "price_max=1e1",
    "price_max=1.300",
    "price_min=nan",
    "price_max=9999999999999999999999",
    "kind=",
    "kind=%00",
    "page=%00&sort=%00&price_min=%00",
    "kind[$ne]=x",
    "category=",
    "utm_source=letter",
]


def test_what_makes_no_sense_is_left_out(client: Client, products: list[Product]) -> None:
    for query in NONSENSE:
        assert len(names(client, f"/c/coats/?{query}")) == 6, query


def test_pages_are_linked_and_bounded(
    client: Client, products: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shop.catalog.views.PER_PAGE", 4)
    first = client.get("/c/coats/?sort=name").content.decode()
    assert 'href="?sort=name&amp;page=2"' in first
    assert names(client, "/c/coats/?page=2") == ["Piece 4", "Piece 5"]
    assert names(client, "/c/coats/?page=77") == ["Piece 4", "Piece 5"]


def test_a_filter_in_force_can_be_taken_off(client: Client, products: list[Product]) -> None:
    html = client.get("/c/coats/?colour=Navy&kind=Parka&price_max=90").content.decode()
    assert 'href="?kind=Parka&amp;price_max=90"' in html
    assert 'href="?"' in html
    assert "Up to 90" in html


def test_words_are_found_in_names_kinds_colours_and_categories(
    client: Client, products: list[Product]
) -> None:
    found = {"piece": 6, "PARKA": 2, "navy parka": 2, "coats rust": 2, "parka linen": 0, "": 6}
    assert {words: len(names(client, f"/search/?q={words}")) for words in found} == found


def test_what_was_found_can_be_narrowed_to_a_category(
    client: Client, coats: Category, products: list[Product]
) -> None:
    bags = Category.objects.create(name="Bags", slug="bags", position=1)
    make_product(bags, 7, kind="Tote", colours=["Navy"])
    html = client.get("/search/?q=navy").content.decode()
    assert re.search('name="category" value="bags">Bags<span class="soft">1<', html)
    assert 'name="kind" value="Parka"' in html
    narrowed = "/search/?q=navy&category=bags"
    assert names(client, narrowed) == ["Piece 7"]
    html = client.get(narrowed).content.decode()
    assert "Parka" not in html, "kinds are those of the chosen category"
    assert 'value="coats">Coats<span class="soft">2<' in html
    assert 'name="category"' not in client.get("/c/bags/").content.decode()


def test_cards_show_the_colours_of_their_style(
    client: Client, coats: Category, mongo_queries: Callable[[], Any]
) -> None:
    for number in range(5):
        status = Status.DRAFT if number == 4 else Status.PUBLISHED
        make_product(coats, number, style="Lido", colours=[f"C{number % 3}"], status=status)
    make_product(coats, 5)
    assert client.get("/c/coats/").content.decode().count("3 colours<") == 4
    with mongo_queries() as queries:
        client.get("/c/coats/")
    assert len(queries) == 1


def test_hostile_words_find_nothing(client: Client, products: list[Product]) -> None:
    for words in ("$where", "a.*(b", "\\", ".", "é" * 500, "<script>"):
        response = client.get("/search/", {"q": words})
        assert response.status_code == 200
        assert "We have nothing by that name" in response.content.decode(), words
        assert "<script>" not in response.content.decode()


def test_a_category_page_needs_few_queries(
    client: Client, coats: Category, products: list[Product], mongo_queries: Callable[[], Any]
) -> None:
    client.get("/c/coats/")
    with mongo_queries() as few:
        client.get("/c/coats/")
    for number in range(6, 16):
        make_product(coats, number)
    with mongo_queries() as many:
        client.get("/c/coats/")
    assert len(many) == len(few) == 1


def test_only_a_listing_of_several_pages_is_counted(
    client: Client,
    products: list[Product],
    mongo_queries: Callable[[], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counts = {}
    for most in (5, 6):
        monkeypatch.setattr("shop.catalog.views.PER_PAGE", most)
        client.get("/c/coats/")
        with mongo_queries() as asked:
            html = client.get("/c/coats/").content.decode()
        assert "6 pieces" in html
        counts[most] = len(asked), html.count('class="card"'), "page=2" in html
    assert counts == {5: (2, 5, True), 6: (1, 6, False)}


def test_a_query_string_survives_the_way_there_and_back() -> None:
    from django.http import QueryDict

    query = (
        "q=coat&sort=-price&category=coats&kind=Parka&kind=Anorak&gender=men&price_min=9.50&page=3"
    )
    choices = browsing.Choices.from_query(QueryDict(query))
    assert choices.query(3) == query

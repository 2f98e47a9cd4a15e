"""Front page, category pages and the search by words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shop.catalog import browsing
from shop.catalog.models import Category, Product, Status
from shop.catalog.parts import Text, Variant
from tests.shop.catalog.shelves import make_product


def names(client: Client, address: str) -> list[str]:
    """What is listed, and not what is shown where nothing is."""
    response = client.get(address, follow=True)
    assert response.status_code == 200
    listed = response.content.decode().partition('id="near"')[0]
    return re.findall(r'class="card__name">([^<]+)', listed)


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
    "price_min=40&price_max=20": [1, 2, 3],
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


@pytest.mark.slow
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
    assert "Up to €90.00" in html


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("/c/coats/?price_min=&price_max=&sort=featured", "/c/coats/"),
        ("/c/coats/?colour=&colour=Navy&sort=", "/c/coats/?colour=Navy"),
        ("/c/coats/?sort=-price&price_min=&of=mail", "/c/coats/?sort=-price&of=mail"),
        ("/search/?q=parka&sort=relevance&price_max=90", "/search/?q=parka&price_max=90"),
        ("/de/search/?q=parka&sort=relevance&page=2", "/de/search/?q=parka&page=2"),
        ("/p/piece-0/similar/?price_min=&kind=Parka", "/p/piece-0/similar/?kind=Parka"),
    ],
)
def test_what_a_form_writes_without_need_is_left_out_of_the_address(
    client: Client, products: list[Product], address: str, plain: str
) -> None:
    assert client.get(address)["Location"] == plain
    assert client.get(plain).status_code == 200


def test_a_listing_that_filters_empty_shows_what_is_there_without_them(
    client: Client, products: list[Product]
) -> None:
    for address in ("/c/coats/?colour=Gold", "/search/?q=parka&colour=Gold"):
        page = client.get(address)
        assert page.context["products"] == []
        assert "Clear all filters" in page.text
        near = page.text.partition('id="near">Without these filters<')[2]
        shown = re.findall(r'class="card__name">(.*?)<', near)
        assert shown[0] == "Piece 0"
        assert len(shown) == (6 if "/c/" in address else 2)
    assert "Without these filters" not in client.get("/search/?q=zzyzxq&colour=Gold").text


def test_words_are_found_in_names_kinds_colours_and_categories(
    client: Client, products: list[Product]
) -> None:
    found = {"piece": 6, "PARKA": 2, "navy parka": 2, "coats rust": 2, "": 6}
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


def test_words_in_the_address_of_a_category_are_looked_for_there(
    client: Client, products: list[Product]
) -> None:
    answer = client.get("/c/coats/?q=parka&colour=Navy&sort=-price&page=2")
    assert answer["Location"] == "/search/?q=parka&sort=-price&category=coats&colour=Navy"
    within = client.get("/c/coats/?q=parka&category=rain")
    assert within["Location"] == "/search/?q=parka&category=rain"
    assert client.get("/c/coats/?q=+").status_code == 200


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
    assert len(queries) == 0


def test_hostile_words_find_nothing(client: Client, products: list[Product]) -> None:
    for words in ("$where", "a.*(b", "\\", ".", "é" * 500, "<script>"):
        response = client.get("/search/", {"q": words})
        assert response.status_code == 200
        assert "We have nothing by that name" in response.content.decode(), words
        assert "<script>" not in response.content.decode()


def test_a_category_page_asks_by_id_alone_and_only_for_what_it_has_not_shown(
    client: Client, coats: Category, products: list[Product], mongo_queries: Callable[[], Any]
) -> None:
    client.get("/c/coats/")
    with mongo_queries() as known:
        client.get("/c/coats/")
    products[0].name = "Another name"
    products[0].save()
    for number in range(6, 16):
        make_product(coats, number)
    with mongo_queries() as news:
        html = client.get("/c/coats/").content.decode()
    assert html.count('class="card"') == 16
    assert "Another name" in html
    assert (len(known), len(news)) == (0, 1)
    assert '"_id": {"$in"' in news[0]["sql"].replace("'", '"')


def test_prices_are_those_that_count_now(client: Client, coats: Category) -> None:
    make_product(coats, 0, price_cents=5000)
    make_product(coats, 1, price_cents=9000, sale_price_cents=3000)
    hours = timedelta(hours=1)
    over = {"sale_from": timezone.now() - 2 * hours, "sale_until": timezone.now() - hours}
    make_product(coats, 2, price_cents=7000, sale_price_cents=1000, **over)
    assert names(client, "/c/coats/?sort=price") == ["Piece 1", "Piece 0", "Piece 2"]
    assert names(client, "/c/coats/?price_max=40") == ["Piece 1"]
    assert names(client, "/c/coats/?price_min=40&price_max=80") == ["Piece 0", "Piece 2"]
    assert names(client, "/c/coats/?sale=on") == ["Piece 1"]
    html = client.get("/c/coats/").content.decode()
    assert 'placeholder="30"' in html
    assert 'placeholder="70"' in html


def test_prices_in_an_address_are_read_as_the_language_writes_them(
    client: Client, coats: Category
) -> None:
    for number, cents in enumerate((90_000, 100_050, 100_100)):
        make_product(coats, number, price_cents=cents)
    found = {
        "/de/c/coats/?price_max=1.000,50": 2,
        "/de/c/coats/?price_max=1.001": 3,
        "/c/coats/?price_max=1,000.50": 2,
        "/c/coats/?price_max=1,001": 3,
        "/c/coats/?price_max=1.000,50": 2,
    }
    assert {address: len(names(client, address)) for address in found} == found


def test_names_are_ordered_in_the_language_of_the_page(client: Client, coats: Category) -> None:
    for number, (name, german) in enumerate((("Apron", "Zipfel"), ("Zip", "Ärmel"))):
        make_product(coats, number, name=name, texts=[Text(language="de", name=german)])
    assert names(client, "/c/coats/?sort=name") == ["Apron", "Zip"]
    assert names(client, "/de/c/coats/?sort=name") == ["Ärmel", "Zipfel"]


def test_what_is_sold_out_says_so_and_comes_last(client: Client, coats: Category) -> None:
    make_product(coats, 0, variants=[Variant(size="M", available=False)])
    make_product(coats, 1)
    for query in ("", "?sort=price", "?sort=newest"):
        assert names(client, f"/c/coats/{query}") == ["Piece 1", "Piece 0"]
    assert client.get("/c/coats/").content.decode().count(">Sold out</span>") == 1
    assert names(client, "/c/coats/?stock=out") == ["Piece 0"]
    assert names(client, "/c/coats/?stock=in") == ["Piece 1"]


def options(html: str, menu: str) -> dict[str, int]:
    found = re.findall(rf'name="{menu}" value="([^"]+)".*?<span class="soft">(\d+)<', html)
    return {value: int(count) for value, count in found}


def test_a_menu_counts_as_if_its_own_choice_were_open(
    client: Client, products: list[Product]
) -> None:
    html = client.get("/c/coats/?gender=women&kind=Parka").content.decode()
    assert "1 piece<" in html
    assert options(html, "gender") == {"men": 1, "women": 1}
    assert options(html, "kind") == {"Jacket": 2, "Parka": 1}
    assert options(html, "colour") == {}, "one colour narrows nothing"


def test_colours_are_offered_by_their_families(client: Client, coats: Category) -> None:
    for number, colours in enumerate((["Navy", "Sky"], ["Denim"], ["Rust"], ["Unheard of"])):
        make_product(coats, number, colours=colours)
    html = client.get("/c/coats/").content.decode()
    assert options(html, "colour") == {"blue": 2, "Unheard of": 1, "brown": 1, "orange": 1}
    assert names(client, "/c/coats/?colour=blue") == ["Piece 0", "Piece 1"]
    assert names(client, "/c/coats/?colour=Navy") == ["Piece 0"]
    chosen = client.get("/c/coats/?colour=Navy").content.decode()
    assert options(chosen, "colour")["Navy"] == 0 or "Navy" in chosen


def test_sizes_are_offered_from_small_to_large(client: Client, coats: Category) -> None:
    sizes = ("10", "XL", "9.5", "S", "One size", "M")
    for number, size in enumerate(sizes):
        make_product(coats, number, variants=[Variant(size=size)])
    html = client.get("/c/coats/").content.decode()
    assert list(options(html, "size")) == ["S", "M", "XL", "9.5", "10", "One size"]


def test_what_choosing_shows_is_what_its_menu_says(client: Client, coats: Category) -> None:
    for number in range(8):
        make_product(coats, number, style="Lido" if number < 5 else "", brand=f"B{number % 3}")
    html = client.get("/c/coats/").content.decode()
    for menu in ("kind", "colour", "gender", "size", "brand"):
        for value, count in options(html, menu).items():
            assert len(names(client, f"/c/coats/?{menu}={value}")) == count, (menu, value)


def test_a_query_string_survives_the_way_there_and_back() -> None:
    from django.http import QueryDict

    query = (
        "q=coat&sort=-price&category=coats&kind=Parka&kind=Anorak&gender=men&size=M&season=summer"
        "&brand=Lido&sale=on&stock=in&stock=out&price_min=9.50&page=3"
    )
    choices = browsing.Choices.from_query(QueryDict(query))
    assert choices.query(3) == query

"""The page of what was found by words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from shop.catalog.models import Category, Product
from shop.catalog.parts import Variant
from shop.catalog.signals import searched_in_vain
from tests.shop.catalog.shelves import make_product

pytestmark = pytest.mark.django_db


def page(client: Client, query: str, prefix: str = "") -> str:
    answer = client.get(f"{prefix}/search/?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def names(html: str) -> list[str]:
    listing = html.partition('id="near"')[0]
    return re.findall(r'class="card__name">(.*?)<', listing)


@pytest.fixture
def pieces(coats: Category) -> list[Product]:
    return [make_product(coats, number) for number in range(6)]


def test_the_best_match_comes_first_and_other_orders_can_be_chosen(
    client: Client, pieces: list[Product]
) -> None:
    pieces[4].name = "Parka"
    pieces[4].save()
    html = page(client, "q=piece+3")
    assert names(html)[0] == "Piece 3"
    assert re.search(r'value="relevance" checked data-usual>Best match', html)
    assert names(page(client, "q=jacket&sort=-price"))[0] == "Piece 5"
    assert "Best match" not in page(client, "")


def test_what_is_left_out_is_said(client: Client, pieces: list[Product]) -> None:
    html = page(client, "q=parka+zzyzxq")
    assert names(html) == ["Piece 0", "Piece 3"]
    assert re.search("Left out:\\s+“zzyzxq”", html)
    assert "Left out" not in page(client, "q=parka")


def test_a_misspelt_word_is_read_as_another_and_said(client: Client, pieces: list[Product]) -> None:
    html = page(client, "q=jakcet")
    assert len(names(html)) == 4
    assert "Nothing is called “jakcet”. This is what fits “jacket”." in html
    german = page(client, "q=Jakce", "/de")
    assert "Nichts heißt „Jakce“" in german


def test_a_price_in_words_bounds_what_is_listed(client: Client, pieces: list[Product]) -> None:
    assert names(page(client, "q=piece+under+30")) == ["Piece 0", "Piece 1", "Piece 2"]
    assert names(page(client, "q=ab+50+€", "/de")) == ["Piece 4", "Piece 5"]
    html = page(client, "q=parka+under+5")
    assert names(html) == ["Piece 0", "Piece 3"]
    assert "“Up to €5.00”" in html


def test_what_is_reduced_is_asked_for_in_words(
    client: Client, coats: Category, pieces: list[Product]
) -> None:
    assert "“On sale”" in page(client, "q=parka+on+sale")
    make_product(coats, 6, kind="Parka", sale_price_cents=500)
    assert names(page(client, "q=sale")) == ["Piece 6"]
    assert names(page(client, "q=reduzierte+Parkas", "/de")) == ["Piece 6"]
    html = page(client, "q=sale+under+4")
    assert names(html) == ["Piece 6"]
    assert re.search("Understood:\\s+“On sale”", html)
    assert re.search("Left out:\\s+“Up to €4.00”", html)
    html = page(client, "q=sale+size+99")
    assert re.search("Understood:\\s+“On sale”", html)
    assert re.search("Left out:\\s+“Size 99”", html)


def test_a_size_in_words_is_one_that_can_be_had(
    client: Client, coats: Category, pieces: list[Product]
) -> None:
    make_product(coats, 6, variants=[Variant(size="36/38"), Variant(size="40", available=False)])
    make_product(coats, 7, variants=[Variant(size="38"), Variant(size="40")])
    html = page(client, "q=piece+size+38")
    assert names(html) == ["Piece 6", "Piece 7"]
    assert re.search("Understood:\\s+“Size 38”", html)
    german = page(client, "q=Größe+40+oder+XL", "/de")
    assert names(german) == ["Piece 7"]
    assert re.search("Verstanden:\\s+„Größe 40, XL“", german)
    html = page(client, "q=piece+size+l")
    assert len(names(html)) == 8
    assert re.search("Left out:\\s+“Size L”", html)


def test_new_in_words_is_what_came_last(client: Client, pieces: list[Product]) -> None:
    pieces[3].variants = [Variant(size="M", available=False)]
    pieces[3].save()
    html = page(client, "q=new+parka")
    assert names(html) == ["Piece 0", "Piece 3"]
    assert names(page(client, "q=neu", "/de")) == [f"Piece {at}" for at in (5, 4, 2, 1, 0, 3)]
    assert re.search("Understood:\\s+“Newest first”", html)
    pieces[1].name = "New Balance jacket"
    pieces[1].save()
    html = page(client, "q=new+balance")
    assert names(html) == ["New Balance jacket"]
    assert "Understood:" not in html


def test_nothing_found_leads_on(client: Client, pieces: list[Product]) -> None:
    told = []

    def hear(words: str, **kwargs: Any) -> None:
        told.append(words)

    searched_in_vain.connect(hear)
    html = page(client, "q=submarine")
    searched_in_vain.disconnect(hear)
    assert names(html) == []
    assert told == ["submarine"]
    assert "We have nothing by that name." in html
    assert len(re.findall(r'class="card__name">', html.partition('id="near"')[2])) == 2


def test_spaces_alone_are_no_search(client: Client, pieces: list[Product]) -> None:
    html = page(client, "q=+++")
    assert "Everything in the shop" in html
    assert len(names(html)) == 6


def test_what_was_found_can_be_narrowed(client: Client, pieces: list[Product]) -> None:
    html = page(client, "q=piece&kind=Parka")
    assert names(html) == ["Piece 0", "Piece 3"]
    assert 'href="?q=piece"' in html


def test_a_search_asks_mongodb_by_id_alone(
    client: Client, pieces: list[Product], mongo_queries: Callable[[], Any]
) -> None:
    page(client, "q=piece")
    with mongo_queries() as queries:
        assert len(names(page(client, "q=navy"))) == 2
    assert len(queries) == 0

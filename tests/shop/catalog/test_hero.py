"""The search on the front page: a photograph of the shop's, and what it finds."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from recommender import search
from recommender.search import Match
from shop.catalog import views
from shop.catalog.hero import FOUND, Searched, best_search
from shop.catalog.models import Category, Product, Status
from tests.shop.catalog.shelves import make_products

pytestmark = pytest.mark.django_db


def test_front_page_shows_a_photograph_and_what_it_finds(
    client: Client, products: list[Product]
) -> None:
    hero = _hero(client)
    searched, *found = re.findall(r'href="(/p/[\w-]+/)"', hero)
    assert len(found) == FOUND
    assert searched not in found
    assert "Very close" in hero
    assert f'href="{searched}similar/"' in hero


def _hero(client: Client) -> str:
    """The front page's search, as HTML."""
    hero = re.search(r'<ul class="hero__pictures">.*?</figure>', client.get("/").text, re.S)
    assert hero
    return hero[0]


def _addresses(client: Client) -> list[str]:
    return re.findall(r'href="(/p/[\w-]+/)"', _hero(client))


def test_it_is_searched_once_for_many_pages(
    client: Client, products: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    searches: list[int] = []

    def counted(arrivals: list[Product]) -> Searched | None:
        searches.append(1)
        return best_search(arrivals)

    monkeypatch.setattr(views, "best_search", counted)
    for _ in range(3):
        client.get("/")
    assert searches == [1]


def test_what_is_taken_away_is_not_shown_for_the_rest_of_a_minute(
    client: Client, products: list[Product]
) -> None:
    shown = _addresses(client)
    gone = next(one for one in products if one.get_absolute_url() == shown[0])
    gone.status = Status.ARCHIVED
    gone.save()
    now = _addresses(client)
    assert len(now) == len(shown)
    assert gone.get_absolute_url() not in now


def test_the_one_that_finds_what_is_closest_is_shown(
    coats: Category, alike_by_order: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    far, near, bare = make_products(coats, 3)
    bare.photographs = []
    scores = {str(far.pk): 0.2, str(near.pk): 0.9, str(bare.pk): 1.0}

    def similar(item: str, **_: object) -> list[Match]:
        return [Match(str(far.pk), "", scores[item], scores[item])]

    monkeypatch.setattr(search, "similar", similar)
    found = best_search([bare, far, near])
    assert found
    assert found.product == near


def test_photograph_alone_stands_while_nothing_can_be_searched(
    client: Client, coats: Category, search_away: None
) -> None:
    make_products(coats, 2)
    html = client.get("/").text
    assert html.count('class="hero__close"') == 0
    assert "and what it finds" not in html
    assert '<ul class="hero__pictures">' in html


def test_shop_without_photographs_has_no_search_to_show(client: Client, no_memory: None) -> None:
    assert "hero__pictures" not in client.get("/").text

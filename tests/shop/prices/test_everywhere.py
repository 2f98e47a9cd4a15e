"""One struck price, wherever a reduction is shown; listings ask SQL for none of it."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from shop.catalog import remember
from shop.catalog.models import Category, Product
from shop.catalog.parts import Variant
from shop.prices.models import PriceRecord
from tests.shop.catalog.conftest import alike_by_order
from tests.shop.catalog.shelves import make_product

__all__ = ["alike_by_order"]

pytestmark = pytest.mark.django_db

STRUCK = re.compile(r'<s class="price price--usual">([^<]+)</s>')


@pytest.fixture
def coats(db: None, alike_by_order: None) -> Category:
    remember.forget_all()
    return Category.objects.create(name="Coats", slug="coats")


@pytest.fixture
def reduced(coats: Category) -> Product:
    """€45.00 a month ago, raised to €80.00, now €30.00; beside it others at their usual price."""
    variants = [Variant(size="M"), Variant(size="L", price_cents=9000)]
    coat = make_product(coats, 0, price_cents=4500, variants=variants)
    PriceRecord.objects.update(since=PriceRecord.objects.get().since - timedelta(days=29))
    coat.price_cents = 8000
    coat.save()
    coat.sale_price_cents = 3000
    coat.save()
    for number in (1, 2):
        make_product(coats, number)
    return coat


@pytest.mark.parametrize(
    "address",
    ["/c/coats/", "/search/?q=piece", "/p/piece-0/", "/p/piece-1/", "/search/suggestions/?q=pie"],
)
def test_pages_and_panels_strike_it(client: Client, reduced: Product, address: str) -> None:
    html = client.get(address).content.decode()
    assert set(STRUCK.findall(html)) == {"€45.00"}
    assert "€80.00" not in html


def test_the_page_says_what_is_struck_in_both_languages(client: Client, reduced: Product) -> None:
    assert "the lowest price of the 30 days before" in client.get("/p/piece-0/").content.decode()
    html = client.get("/de/p/piece-0/").content.decode()
    assert STRUCK.findall(html)[0] == "45,00\u00a0€"
    assert "der niedrigste Preis der 30 Tage vor der Ermäßigung" in html


def test_the_bag_strikes_it(client: Client, reduced: Product) -> None:
    sku = reduced.offers()[0].sku
    client.post("/basket/add/", {"product": str(reduced.pk), "sku": sku})
    assert STRUCK.findall(client.get("/basket/").content.decode()) == ["€45.00"]


def test_search_engines_and_programs_are_told_it(client: Client, reduced: Product) -> None:
    html = client.get("/p/piece-0/").content.decode()
    data = [json.loads(found) for found in re.findall(r'ld\+json">(.+?)</script>', html)]
    offers: Any = next(found for found in data if found["@type"] == "Product")["offers"]
    struck = {offer["priceSpecification"]["price"] for offer in offers}
    assert {offer["price"] for offer in offers} == {"30.00"}
    assert struck == {"45.00", "90.00"}
    found = client.get(f"/api/v1/products/{reduced.pk}").json()
    assert found["sale"]["former_price"]["cents"] == 4500


def test_sorting_and_the_filters_know_it(client: Client, reduced: Product) -> None:
    def names(address: str) -> list[str]:
        return re.findall(r'card__name">([^<]+)<', client.get(address).content.decode())

    assert names("/c/coats/?sale=on") == ["Piece 0"]
    assert names("/c/coats/?sort=-price") == ["Piece 2", "Piece 0", "Piece 1"]
    assert names("/c/coats/?price_min=29&price_max=35") == ["Piece 0", "Piece 2"]


def test_a_listing_asks_sql_for_no_price(
    client: Client, reduced: Product, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        client.get("/c/coats/")


def test_what_is_not_dearer_than_lately_is_no_sale(client: Client, coats: Category) -> None:
    coat = make_product(coats, 0, price_cents=3000)
    coat.price_cents, coat.sale_price_cents = 8000, 3500
    coat.save()
    html = client.get("/p/piece-0/").content.decode()
    assert "€35.00" in html
    assert STRUCK.findall(html) == []
    assert client.get("/c/coats/?sale=on").context["pieces"] == 0

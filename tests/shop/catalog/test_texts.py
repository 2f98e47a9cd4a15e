"""Names and descriptions in the language of the page, the shop's own where there are none."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils.translation import override

from shop.basket.basket import add
from shop.basket.checking import checked
from shop.basket.models import Basket
from shop.catalog.imports import import_rows
from shop.catalog.models import Category, Product
from shop.catalog.parts import Text
from shop.orders.models import DeliveryMethod
from tests.shop.catalog.catalogues import row
from tests.shop.catalog.shelves import make_product
from tests.shop.catalog.test_admin_products import ADD, filled, page_of, refilled, upload
from tests.shop.orders.shopping import order_of

pytestmark = pytest.mark.django_db

ENGLISH, GERMAN = "Wool coat", "Wollmantel"
ENGLISH_ABOUT, GERMAN_ABOUT = "Keeps you warm.", "Hält dich warm."
SHELF = "Mäntel"


@pytest.fixture
def coat(coats: Category, alike_by_order: None) -> Product:
    """A coat on a shelf, each told in German as well."""
    coats.texts = [Text(language="de", name=SHELF, description="Lang und warm.")]
    coats.save()
    texts = [Text(language="de", name=GERMAN, description=GERMAN_ABOUT)]
    make_product(coats, 1)
    facts = {"name": ENGLISH, "description": ENGLISH_ABOUT, "slug": "coat", "style": "Lido"}
    make_product(coats, 2, name="Other coat", style="Lido")
    return make_product(coats, 0, texts=texts, **facts)


PAGES = ("/", "/c/coats/", "/p/coat/", "/p/coat/similar/", "/search/?q=coat")


@pytest.mark.parametrize("path", PAGES)
def test_pages_say_it_in_their_language(client: Client, coat: Product, path: str) -> None:
    english, german = (client.get(f"{prefix}{path}").text for prefix in ("", "/de"))
    assert ENGLISH in english
    assert "Coats" in english
    assert not {GERMAN, SHELF} & words_of(english)
    assert GERMAN in german
    assert SHELF in german
    assert ENGLISH not in german
    assert "Coats" not in words_of(german)


def words_of(html: str) -> set[str]:
    return set(re.findall(r"\w+", re.sub(r"/c/coats/", "", html)))


def test_what_has_no_german_is_shown_in_the_shops_language(client: Client, coat: Product) -> None:
    assert "Piece 1" in client.get("/de/p/piece-1/").text
    Product.objects.filter(pk=coat.pk).update(texts=[Text(language="de", name=GERMAN)])
    html = client.get("/de/p/coat/").text
    assert GERMAN in html
    assert ENGLISH_ABOUT in html


def test_search_engines_read_the_language_of_the_page(client: Client, coat: Product) -> None:
    html = client.get("/de/p/coat/").text
    data = {found["@type"]: found for found in linked_data(html)}
    assert data["Product"]["name"] == GERMAN
    assert data["Product"]["description"] == GERMAN_ABOUT
    assert data["Product"]["category"] == SHELF
    steps = [step["name"] for step in data["BreadcrumbList"]["itemListElement"]]
    assert steps == ["Start", SHELF, GERMAN]
    assert f'<meta property="og:title" content="{GERMAN}">' in html
    assert f"{GERMAN}, " in re.findall(r'name="description" content="([^"]*)"', html)[0]
    assert GERMAN_ABOUT in re.findall(r'property="og:description" content="([^"]*)"', html)[0]


def linked_data(html: str) -> Iterator[Any]:
    for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S):
        yield json.loads(text)


@pytest.mark.parametrize("word", ["wollmantel", "wool", "MÄNTEL", "coats"])
@pytest.mark.parametrize("prefix", ["", "/de"])
def test_words_of_every_language_find_it(
    client: Client, coat: Product, prefix: str, word: str
) -> None:
    assert "/p/coat/" in client.get(f"{prefix}/search/", {"q": word}).text


def test_api_follows_the_callers_language(client: Client, coat: Product) -> None:
    path = f"/api/v1/products/{coat.pk}"
    english = client.get(path, headers={"Accept-Language": "en"}).json()
    german = client.get(path, headers={"Accept-Language": "de"}).json()
    assert (english["name"], english["description"]) == (ENGLISH, ENGLISH_ABOUT)
    assert (german["name"], german["description"]) == (GERMAN, GERMAN_ABOUT)
    shelves = client.get("/api/v1/categories", headers={"Accept-Language": "de"}).json()
    assert SHELF in json.dumps(shelves, ensure_ascii=False)


def test_bag_is_in_the_language_of_the_page_and_says_nothing_of_it(coat: Product) -> None:
    basket = Basket.objects.create()
    with override("en"):
        assert str(add(basket, coat, coat.offers()[0].sku)) == f"{ENGLISH} (M)"
    with override("de"):
        assert checked(basket).changes == []
        assert [str(line) for line in basket.lines.all()] == [f"{GERMAN} (M)"]
        Product.objects.filter(pk=coat.pk).update(price_cents=900)
    with override("en"):
        assert [ENGLISH in change for change in checked(basket).changes] == [True]


def test_admin_edits_the_shops_own_text_and_the_others(admin_client: Client, coat: Product) -> None:
    page = admin_client.get(page_of(coat), headers={"Accept-Language": "de"}).text
    assert f'value="{ENGLISH}"' in page
    assert f'value="{GERMAN}"' in page
    assert GERMAN_ABOUT in page
    rows = [{"name": name, "order": 1} for name in coat.photo_names()]
    german = {"name_de": "Mantel aus Wolle", "description_de": ""}
    response = admin_client.post(page_of(coat), refilled(coat, *rows, **german))
    assert response.status_code == 302, response.content.decode()
    coat = Product.objects.get(pk=coat.pk)
    assert coat.name == ENGLISH
    assert [(t.language, t.name, t.description) for t in coat.texts] == [
        ("de", "Mantel aus Wolle", "")
    ]
    admin_client.post(page_of(coat), refilled(coat, *rows, name_de=" "))
    assert Product.objects.get(pk=coat.pk).texts == []


def test_admin_takes_texts_with_a_new_product(admin_client: Client, coats: Category) -> None:
    data = filled(coats, name_de=GERMAN, description_de=GERMAN_ABOUT)
    admin_client.post(ADD, {**data, "new_photographs": [upload()]})
    product = Product.objects.get(sku="C-1")
    with override("de"):
        assert (product.title, product.about) == (GERMAN, GERMAN_ABOUT)
    assert product.other_names == [GERMAN]


def test_admin_refuses_a_name_that_is_too_long(admin_client: Client, coats: Category) -> None:
    html = admin_client.post(ADD, filled(coats, name_de="x" * 161)).text
    assert "160" in html
    assert not Product.objects.exists()


def test_admin_takes_texts_of_a_category(admin_client: Client, coats: Category) -> None:
    page = f"/admin/catalog/category/{coats.pk}/change/"
    data = {"name": "Coats", "slug": "coats", "position": "0", "name_de": SHELF}
    assert admin_client.post(page, data).status_code == 302
    coats.refresh_from_db()
    assert coats.names == ["Coats", SHELF]
    assert f'value="{SHELF}"' in admin_client.get(page).text


@override_settings(LANGUAGE_CODE="de", LANGUAGES=[("de", "Deutsch"), ("en", "English")])
def test_admin_asks_for_what_is_not_the_shops_own(admin_client: Client, coats: Category) -> None:
    html = admin_client.get(ADD).text
    assert 'name="name_en"' in html
    assert 'name="name_de"' not in html


@override_settings(LANGUAGE_CODE="de", LANGUAGES=[("de", "Deutsch"), ("en", "English")])
def test_admin_edits_what_pages_show_since_the_shop_changed_its_language(
    admin_client: Client, coat: Product
) -> None:
    html = admin_client.get(page_of(coat)).text
    assert f'value="{GERMAN}"' in html
    rows = [{"name": name, "order": 1} for name in coat.photo_names()]
    admin_client.post(page_of(coat), refilled(coat, *rows, name_de="", name_en=ENGLISH))
    coat = Product.objects.get(pk=coat.pk)
    assert [(text.language, text.name) for text in coat.texts] == [("en", ENGLISH)]
    assert 'name="name_de"' not in admin_client.get(page_of(coat)).text


def test_import_stores_texts_and_leaves_them_alone_where_it_has_none() -> None:
    texts = {"de": ("Leinenhemd", "Kühl.")}
    assert str(import_rows([row(texts=texts)])) == "1 created"
    assert str(import_rows([row(texts=texts)])) == "1 unchanged"
    assert str(import_rows([row(description="Soft.")])) == "1 updated"
    with override("de"):
        assert Product.objects.get().title == "Leinenhemd"
    assert str(import_rows([row(description="Soft.", texts={"de": ("", "")})])) == "1 updated"
    assert Product.objects.get().texts == []


def test_import_refuses_a_text_that_does_not_fit() -> None:
    report = import_rows([row(texts={"de": ("x" * 161, "")})])
    assert "160" in report.bad[0].reason
    assert not Product.objects.exists()


def test_order_keeps_the_name_of_its_language(coat: Product) -> None:
    delivery = DeliveryMethod.objects.create(name="Parcel", price_cents=490)
    with override("de"):
        order = order_of(coat, {coat.offers()[0].sku: 1}, delivery)
    Product.objects.filter(pk=coat.pk).update(texts=[])
    assert (order.language, order.lines.get().name) == ("de", GERMAN)

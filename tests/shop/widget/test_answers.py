"""What pages of other shops are told, from where they may ask, and how often."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pymongo.errors import ServerSelectionTimeoutError
from pytest_django import Settings

from shop.api.models import Token
from shop.catalog.models import Product, ProductQuerySet, Status
from shop.widget.models import WidgetKey
from tests.shop.catalog.conftest import alike_by_order
from tests.shop.catalog.shelves import jpeg
from tests.shop.widget.conftest import ORIGIN

__all__ = ["alike_by_order"]

SIMILAR = "/api/widget/v1/similar"
PHOTO_SEARCH = "/api/widget/v1/photo-search"


def asked(page: Client, key: WidgetKey, product: str, **parameters: object) -> Any:
    query = {"key": key.public, "product": product, **parameters}
    return page.get(SIMILAR, query)


def photo(page: Client, key: WidgetKey) -> Any:
    picture = SimpleUploadedFile("photo", jpeg("maroon"))
    return page.post(f"{PHOTO_SEARCH}?key={key.public}&most=2", {"picture": picture})


def allowed(response: Any) -> str | None:
    return response.get("Access-Control-Allow-Origin")


def test_a_card_says_what_is_shown_and_no_more(
    page: Client, key: WidgetKey, products: list[Product], alike_by_order: None
) -> None:
    response = asked(page, key, products[0].sku, most=2)
    card, other = response.json()
    assert other["name"] == "Piece 2"
    picture = card.pop("picture")
    assert card == {
        "id": str(products[1].pk),
        "sku": "SKU-coats-1",
        "slug": "piece-1",
        "style": "",
        "name": "Piece 1",
        "available": True,
        "price": {"cents": 2000, "currency": "EUR"},
        "former_price": None,
        "differs": False,
        "url": "http://testserver/p/piece-1/",
        "score": card["score"],
        "twin": False,
    }
    stem = products[1].photographs[0].stem
    assert picture == {
        "src": f"http://testserver/pictures/160/{stem}.jpg",
        "avif": f"http://testserver/pictures/160/{stem}.avif 40w",
        "width": 40,
        "height": 50,
        "alt": "",
        "tint": products[1].photographs[0].tint,
    }
    assert response["Cache-Control"] == "max-age=60"


@pytest.mark.parametrize("name", ["", "nothing", "\0", "f" * 24])
def test_what_names_no_product_is_refused_where_the_page_reads_it(
    page: Client, key: WidgetKey, products: list[Product], name: str
) -> None:
    response = asked(page, key, name)
    assert response.status_code == (422 if name == "\0" else 404)
    assert allowed(response) == ORIGIN


def test_a_draft_is_not_shown(page: Client, key: WidgetKey, products: list[Product]) -> None:
    Product.objects.filter(pk=products[0].pk).update(status=Status.DRAFT)
    assert asked(page, key, products[0].sku).status_code == 404


def test_answers_are_in_the_language_of_the_page(
    page: Client, key: WidgetKey, products: list[Product], alike_by_order: None
) -> None:
    page.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    card, *_ = asked(page, key, products[0].sku).json()
    assert card["url"] == "http://testserver/de/p/piece-1/"
    assert asked(page, key, "nothing").json()["detail"] == "Dieses Produkt gibt es nicht."


def test_a_photo(
    page: Client, key: WidgetKey, products: list[Product], alike_by_order: None
) -> None:
    response = photo(page, key)
    assert [card["name"] for card in response.json()] == ["Piece 0", "Piece 1"]
    assert allowed(response) == ORIGIN


def test_what_is_no_picture_is_refused_in_words(page: Client, key: WidgetKey) -> None:
    file = SimpleUploadedFile("photo", b"no picture")
    response = page.post(f"{PHOTO_SEARCH}?key={key.public}", {"picture": file})
    assert response.status_code == 422
    assert response.json()["detail"]
    assert allowed(response) == ORIGIN


# Who may ask


def test_another_origin_is_refused_and_cannot_read_why(
    key: WidgetKey, products: list[Product]
) -> None:
    for origin in ("https://other.example", "http://old.example", f"{ORIGIN}:8443", "null", ""):
        response = asked(Client(headers={"Origin": origin} if origin else {}), key, "x")
        assert response.status_code == 403
        assert allowed(response) is None
        assert "Origin" in response["Vary"]


def test_each_origin_of_a_key_is_answered_by_its_name(
    key: WidgetKey, products: list[Product]
) -> None:
    response = asked(Client(headers={"Origin": "https://www.old.example"}), key, "nothing")
    assert allowed(response) == "https://www.old.example"
    assert "Access-Control-Allow-Credentials" not in response
    assert not response.cookies


def test_a_key_that_is_none_opens_nothing(page: Client, key: WidgetKey) -> None:
    key.delete()
    for response in (asked(page, key, "x"), page.get(SIMILAR), photo(page, key)):
        assert response.status_code == 401
        assert allowed(response) is None


def test_a_key_opens_nothing_else(page: Client, key: WidgetKey, admin_user: User) -> None:
    as_token = {"Authorization": f"Bearer {key.public}"}
    assert page.get("/api/v1/basket", headers=as_token).status_code == 401
    assert allowed(page.get("/api/v1/categories", {"key": key.public})) is None
    token = Token.objects.make(user=admin_user, name="Till")[1]
    assert page.get(SIMILAR, {"key": token, "product": "x"}).status_code == 401


def test_no_preflight_is_answered(page: Client, key: WidgetKey) -> None:
    response = page.options(f"{SIMILAR}?key={key.public}")
    assert response.status_code == 405
    assert allowed(response) is None


# How often


def test_all_pages_with_a_key_together(
    key: WidgetKey, products: list[Product], settings: Settings
) -> None:
    settings.WIDGET_RATE = 2
    visitors = [Client(headers={"Origin": ORIGIN}, REMOTE_ADDR=f"192.0.2.{n}") for n in range(3)]
    answers = [asked(visitor, key, "nothing") for visitor in visitors]
    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert allowed(answers[2]) == ORIGIN
    assert answers[2]["Access-Control-Expose-Headers"] == "Retry-After"
    other = WidgetKey.objects.make(name="Another", origins=ORIGIN)
    assert asked(visitors[0], other, "nothing").status_code == 404


def test_an_address_has_no_more_than_through_the_api(
    page: Client, key: WidgetKey, products: list[Product], settings: Settings
) -> None:
    settings.API_RATE = 2
    assert page.get("/api/v1/products").status_code == 200
    assert [asked(page, key, "x").status_code for _ in range(2)] == [404, 429]


@pytest.mark.parametrize("rate", ["API_PHOTO_RATE", "WIDGET_PHOTO_RATE"])
def test_photos_have_limits_of_their_own(
    page: Client, key: WidgetKey, settings: Settings, rate: str
) -> None:
    setattr(settings, rate, 1)
    sent = [page.post(f"{PHOTO_SEARCH}?key={key.public}").status_code for _ in range(2)]
    assert sent == [422, 429]
    assert asked(page, key, "x").status_code == 404


def test_the_catalogue_away(page: Client, key: WidgetKey, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ServerSelectionTimeoutError("no server")

    monkeypatch.setattr(ProductQuerySet, "with_ids", refuse)
    response = asked(page, key, "f" * 24)
    assert response.status_code == 503
    assert allowed(response) == ORIGIN

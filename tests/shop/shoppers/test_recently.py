"""What a visitor looked at last."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from shop.catalog.models import Product
from shop.shoppers import recently
from shop.shoppers.models import View
from tests.shop.shoppers.conftest import EMAIL, PASSWORD


def look(client: Client, product: Product) -> list[str]:
    """What the page of a product shows of those before it to who agreed to that."""
    response = client.post("/viewed/", {"product": str(product.pk), "remember": "1"})
    assert response.status_code == 200
    return re.findall(r'card__name">([^<]+)<', response.content.decode())


def look_at_all(client: Client, products: Iterable[Product]) -> list[str]:
    shown: list[str] = []
    for product in products:
        shown = look(client, product)
    return shown


def test_a_page_shows_those_before_it(client: Client, shirts: list[Product]) -> None:
    navy, rust, sage = shirts
    assert look(client, navy) == []
    assert look(client, rust) == ["Navy shirt"]
    assert look(client, sage) == ["Rust shirt", "Navy shirt"]
    assert look(client, navy) == ["Sage shirt", "Rust shirt"]
    assert look(Client(), navy) == []


@pytest.mark.usefixtures("rules_are_known")
def test_a_guest_has_a_cookie_and_neither_session_nor_query(
    client: Client, shirts: list[Product], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        look_at_all(client, shirts)
    assert set(client.cookies) == {recently.COOKIE}
    assert client.cookies[recently.COOKIE]["httponly"]
    assert not Session.objects.exists()
    assert not View.objects.exists()


def test_the_page_itself_leaves_no_trace(client: Client, shirts: list[Product]) -> None:
    page = client.get("/p/navy-shirt/")
    assert 'hx-post="/viewed/"' in page.content.decode()
    assert recently.COOKIE not in page.cookies


def test_a_guest_is_asked_before_anything_is_remembered(
    client: Client, shirts: list[Product]
) -> None:
    for product in shirts:
        asked = client.post("/viewed/", {"product": str(product.pk)})
        assert "Yes, remember it" in asked.content.decode()
        assert "card__name" not in asked.content.decode()
    assert not client.cookies
    assert look(client, shirts[0]) == []
    # Whoever has agreed is not asked again, until it is all forgotten.
    again = client.post("/viewed/", {"product": str(shirts[1].pk)}).content.decode()
    assert "Navy shirt" in again
    client.post("/viewed/forget/")
    again = client.post("/viewed/", {"product": str(shirts[1].pk)}).content.decode()
    assert "Yes, remember it" in again


def test_a_shopper_is_not_asked(client: Client, ada: User, shirts: list[Product]) -> None:
    client.force_login(ada)
    for product in shirts[:2]:
        page = client.post("/viewed/", {"product": str(product.pk)}).content.decode()
    assert "Navy shirt" in page
    assert recently.COOKIE not in client.cookies


def test_a_shopper_sees_them_on_every_device(
    client: Client, ada: User, shirts: list[Product]
) -> None:
    client.force_login(ada)
    look_at_all(client, shirts)
    phone = Client()
    phone.force_login(ada)
    assert look(phone, shirts[0]) == ["Sage shirt", "Rust shirt"]
    assert look(Client(), shirts[0]) == []


def test_signing_in_brings_them_along(client: Client, ada: User, shirts: list[Product]) -> None:
    recently.record(ada, [str(shirts[0].pk), str(shirts[1].pk)])
    look_at_all(client, [shirts[0], shirts[2]])
    client.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    assert View.objects.of(ada).products() == [str(shirts[n].pk) for n in (2, 0, 1)]
    look(client, shirts[2])
    # They are hers now, and not the browser's.
    assert client.cookies[recently.COOKIE].value == ""


@pytest.mark.parametrize("signed_in", [False, True])
def test_only_the_last_ones_are_kept(
    client: Client,
    ada: User,
    shirts: list[Product],
    monkeypatch: pytest.MonkeyPatch,
    signed_in: bool,
) -> None:
    monkeypatch.setattr(recently, "MOST_VIEWS", 2)
    if signed_in:
        client.force_login(ada)
    look_at_all(client, shirts)
    assert look(client, shirts[2]) == ["Rust shirt"]


@pytest.mark.parametrize("signed_in", [False, True])
def test_they_can_be_forgotten(
    client: Client, ada: User, shirts: list[Product], signed_in: bool
) -> None:
    look_at_all(client, shirts)
    if signed_in:
        client.force_login(ada)
    assert client.post("/viewed/forget/").status_code == 200
    assert look(client, shirts[0]) == []
    assert View.objects.count() == (1 if signed_in else 0)


@pytest.mark.parametrize("cookie", ["", "x", "." * 5000, "0" * 24, "<script>", "f" * 25])
def test_a_strange_cookie_shows_nothing(client: Client, shirts: list[Product], cookie: str) -> None:
    client.cookies[recently.COOKIE] = cookie
    assert look(client, shirts[0]) == []


@pytest.mark.parametrize("product", ["", "x", "0" * 24])
def test_what_is_no_product_is_not_written_down(
    client: Client, shirts: list[Product], product: str
) -> None:
    answer = client.post("/viewed/", {"product": product, "remember": "1"})
    assert answer.status_code == 404
    assert not client.cookies


def test_other_sites_can_write_nothing_down(shirts: list[Product]) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "cross-site"})
    assert strict.post("/viewed/", {"product": str(shirts[0].pk)}).status_code == 403
    assert strict.post("/viewed/forget/").status_code == 403

"""Whose basket it is: a visitor's, a guest's, a shopper's, and one of two when they log in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from shop.basket.models import Basket
from shop.basket.tasks import prune_baskets
from shop.catalog.models import Product


def put_in(client: Client, product: Product, sku: str, quantity: int = 1) -> None:
    fields = {"product": str(product.pk), "sku": sku, "quantity": quantity}
    assert client.post("/basket/add/", fields).status_code == 302


def contents(basket: Basket) -> dict[str, int]:
    return dict(basket.lines.values_list("sku", "quantity"))


@pytest.mark.usefixtures("rules_are_known")
def test_who_only_looks_has_no_basket_and_no_session(
    client: Client, shirt: Product, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # Merchants' rules are asked for, by anybody.
    client.get("/p/linen-shirt/")
    for address in ("/", "/p/linen-shirt/", "/basket/"):
        with django_assert_num_queries(0):
            response = client.get(address)
        assert "sessionid" not in response.cookies
    assert not Basket.objects.exists()
    assert not Session.objects.exists()


def test_a_guest_s_basket_is_known_to_their_session(client: Client, shirt: Product) -> None:
    put_in(client, shirt, "SHIRT-S")
    put_in(client, shirt, "SHIRT-L")
    assert contents(Basket.objects.get(user=None)) == {"SHIRT-S": 1, "SHIRT-L": 1}
    assert "Linen shirt" in client.get("/basket/").content.decode()
    assert "Linen shirt" not in Client().get("/basket/").content.decode()


def test_a_shopper_s_basket_waits_on_every_device(
    client: Client, ada: User, shirt: Product
) -> None:
    client.force_login(ada)
    put_in(client, shirt, "SHIRT-S", 2)
    phone = Client()
    phone.force_login(ada)
    assert "Linen shirt" in phone.get("/basket/").content.decode()
    assert contents(ada.basket) == {"SHIRT-S": 2}


def test_logging_in_merges_the_baskets(
    client: Client, ada: User, shirt: Product, bag: Product
) -> None:
    earlier = Client()
    earlier.force_login(ada)
    put_in(earlier, shirt, "SHIRT-S", 1)
    put_in(earlier, shirt, "SHIRT-L", 3)
    put_in(client, shirt, "SHIRT-S", 2)
    put_in(client, shirt, "SHIRT-L", 1)
    put_in(client, bag, "BAG")
    client.force_login(ada)
    # Of what is in both, the larger quantity: the same wish, not two.
    assert contents(ada.basket) == {"SHIRT-S": 2, "SHIRT-L": 3, "BAG": 1}
    assert Basket.objects.get() == ada.basket


def test_logging_in_with_nothing_makes_nothing(client: Client, ada: User) -> None:
    client.force_login(ada)
    assert not Basket.objects.exists()


def test_logging_out_leaves_the_basket_at_home(client: Client, ada: User, shirt: Product) -> None:
    client.force_login(ada)
    put_in(client, shirt, "SHIRT-S")
    client.logout()
    assert "Linen shirt" not in client.get("/basket/").content.decode()
    client.force_login(ada)
    assert "Linen shirt" in client.get("/basket/").content.decode()


def test_a_session_cannot_name_a_shopper_s_basket(
    client: Client, ada: User, shirt: Product
) -> None:
    client.force_login(ada)
    put_in(client, shirt, "SHIRT-S")
    stranger = Client()
    session = stranger.session
    session["basket"] = ada.basket.pk
    session.save()
    assert "Linen shirt" not in stranger.get("/basket/").content.decode()


def test_baskets_that_nobody_comes_back_for_are_dropped(client: Client, ada: User) -> None:
    long_ago = timezone.now() - timedelta(days=31)
    Basket.objects.create(changed=long_ago)
    kept = [Basket.objects.create(), Basket.objects.create(user=ada, changed=long_ago)]
    Session.objects.create(session_key="old", session_data="", expire_date=long_ago)
    prune_baskets()
    assert list(Basket.objects.order_by("pk")) == kept
    assert not Session.objects.exists()


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_header_counts_in_few_queries(
    client: Client,
    ada: User,
    shirt: Product,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    signed_in: bool,
) -> None:
    if signed_in:
        client.force_login(ada)
    put_in(client, shirt, "SHIRT-S", 3)
    client.get("/")
    with django_assert_max_num_queries(4 if signed_in else 2):
        html = client.get("/").content.decode()
    assert html.count('3<span class="unseen"> pieces</span>') == 2

"""Taking one's data along, and leaving."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shop.basket.models import Basket
from shop.catalog.models import Product
from shop.orders import transitions
from shop.orders.models import DeliveryMethod, Order
from shop.shoppers import addresses, recently, wishlist
from shop.shoppers.models import SavedAddress, View, Wish, WishlistLink
from shop.withdrawals import withdrawing
from shop.withdrawals.withdrawing import Statement
from tests.shop.orders.shopping import basket_with, order_of
from tests.shop.shoppers.conftest import EMAIL, PASSWORD


@pytest.fixture
def order(ada: User, shirts: list[Product]) -> Order:
    """One Navy shirt that Ada ordered, and all else that she has."""
    delivery = DeliveryMethod.objects.create(name="Standard", price_cents=490)
    order = order_of(shirts[0], {"NAVY": 1}, delivery, user=ada)
    Basket.objects.all().delete()
    basket_with(shirts[1], {"RUST": 2})
    Basket.objects.update(user=ada)
    wishlist.keep_all(ada, [str(shirts[1].pk)])
    wishlist.share(ada)
    recently.record(ada, [str(shirts[2].pk)])
    addresses.save(SavedAddress(user=ada, name="Ada", street="Row 1", city="Berlin", country="DE"))
    return order


def exported(client: Client) -> dict[str, Any]:
    response = client.get("/account/data/export/")
    assert response.headers["Content-Disposition"].startswith('attachment; filename="vitrine-')
    data: dict[str, Any] = response.json()
    return data


def sign_in(client: Client) -> None:
    client.post("/account/login/", {"login": EMAIL, "password": PASSWORD})


def delete_with(client: Client, password: str) -> None:
    asked = client.post("/account/delete/")
    assert asked.headers["Location"].startswith("/account/reauthenticate/")
    client.post(asked.headers["Location"], {"password": password})


def test_the_export_holds_everything(client: Client, ada: User, order: Order) -> None:
    client.force_login(ada)
    data = exported(client)
    assert data["account"]["email"] == EMAIL
    assert data["email_addresses"] == [{"email": EMAIL, "verified": True, "primary": True}]
    assert data["addresses"][0]["street"] == "Row 1"
    assert [wish["name"] for wish in data["wishes"]] == ["Rust shirt"]
    assert data["wishlist_is_shared"] is True
    assert [view["name"] for view in data["looked_at"]] == ["Sage shirt"]
    assert [(line["sku"], line["quantity"]) for line in data["bag"]] == [("RUST", 2)]
    (sold,) = data["orders"]
    assert (sold["number"], sold["total_cents"]) == (order.number, order.total_cents)
    assert [line["sku"] for line in sold["lines"]] == ["NAVY"]
    assert [event["state"] for event in sold["history"]] == ["placed"]


def test_the_export_holds_what_came_back(client: Client, ada: User, order: Order) -> None:
    transitions.pay(order, cents=order.total_cents)
    transitions.refund(order, cents=100, by="mia")
    stated = Statement("Ada", order.number, order.email)
    withdrawing.receive(stated, key="a key", origin="")
    client.force_login(ada)
    (sold,) = exported(client)["orders"]
    assert [refund["cents"] for refund in sold["refunds"]] == [100]
    assert [found["number"] for found in sold["withdrawals"]] == [order.number]


def test_the_export_asks_no_more_for_more_orders(
    client: Client, ada: User, order: Order, shirts: list[Product]
) -> None:
    client.force_login(ada)
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            exported(client)
        asked.append(len(queries))
        order_of(shirts[0], {"NAVY": 1}, DeliveryMethod.objects.get(), user=ada)
    assert asked[0] == asked[1]


def test_the_export_tells_no_secrets(client: Client, ada: User, order: Order) -> None:
    client.force_login(ada)
    page = client.get("/account/data/export/").content.decode()
    assert ada.password not in page
    assert order.token not in page
    assert WishlistLink.objects.get().token not in page


def test_nobody_exports_another_s_data(client: Client, ada: User, order: Order) -> None:
    client.force_login(User.objects.create_user("eve", "eve@example.com"))
    data = exported(client)
    assert data["account"]["email"] == "eve@example.com"
    assert not any(data[part] for part in ("addresses", "wishes", "looked_at", "bag", "orders"))
    assert Client().get("/account/data/export/").status_code == 302


def test_leaving_deletes_everything_but_the_orders(client: Client, ada: User, order: Order) -> None:
    sign_in(client)
    delete_with(client, PASSWORD)
    assert not User.objects.exists()
    for model in (Wish, WishlistLink, View, SavedAddress, Basket):
        assert not model.objects.exists(), model
    order.refresh_from_db()
    assert order.user is None
    assert "sessionid" not in client.cookies or client.cookies["sessionid"].value == ""
    assert client.get("/account/").status_code == 302
    assert client.get("/account/gone/").status_code == 200
    # Its mails still lead to it.
    assert client.get(order.get_absolute_url()).status_code == 200
    # The address may make another account, which has nothing of the old one.
    client.post("/account/signup/", {"email": EMAIL, "password1": PASSWORD})
    assert exported(client)["orders"] == []


def test_leaving_needs_the_password(client: Client, ada: User) -> None:
    sign_in(client)
    delete_with(client, "wrong")
    assert User.objects.get() == ada
    assert client.get("/account/delete/").status_code == 405


def test_whoever_runs_the_shop_does_not_leave_by_accident(client: Client, ada: User) -> None:
    ada.is_staff = True
    ada.save()
    sign_in(client)
    delete_with(client, PASSWORD)
    assert User.objects.get() == ada
    assert "This account runs the shop" in client.get("/account/data/").content.decode()

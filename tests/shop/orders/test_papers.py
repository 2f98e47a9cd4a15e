"""Packing lists and labels for several orders, and finding orders by what one knows of them."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop.addresses.address import Address
from shop.catalog.models import Product
from shop.orders.models import DeliveryMethod, Order
from shop.orders.packing import parcels, to_fetch
from shop.orders.states import State
from tests.shop.orders.shopping import order_of, taken_to

LIST = "/admin/orders/order/"
GRACE = Address(
    name="Grace Hopper", street="Compiler Way 2", postcode="1010", city="Wien", country="AT"
)


@pytest.fixture
def two(coat: Product, delivery: DeliveryMethod) -> list[Order]:
    """The second, of somebody else, wants a piece more."""
    first = order_of(coat, {"COAT-S": 1}, delivery)
    facts = {"address": GRACE, "email": "grace@example.com"}
    second = order_of(coat, {"COAT-S": 1, "COAT-M": 1}, delivery, **facts)
    return [taken_to(order, State.PAID) for order in (first, second)]


def printed(client: Client, action: str, orders: list[Order]) -> str:
    client.force_login(User.objects.create_superuser("mia"))
    # The other way round than they came.
    chosen = [order.pk for order in reversed(orders)]
    html = client.post(LIST, {"action": action, "_selected_action": chosen}).text
    return " ".join(re.sub("<[^>]+>", " ", html.partition("<main")[2]).split())


def test_what_to_fetch_is_counted_over_all_orders(two: list[Order]) -> None:
    fetched = to_fetch(parcels(two))
    assert [(piece.sku, piece.quantity) for piece in fetched] == [("COAT-M", 1), ("COAT-S", 2)]


def test_what_is_back_in_stock_is_not_packed(two: list[Order]) -> None:
    two[1].lines.filter(sku="COAT-M").update(back=1)
    assert [piece.sku for piece in to_fetch(parcels(two))] == ["COAT-S"]


def test_packing_lists_have_a_sheet_for_all_and_one_for_each(
    client: Client, two: list[Order]
) -> None:
    paper = printed(client, "packing_lists", two)
    assert "To fetch for 2 orders" in paper
    first, second = (paper.index(f"Order {order.number}") for order in two)
    assert first < second, "who ordered first is served first"
    assert "Ada Lovelace" in paper[:first]
    assert "COAT-M Long coat (Navy, M) 1" in paper[second:]


def test_labels_bear_the_address_and_who_sends(client: Client, two: list[Order]) -> None:
    paper = printed(client, "labels", two)
    assert "Vitrine Ada Lovelace Analytical Row 1 10115 Berlin Germany" in paper
    assert paper.index("Ada Lovelace") < paper.index("Grace Hopper")
    assert two[1].number in paper


@pytest.mark.parametrize("words", ["hopper", "grace@example.com", "COAT-M", "Grace wien"])
def test_orders_are_found_by_name_mail_and_sku(
    client: Client, two: list[Order], words: str
) -> None:
    client.force_login(User.objects.create_superuser("mia"))
    html = client.get(LIST, {"q": words}).text
    assert (two[1].number in html) is (words != "Grace wien")
    assert two[0].number not in html

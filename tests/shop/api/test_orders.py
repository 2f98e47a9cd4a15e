"""The orders of a token's user."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop.catalog.models import Product
from shop.orders.models import DeliveryMethod, Order, TaxRate
from tests.shop.orders.shopping import order_of


@pytest.fixture
def delivery(db: None) -> DeliveryMethod:
    TaxRate.objects.create(country="DE", percent="19")
    return DeliveryMethod.objects.create(name="Standard", price_cents=490)


@pytest.fixture
def order(products: list[Product], delivery: DeliveryMethod, ada: User) -> Order:
    """Two of Piece 0, ordered by Ada."""
    return order_of(products[0], {"SKU-COATS-0-M": 2}, delivery, user=ada)


def euros(cents: int) -> dict[str, object]:
    return {"cents": cents, "currency": "EUR"}


def test_an_order(program: Client, order: Order, products: list[Product]) -> None:
    found = program.get(f"/api/v1/orders/{order.number}").json()
    assert found.pop("placed_at").startswith(f"{order.placed_at:%Y-%m-%dT%H:%M}")
    assert found == {
        "number": order.number,
        "state": "placed",
        "paid_at": None,
        "cancelled_at": None,
        "lines": [
            {
                "product": str(products[0].pk),
                "sku": "SKU-COATS-0-M",
                "name": "Piece 0",
                "colour": "Navy",
                "size": "M",
                "quantity": 2,
                "unit_price": euros(1000),
                "price": euros(2000),
                "discount": euros(0),
            }
        ],
        "goods": euros(2000),
        "discount": euros(0),
        "delivery": euros(490),
        "total": euros(2490),
        "tax": {"name": "VAT", "percent": "19.00", "amount": euros(398)},
        "paid": euros(0),
        "refunded": euros(0),
        "delivery_name": "Standard",
        "parcel": "",
        "address": ["Ada Lovelace", "Analytical Row 1", "10115 Berlin", "Germany"],
        "url": f"http://testserver/orders/{order.token}/",
    }


def test_the_list_is_of_the_caller_alone(
    program: Client, order: Order, products: list[Product], delivery: DeliveryMethod
) -> None:
    strange = order_of(products[1], {"SKU-COATS-1-M": 1}, delivery)
    page = program.get("/api/v1/orders").json()
    assert [found["number"] for found in page["items"]] == [order.number]
    assert page["count"] == 1
    assert program.get(f"/api/v1/orders/{strange.number}").status_code == 404


def test_a_page_of_orders_costs_few_queries(
    program: Client,
    order: Order,
    products: list[Product],
    delivery: DeliveryMethod,
    ada: User,
    django_assert_num_queries: object,
) -> None:
    for number in (1, 2, 3):
        order_of(products[number], {f"SKU-COATS-{number}-M": 1}, delivery, user=ada)
    program.get("/api/v1/orders")
    # The token, how many there are, a page of them, their lines.
    with django_assert_num_queries(4):  # type: ignore[operator]
        assert program.get("/api/v1/orders").json()["count"] == 4

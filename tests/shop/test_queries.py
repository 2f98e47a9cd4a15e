"""No page asks its databases often: at most eight times SQL and four times MongoDB.

The visitor has all there is: an account, a bag, wishes, orders. Nothing is remembered from the page
before but the categories, which every page shows.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shop.catalog import pictures, remember
from shop.catalog.models import Category, Product
from shop.orders.models import DeliveryMethod
from shop.orders.states import State
from shop.shoppers.models import WishlistLink
from tests.shop.catalog.conftest import alike_by_order
from tests.shop.catalog.shelves import jpeg, make_product
from tests.shop.checkout.buying import Buyer
from tests.shop.orders.conftest import coat, delivery, eager_tasks
from tests.shop.orders.shopping import order_of, taken_to

__all__ = ["alike_by_order", "coat", "delivery", "eager_tasks"]

# The most has the page of an unpaid order: its lines, history, returns, refunds and reservation.
MOST_SQL, MOST_MONGODB = 10, 4
# These do more than show: the first holds the pieces and begins a payment, the second adds the
# address of an old account to allauth's, the third is a file with all that is known: it asks four
# times of each of two orders.
MOST_SQL_OF = {"pay": 13, "email": 10, "export": 22}


@pytest.fixture
def shelf(coat: Product, alike_by_order: None) -> list[Product]:
    """Thirty more coats than the one, each with a photograph."""
    category = Category.objects.get(slug="coats")
    coat.photographs = [pictures.read_photograph(jpeg("navy")).store()]
    coat.save()
    return [coat, *(make_product(category, number) for number in range(30))]


@pytest.fixture
def ada(client: Client, shelf: list[Product], delivery: DeliveryMethod, eager_tasks: None) -> User:
    """Somebody who has ordered, wished, looked, and stands at the last step of the checkout."""
    ada = User.objects.create_user("ada", "ada@example.com", "a long walk by the sea")
    client.force_login(ada)
    taken_to(order_of(shelf[0], {"COAT-S": 1}, delivery, user=ada), State.DELIVERED)
    order_of(shelf[0], {"COAT-S": 1}, delivery, user=ada)
    for product in shelf[:3]:
        client.post("/wishlist/hearts/", {"keep": str(product.pk)})
        client.post("/viewed/", {"product": str(product.pk)})
    client.post("/wishlist/share/")
    buyer = Buyer(client)
    buyer.put(shelf[0], "COAT-S")
    buyer.put(shelf[1], shelf[1].sku)
    assert buyer.to_review().request["PATH_INFO"] == "/checkout/review/"
    return ada


def addresses(client: Client, ada: User, shelf: list[Product]) -> list[str]:
    """Every page of the shop that this shopper can open."""
    slug = shelf[0].slug
    waiting, delivered = ada.orders.order_by("-pk")  # type: ignore[attr-defined]
    photo = client.post("/photo/", {"picture": SimpleUploadedFile("coat.jpg", jpeg())})
    return [
        *("/", "/c/coats/", "/c/coats/?colour=Navy&sort=price&page=1", "/search/?q=piece"),
        *(f"/p/{slug}/", f"/p/{slug}/similar/", f"/p/{slug}/similar/?colour=Navy"),
        f"/p/{slug}/reviews/",
        *("/photo/", photo["Location"], f"{photo['Location']}?colour=Navy", "/offline/"),
        *("/basket/", "/wishlist/", WishlistLink.objects.get(user=ada).get_absolute_url()),
        *(f"/checkout/{step}/" for step in ("address", "delivery", "payment", "review")),
        *(reverse(f"order{page}", args=[delivered.token]) for page in ("", "_invoice", "_return")),
        *(reverse(f"order{page}", args=[waiting.token]) for page in ("", "_pay")),
        *("/orders/", "/account/", "/account/addresses/", "/account/addresses/add/"),
        *("/account/data/", "/account/data/export/", "/account/email/"),
        *("/account/password/change/", "/account/logout/"),
    ]


@pytest.mark.slow
def test_no_page_asks_often(client: Client, ada: User, shelf: list[Product]) -> None:
    costs: dict[str, tuple[int, int]] = {}
    for address in addresses(client, ada, shelf):
        remember.forget_all()
        client.get("/offline/")
        with (
            CaptureQueriesContext(connections["default"]) as sql,
            CaptureQueriesContext(connections["catalog"]) as mongodb,
        ):
            response: Any = client.get(address)
            assert response.status_code == 200, address
            b"".join(response)
        costs[address] = len(asked(sql)), len(mongodb)
    assert costs
    assert {
        address: cost
        for address, cost in costs.items()
        if cost[0] > MOST_SQL_OF.get(address.split("/")[-2], MOST_SQL) or cost[1] > MOST_MONGODB
    } == {}


def asked(sql: CaptureQueriesContext) -> list[str]:
    """What it asked, without the beginnings and ends of transactions."""
    marks = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT")
    return [query["sql"] for query in sql if not query["sql"].startswith(marks)]

"""The overview: what the day brought, what waits, and for whom."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from recommender import search
from recommender.search import SearchUnavailable
from shop.catalog.models import Category, Product
from shop.insights.models import FruitlessSearch
from shop.orders.models import DeliveryMethod, Order
from shop.orders.states import State
from shop.shoppers.models import Review
from shop.stock import counting
from shop.withdrawals.models import Withdrawal
from tests.shop.orders.shopping import order_of, taken_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def coat() -> Product:
    category = Category.objects.create(name="Coats", slug="coats")
    product = Product.objects.create(sku="COAT", name="Coat", category=category, price_cents=9900)
    counting.count(str(product.pk), {"COAT": 4})
    return product


@pytest.fixture
def paid(coat: Product) -> Order:
    """One of the four coats, at €99.00 and €1.00 for its way."""
    delivery = DeliveryMethod.objects.create(name="Standard", price_cents=100)
    return taken_to(order_of(coat, {"COAT": 1}, delivery), State.PAID)


def seen_by(client: Client, *permissions: str, superuser: bool = False) -> str:
    """The overview as somebody with these permissions sees it, without its tags."""
    person = User.objects.create_user("mia", is_staff=True, is_superuser=superuser)
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(person)
    main = client.get("/admin/").text.partition("<main")[2]
    return " ".join(re.sub("<[^>]+>", " ", main).split())


def test_the_owner_sees_what_came_and_what_waits(client: Client, paid: Order) -> None:
    shopper = User.objects.create_user("ada")
    Review.objects.create(user=shopper, product="1" * 24, product_name="Coat", stars=4, text="Warm")
    Withdrawal.objects.create(
        name="Ada", number=paid.number, email="ada@example.com", language="en"
    )
    FruitlessSearch.objects.create(day=timezone.localdate(), words="submarine")
    shown = seen_by(client, superuser=True)
    assert "Sold today €100.00 yesterday €0.00" in shown
    assert "Orders today 1 yesterday 0" in shown
    for duty in ("Orders to pack 1", "Withdrawals to settle 1", "Reviews to read 1"):
        assert duty in shown
    assert "Nearly gone COAT 3" in shown
    assert "submarine 1" in shown
    assert "Nothing: all is done." not in shown


def test_it_leads_to_what_waits(client: Client, paid: Order) -> None:
    client.force_login(User.objects.create_superuser("mia"))
    links = re.findall(r'href="([^"]+)">Orders to pack', client.get("/admin/").text)
    assert paid.number in client.get(links[0]).text


def test_everybody_sees_what_is_theirs(client: Client, paid: Order) -> None:
    shown = seen_by(client, "view_stock")
    assert "Nearly gone" in shown
    for words in ("Sold today", "Orders to pack", "Looked for in vain"):
        assert words not in shown
    assert "Nothing: all is done." in shown


def test_products_with_a_failed_photograph_are_named(
    client: Client, coat: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "failed", lambda most: [str(coat.pk)])
    assert "Coat a photograph failed" in seen_by(client, superuser=True)


def test_it_is_shown_while_the_recommender_is_away(
    client: Client, paid: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise SearchUnavailable("the store is away")

    monkeypatch.setattr(search, "failed", away)
    monkeypatch.setattr(search, "overview", away)
    shown = seen_by(client, superuser=True)
    assert "Orders to pack 1" in shown
    assert "The recommender does not answer just now." in shown

"""What the merchant is told of sales and of searches that found nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from shop.catalog.models import Category, Product
from shop.insights import sales, searches
from shop.insights.models import FruitlessSearch
from shop.insights.searches import IN_VAIN, note_fruitless, write_fruitless
from shop.insights.tasks import forget_old_searches
from shop.limits.shared_redis import redis
from shop.orders import transitions
from shop.orders.models import DeliveryMethod, Invoice, Order
from shop.orders.states import State
from shop.stock import counting
from tests.shop.orders.shopping import order_of, taken_to

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_was_in_vain(embedded_servers: None) -> Iterator[None]:
    redis().delete(*IN_VAIN)
    yield
    redis().delete(*IN_VAIN)


def in_vain(*searches: str) -> None:
    for words in searches:
        note_fruitless(words)
    write_fruitless()


@pytest.fixture
def coat() -> Product:
    category = Category.objects.create(name="Coats", slug="coats")
    product = Product.objects.create(sku="COAT", name="Coat", category=category, price_cents=9900)
    counting.count(str(product.pk), {"COAT": 9})
    return product


@pytest.fixture
def hat(coat: Product) -> Product:
    product = Product.objects.create(
        sku="HAT", name="Hat", category=coat.category, price_cents=2000
    )
    counting.count(str(product.pk), {"HAT": 9})
    return product


@pytest.fixture
def delivery() -> DeliveryMethod:
    return DeliveryMethod.objects.create(name="Standard", price_cents=100)


def test_sales_count_on_the_day_on_which_they_are_paid(
    coat: Product, delivery: DeliveryMethod
) -> None:
    orders = [order_of(coat, {"COAT": 1}, delivery) for _ in range(5)]
    for order, state in zip(
        orders,
        (State.PLACED, State.CANCELLED, State.PAID, State.DELIVERED, State.DELIVERED),
        strict=True,
    ):
        taken_to(order, state)
    Order.objects.filter(pk=orders[2].pk).update(paid_at=timezone.now() - timedelta(days=2))
    transitions.refund(orders[3], cents=1000, by="mia")
    Order.objects.filter(pk=orders[4].pk).update(paid_at=timezone.now() - timedelta(days=3))
    days = sales.by_day(3)
    assert [(day.orders, day.cents, round(day.share)) for day in days] == [
        (1, 10000, 100),
        (0, 0, 0),
        (1, 9000, 90),
    ]
    assert days[-1].day == timezone.localdate()


def test_a_day_begins_where_the_shop_is(
    coat: Product, delivery: DeliveryMethod, settings: Any
) -> None:
    """Twenty past midnight in Berlin is still yesterday in London and for UTC."""
    settings.TIME_ZONE = "Europe/Berlin"
    today = timezone.localdate()
    midnight = timezone.make_aware(datetime.combine(today, time.min))
    early, late = midnight + timedelta(minutes=20), midnight - timedelta(minutes=20)
    for moment in (early, late):
        order = taken_to(order_of(coat, {"COAT": 1}, delivery), State.PAID)
        Order.objects.filter(pk=order.pk).update(paid_at=moment)
    assert [(day.day, day.orders) for day in sales.by_day(2)] == [
        (today - timedelta(days=1), 1),
        (today, 1),
    ]
    Invoice.objects.filter(order=order).update(issued_at=early.astimezone(UTC))
    page = Client().get(f"/orders/{order.token}/invoice/").content.decode()
    assert date_format(today, "DATE_FORMAT") in page


def test_no_sales_are_days_without_bars() -> None:
    assert [(day.cents, day.share) for day in sales.by_day(2)] == [(0, 0), (0, 0)]


def test_best_sellers_come_first(coat: Product, hat: Product, delivery: DeliveryMethod) -> None:
    taken_to(order_of(coat, {"COAT": 1}, delivery), State.PAID)
    taken_to(order_of(hat, {"HAT": 2}, delivery), State.PAID)
    hat.name = "Sun hat"
    hat.save()
    taken_to(order_of(hat, {"HAT": 1}, delivery), State.DELIVERED)
    order_of(coat, {"COAT": 8}, delivery)
    found = [(seller.name, seller.pieces, seller.cents) for seller in sales.best_sellers(30, 9)]
    assert found == [("Sun hat", 3, 6000), ("Coat", 1, 9900)]
    assert len(sales.best_sellers(30, 1)) == 1


def test_words_are_counted_however_they_are_written() -> None:
    in_vain("Submarine", " submarine ", "yellow  submarine", "   ")
    FruitlessSearch.objects.create(
        day=timezone.localdate() - timedelta(days=30), words="submarine", times=9
    )
    assert FruitlessSearch.objects.of_last(30).most_wanted(5) == [
        ("submarine", 2),
        ("yellow submarine", 1),
    ]
    assert FruitlessSearch.objects.of_last(31).most_wanted(1) == [("submarine", 11)]


def test_nobody_fills_the_database_with_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searches, "MOST_WORDS_A_DAY", 2)
    for words in ("a", "b", "c", "a", "x" * 500):
        in_vain(words)
    assert dict(FruitlessSearch.objects.values_list("words", "times")) == {"a": 2, "b": 1}


def test_long_words_are_cut() -> None:
    in_vain("x" * 500)
    assert FruitlessSearch.objects.get().words == "x" * 80


def test_old_words_are_forgotten() -> None:
    in_vain("today")
    long_ago = timezone.localdate() - searches.KEPT - timedelta(days=1)
    FruitlessSearch.objects.create(day=long_ago, words="then")
    forget_old_searches()
    assert FruitlessSearch.objects.get().words == "today"


def test_the_search_page_tells_what_it_did_not_find(client: Client, coat: Product) -> None:
    for query in ("q=submarine", "q=coat", "q=", "q=coat&price_min=900", "q=submarine&page=2"):
        assert client.get(f"/search/?{query}").status_code == 200
    # No page waits for the database: a worker writes it down.
    assert not FruitlessSearch.objects.exists()
    write_fruitless()
    assert dict(FruitlessSearch.objects.values_list("words", "times")) == {"submarine": 2}


def test_the_page_of_sales(
    client: Client, coat: Product, hat: Product, delivery: DeliveryMethod
) -> None:
    taken_to(order_of(coat, {"COAT": 8}, delivery), State.PAID)
    taken_to(order_of(hat, {"HAT": 1}, delivery), State.CANCELLED)
    taken_to(order_of(hat, {"HAT": 1}, delivery), State.PAID)
    hat.delete()
    in_vain("submarine")
    client.force_login(User.objects.create_superuser("mia"))
    response = client.get("/admin/sales/")
    html = re.sub(r"\s+", " ", response.content.decode())
    for text in (
        "<dd>€814.00</dd>",
        "8 · €792.00",
        "<span>Hat</span>",
        ">COAT</a> <b>1</b>",
        "<span>submarine</span> <b>1</b>",
        "?needs=refund",
    ):
        assert text in html
    assert html.count("<rect") == 30


def test_only_who_may_see_orders_sees_what_they_add_up_to(client: Client) -> None:
    assert client.get("/admin/sales/").status_code == 302
    client.force_login(User.objects.create_user("cleo", is_staff=True))
    assert client.get("/admin/sales/").status_code == 403

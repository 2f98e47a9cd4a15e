"""The pages of an order: who may see it, what it says, and what can be done there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from shop.catalog import pictures
from shop.catalog.models import Product
from shop.orders import returning, transitions
from shop.orders.models import DeliveryMethod, Order, ReturnRequest, Voucher
from shop.orders.states import SHOPPER_MAY_CANCEL, ReturnState, State
from shop.stock import reserving
from tests.shop.catalog.shelves import jpeg
from tests.shop.orders.shopping import order_of, taken_to


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def test_whoever_knows_the_link_sees_the_order(client: Client, order: Order) -> None:
    html = page(client, order.get_absolute_url())
    for text in (
        f"Order {order.number}",
        "waiting for your payment",
        "Long coat",
        "Size S",
        "€99.00",
        "€4.90",
        "€103.90",
        "€16.59 VAT (19 %) included",
        "Analytical Row 1",
        "Germany",
    ):
        assert text in html


def test_it_promises_no_pieces_that_are_not_kept(client: Client, order: Order) -> None:
    assert "We keep its pieces" in page(client, order.get_absolute_url())
    reserving.give_way(order.stock_key)
    html = page(client, order.get_absolute_url())
    assert "We keep its pieces" not in html
    assert "yours if they are still there when you pay" in html


def test_nobody_else_finds_it(client: Client, order: Order) -> None:
    assert client.get(f"/orders/{order.number}/").status_code == 404
    for path in ("", "invoice/", "return/"):
        assert client.get(f"/orders/{'a' * 32}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "return/"])
def test_neither_caches_nor_search_engines_keep_it(client: Client, order: Order, path: str) -> None:
    response = client.get(order.get_absolute_url() + path)
    assert "no-store" in response["Cache-Control"]
    assert 'name="robots" content="noindex"' in response.content.decode()


@pytest.mark.parametrize("state", State)
def test_the_page_says_how_far_it_is(client: Client, order: Order, state: State) -> None:
    order = taken_to(order, state)
    html = page(client, order.get_absolute_url())
    steps = re.findall(r'<li class="journey__step([^"]*)"([^>]*)> <b>([^<]+)</b>', html)
    assert [name for _, current, name in steps if current] == [state.label.capitalize()]
    if state in (State.CANCELLED, State.REFUNDED):
        assert all(not ahead for ahead, _, _ in steps)
    else:
        assert [name for *_, name in steps] == ["Placed", "Paid", "Packed", "Sent", "Delivered"]
    assert ("Yes, cancel it" in html) == (state in SHOPPER_MAY_CANCEL)
    assert ("/invoice/" in html) == (state != State.PLACED)
    assert ("/return/" in html) == (state in (State.SENT, State.DELIVERED))


def test_the_shopper_cancels(client: Client, order: Order) -> None:
    taken_to(order, State.PAID)
    response = client.post(f"{order.get_absolute_url()}cancel/", follow=True)
    assert "We give €103.90 back to you" in response.content.decode()
    order.refresh_from_db()
    assert order.state == State.CANCELLED


def test_too_late_to_cancel_is_said(client: Client, order: Order) -> None:
    taken_to(order, State.PACKED)
    response = client.post(f"{order.get_absolute_url()}cancel/", follow=True)
    assert "too late to cancel" in response.content.decode()
    order.refresh_from_db()
    assert order.state == State.PACKED


def test_no_foreign_page_can_cancel(order: Order) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(f"{order.get_absolute_url()}cancel/").status_code == 403
    assert client.get(f"{order.get_absolute_url()}cancel/").status_code == 405


def test_the_invoice_adds_up(client: Client, coat: Product, delivery: DeliveryMethod) -> None:
    Voucher.objects.create(code="TEN", percent=10)
    order = order_of(coat, {"COAT-S": 2}, delivery, voucher_code="TEN")
    assert client.get(f"{order.get_absolute_url()}invoice/").status_code == 404
    order = taken_to(order, State.PAID)
    html = page(client, f"{order.get_absolute_url()}invoice/")
    for text in (
        f"Invoice {order.invoice.number}",
        "COAT-S",
        "€198.00",
        "Voucher TEN",
        "\N{MINUS SIGN}€19.80",
        "€183.10",
        "Without tax",
        "€153.87",
        "VAT (19 %)",
        "€29.23",
    ):
        assert text in html


def test_invoices_are_numbered_as_they_are_paid(coat: Product, delivery: DeliveryMethod) -> None:
    first, second = (order_of(coat, {"COAT-S": 1}, delivery) for _ in range(2))
    paid = [taken_to(order, State.PAID) for order in (second, first)]
    numbers = [int(order.invoice.number) for order in paid]
    assert numbers[1] == numbers[0] + 1


def test_a_return_is_asked_for(client: Client, order: Order) -> None:
    order = taken_to(order, State.DELIVERED)
    address = f"{order.get_absolute_url()}return/"
    line = order.lines.get()
    assert "Pieces of Long coat (Navy, S)" in page(client, address)
    refused = client.post(address, {f"pieces_{line.pk}": "0"})
    assert "Choose what you want to send back." in refused.content.decode()
    assert client.post(address, {f"pieces_{line.pk}": "2"}).status_code == 200
    assert not ReturnRequest.objects.exists()
    done = client.post(address, {f"pieces_{line.pk}": "1", "reason": "Too <b>long"}, follow=True)
    assert "Return: asked for" in done.content.decode()
    request = ReturnRequest.objects.get()
    assert (request.reason, request.worth_cents) == ("Too <b>long", 9900)
    assert "Nothing of this order" in page(client, address)


def test_a_refused_return_can_be_asked_for_again(client: Client, order: Order) -> None:
    order = taken_to(order, State.DELIVERED)
    request = returning.ask(order, pieces={order.lines.get().pk: 1})
    assert "/return/" not in page(client, order.get_absolute_url())
    returning.decide(request, ReturnState.REFUSED, by="mia")
    html = page(client, order.get_absolute_url())
    assert "Return: refused" in html
    assert "/return/" in html


def test_who_is_signed_in_sees_their_orders_and_no_others(
    client: Client, coat: Product, delivery: DeliveryMethod
) -> None:
    ada, bob = (User.objects.create_user(name) for name in ("ada", "bob"))
    own = order_of(coat, {"COAT-S": 1}, delivery, user=ada)
    other = order_of(coat, {"COAT-S": 1}, delivery, user=bob)
    guest = order_of(coat, {"COAT-S": 1}, delivery)
    client.force_login(ada)
    html = page(client, "/orders/")
    assert own.number in html
    assert other.number not in html
    assert guest.number not in html


def test_a_guest_is_asked_to_log_in(client: Client, settings: Any, db: None) -> None:
    response = client.get("/orders/")
    assert response.status_code == 302
    assert "next=/orders/" in response["Location"]


def test_no_orders_yet(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("ada"))
    assert "You have not ordered anything yet." in page(client, "/orders/")


def test_many_orders_cost_no_more_queries_than_one(
    client: Client,
    coat: Product,
    delivery: DeliveryMethod,
    django_assert_max_num_queries: Any,
) -> None:
    coat.photographs = [pictures.read_photograph(jpeg("navy")).store()]
    coat.save()
    ada = User.objects.create_user("ada")
    for _ in range(3):
        order = order_of(coat, {"COAT-S": 1}, delivery, user=ada)
    client.force_login(ada)
    with django_assert_max_num_queries(7):
        page(client, "/orders/")
    with django_assert_max_num_queries(10):
        page(client, order.get_absolute_url())


def test_a_product_that_is_gone_leaves_the_order_whole(
    client: Client, order: Order, coat: Product
) -> None:
    coat.delete()
    assert "Long coat" in page(client, order.get_absolute_url())
    assert transitions.move(order, State.PAID, by="mia").state == State.PAID
    assert order.placed_at < timezone.now()

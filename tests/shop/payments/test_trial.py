"""Paying on trial: what goes through, what is refused, and what is asked at the wrong time."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from payments import RedirectNeeded

from shop.catalog.models import Product
from shop.orders import transitions
from shop.orders.models import DeliveryMethod, Order
from shop.orders.states import State
from shop.payments import paying
from shop.payments.errors import NoWayToPay
from shop.stock.reserving import available
from tests.shop.checkout.buying import place, text
from tests.shop.orders.shopping import let_reservation_end, order_of


def pay(client: Client, order: Order, outcome: str = "confirmed") -> Any:
    return client.post(f"/orders/{order.token}/pay/", {"outcome": outcome}, follow=True)


def test_it_goes_through(client: Client, order: Order) -> None:
    page = client.get(f"/orders/{order.token}/pay/")
    assert "Pay €103.90" in text(page)
    page = pay(client, order)
    assert place(page) == f"/orders/{order.token}/thanks/"
    order.refresh_from_db()
    assert (order.state, order.paid_cents) == (State.PAID, 10390)
    payment = order.payments.get()
    assert (payment.status, payment.held_cents) == ("confirmed", 10390)


def test_it_is_refused_and_the_pieces_are_free(client: Client, order: Order) -> None:
    page = pay(client, order, "rejected")
    assert place(page) == order.get_absolute_url()
    assert "The payment did not go through, and nothing was charged." in text(page)
    order.refresh_from_db()
    assert (order.state, order.paid_cents) == (State.PLACED, 0)
    assert available(["COAT-S"]) == {"COAT-S": 3}
    pay(client, order)
    order.refresh_from_db()
    assert order.state == State.PAID
    assert [payment.status for payment in order.payments.all()] == ["confirmed", "rejected"]


@pytest.mark.parametrize("outcome", ["", "refunded", "nonsense"])
def test_an_answer_that_is_none(client: Client, order: Order, outcome: str) -> None:
    page = pay(client, order, outcome)
    assert place(page) == f"/orders/{order.token}/pay/"
    assert "Choose how the payment goes." in text(page)
    order.refresh_from_db()
    assert order.state == State.PLACED


def test_paid_twice_it_is_paid_once(client: Client, order: Order) -> None:
    pay(client, order)
    assert place(pay(client, order)) == f"/orders/{order.token}/thanks/"
    order.refresh_from_db()
    assert order.paid_cents == 10390
    assert order.payments.count() == 1


def test_refused_in_another_window_it_stays_paid(order: Order) -> None:
    first, second = paying.begin(order), paying.begin(order)
    for payment, outcome in ((first, "confirmed"), (second, "rejected")):
        with pytest.raises(RedirectNeeded, match="/thanks/"):
            paying.ask(payment, {"outcome": outcome})
    order.refresh_from_db()
    assert (order.state, order.payments.get().held_cents) == (State.PAID, 10390)


def test_two_windows_share_a_payment(client: Client, order: Order) -> None:
    for _ in range(2):
        client.post(f"/orders/{order.token}/pay/")
    assert order.payments.count() == 1


def test_a_cancelled_order_is_not_paid(client: Client, order: Order) -> None:
    transitions.cancel_for_shopper(order)
    assert place(pay(client, order)) == order.get_absolute_url()
    assert not order.payments.exists()


def test_pieces_that_were_kept_too_long(
    client: Client, order: Order, coat: Product, delivery: DeliveryMethod
) -> None:
    let_reservation_end(order)
    order_of(coat, {"COAT-S": 3}, delivery)
    page = pay(client, order)
    assert place(page) == order.get_absolute_url()
    assert "Somebody else has bought these pieces meanwhile." in text(page)
    order.refresh_from_db()
    assert order.paid_cents == 0


def test_pieces_that_were_kept_too_long_and_are_still_there(client: Client, order: Order) -> None:
    let_reservation_end(order)
    pay(client, order)
    order.refresh_from_db()
    assert order.state == State.PAID


def test_a_shop_that_takes_no_money(order: Order, settings: Any) -> None:
    settings.PAYMENT_VARIANTS = {}
    with pytest.raises(NoWayToPay):
        paying.begin(order)


def test_nobody_else_can_pay_or_look(client: Client, order: Order) -> None:
    for path in ("pay", "thanks", "unpaid"):
        assert client.get(f"/orders/{'a' * 32}/{path}/").status_code == 404


def test_the_confirmation_waits_for_the_money(client: Client, order: Order) -> None:
    page = client.get(f"/orders/{order.token}/thanks/")
    assert "wait for word that its payment went through" in text(page)
    assert 'hx-trigger="every 3s"' in page.content.decode()
    pay(client, order)
    part = client.get(f"/orders/{order.token}/thanks/", headers={"HX-Request": "true"})
    assert f"Order {order.number} is paid." in text(part)
    assert "hx-trigger" not in part.content.decode()


def test_the_confirmation_of_a_cancelled_order_is_its_page(client: Client, order: Order) -> None:
    transitions.cancel_for_shopper(order)
    page = client.get(f"/orders/{order.token}/thanks/", follow=True)
    assert place(page) == order.get_absolute_url()


def test_stripes_door_is_closed_without_stripe(client: Client, order: Order) -> None:
    assert client.post("/payments/stripe/", "{}", content_type="text/plain").status_code == 400

"""Paying through Stripe: what is asked of it, and what it says twice, late, or never said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shop.catalog.models import Product
from shop.orders import transitions
from shop.orders.models import DeliveryMethod, Order
from shop.orders.states import State
from shop.payments import paying, tasks
from shop.payments.models import Payment
from shop.stock.reserving import available
from tests.shop.checkout.buying import place, text
from tests.shop.orders.shopping import let_reservation_end, order_of
from tests.shop.payments.stripe_stand_in import WEBHOOK, StripeStandIn, tell

pytestmark = pytest.mark.usefixtures("eager_tasks")


@pytest.fixture
def session(client: Client, order: Order, stripe: StripeStandIn) -> dict[str, Any]:
    """The shopper is on Stripe's page."""
    answer = client.post(f"/orders/{order.token}/pay/")
    assert answer.status_code == 302
    assert answer["Location"] == "https://checkout.stripe.com/c/pay/cs_0"
    return stripe.session


def reread(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def notes(order: Order) -> list[str]:
    return list(order.events.values_list("mail", flat=True))


def test_what_stripe_is_told(order: Order, session: dict[str, Any]) -> None:
    assert session["line_items[0][price_data][unit_amount]"] == "10390"
    assert session["line_items[0][price_data][currency]"] == "eur"
    assert session["line_items[0][price_data][product_data][name]"] == f"Order {order.number}"
    assert session["customer_email"] == "ada@example.com"
    assert session["success_url"] == f"http://testserver/orders/{order.token}/thanks/"
    assert session["cancel_url"] == f"http://testserver/orders/{order.token}/unpaid/"
    soon = timezone.now() + timedelta(minutes=59)
    assert soon.timestamp() < int(session["expires_at"]) < soon.timestamp() + 120


def test_two_windows_lead_to_one_session(
    client: Client, order: Order, session: dict[str, Any], stripe: StripeStandIn
) -> None:
    client.post(f"/orders/{order.token}/pay/")
    # Before either window could write down its session.
    Payment.objects.update(transaction_id="")
    client.post(f"/orders/{order.token}/pay/")
    assert len(stripe.sessions) == 1


@pytest.mark.parametrize("how", ["get", "head"])
def test_who_merely_looks_holds_and_begins_nothing(
    client: Client, order: Order, stripe: StripeStandIn, how: str
) -> None:
    let_reservation_end(order)
    answer = getattr(client, how)(f"/orders/{order.token}/pay/")
    assert answer.status_code == 200
    assert "https://checkout.stripe.com" in answer["Content-Security-Policy"]
    assert stripe.sessions == {}
    assert not order.payments.exists()
    assert available(["COAT-S"]) == {"COAT-S": 3}


def test_a_session_that_is_begun_late_lives_long_enough(
    client: Client, order: Order, stripe: StripeStandIn
) -> None:
    """Stripe refuses one that ends within half an hour."""
    payment = paying.begin(order)
    Payment.objects.update(created=timezone.now() - timedelta(minutes=45))
    for _ in range(2):
        Payment.objects.update(transaction_id="")
        assert client.post(f"/orders/{order.token}/pay/").status_code == 302
    assert stripe.session["client_reference_id"] == payment.token


def test_the_word_that_it_is_paid(
    client: Client, order: Order, session: dict[str, Any], stripe: StripeStandIn
) -> None:
    assert tell(client, stripe.pay(session)).status_code == 200
    order = reread(order)
    assert (order.state, order.paid_cents) == (State.PAID, 10390)


def test_the_word_comes_twice(
    client: Client, order: Order, session: dict[str, Any], stripe: StripeStandIn
) -> None:
    stripe.pay(session)
    for _ in range(2):
        assert tell(client, session).status_code == 200
    assert reread(order).paid_cents == 10390
    assert notes(order) == ["placed", "paid"]


def test_the_word_comes_again_after_a_refund(
    client: Client, order: Order, session: dict[str, Any], stripe: StripeStandIn, committed: Any
) -> None:
    tell(client, stripe.pay(session))
    with committed():
        transitions.cancel_for_shopper(order)
    assert reread(order).state == State.REFUNDED
    assert tell(client, session).status_code == 200
    assert reread(order).state == State.REFUNDED
    assert order.payments.get().status == "refunded"
    assert stripe.refunded_cents() == 10390


@pytest.mark.parametrize(
    "how",
    [
        {"secret": "whsec_of_somebody_else"},
        {"secret": ""},
        {"age_s": 3600},
        {"body": '{"type": "checkout.session.completed"}'},
    ],
)
def test_a_forged_word(
    client: Client,
    order: Order,
    session: dict[str, Any],
    stripe: StripeStandIn,
    how: dict[str, Any],
) -> None:
    paid = session | {"status": "complete", "payment_status": "paid", "payment_intent": "pi"}
    assert tell(client, paid, **how).status_code == 400
    assert reread(order).state == State.PLACED


@pytest.mark.parametrize("signature", [None, "", "t=1,v1=", "nonsense"])
def test_a_word_without_a_signature(
    client: Client, order: Order, stripe: StripeStandIn, signature: str | None
) -> None:
    headers = {} if signature is None else {"Stripe-Signature": signature}
    answer = client.post(WEBHOOK, "{}", content_type="application/json", headers=headers)
    assert answer.status_code == 400
    assert client.get(WEBHOOK).status_code == 400


def test_the_word_of_a_payment_that_is_not_ours(
    client: Client, session: dict[str, Any], stripe: StripeStandIn
) -> None:
    assert tell(client, session | {"client_reference_id": "nobody"}).status_code == 404
    assert tell(client, {"id": "cs_9"}).status_code == 400


def test_a_session_that_expired(
    client: Client, order: Order, session: dict[str, Any], stripe: StripeStandIn
) -> None:
    tell(client, session | {"status": "expired"}, "checkout.session.expired")
    assert reread(order).state == State.PLACED
    assert order.payments.get().status == "rejected"
    assert available(["COAT-S"]) == {"COAT-S": 3}


def test_money_that_takes_days(
    client: Client, order: Order, session: dict[str, Any], stripe: StripeStandIn
) -> None:
    waiting = session | {"status": "complete", "payment_status": "unpaid", "payment_intent": "pi"}
    tell(client, waiting)
    assert (reread(order).state, order.payments.get().status) == (State.PLACED, "waiting")
    tell(client, waiting | {"payment_status": "paid"}, "checkout.session.async_payment_succeeded")
    assert reread(order).state == State.PAID


def test_money_that_never_came(
    client: Client, order: Order, session: dict[str, Any], stripe: StripeStandIn
) -> None:
    waiting = session | {"status": "complete", "payment_status": "unpaid", "payment_intent": "pi"}
    tell(client, waiting, "checkout.session.async_payment_failed")
    assert order.payments.get().status == "rejected"
    assert available(["COAT-S"]) == {"COAT-S": 3}


# Late


def test_late_and_the_pieces_are_there(
    client: Client, order: Order, session: dict[str, Any], stripe: StripeStandIn
) -> None:
    let_reservation_end(order)
    tell(client, stripe.pay(session))
    assert reread(order).state == State.PAID


def test_late_and_somebody_else_has_the_pieces(
    client: Client,
    order: Order,
    session: dict[str, Any],
    stripe: StripeStandIn,
    coat: Product,
    delivery: DeliveryMethod,
    committed: Any,
) -> None:
    let_reservation_end(order)
    order_of(coat, {"COAT-S": 3}, delivery)
    with committed():
        tell(client, stripe.pay(session))
    order = reread(order)
    assert (order.state, order.refunded_cents) == (State.REFUNDED, 10390)
    assert stripe.refunded_cents() == 10390
    assert notes(order) == ["placed", "cancelled", "refunded"]


def test_paid_while_the_order_is_being_cancelled(
    client: Client, order: Order, session: dict[str, Any], stripe: StripeStandIn, committed: Any
) -> None:
    stripe.pay(session)
    with committed():
        transitions.cancel_for_shopper(order)
    assert reread(order).state == State.REFUNDED
    tell(client, session)
    assert stripe.refunded_cents() == 10390
    assert notes(order) == ["placed", "cancelled", "paid_late", "refunded"]


def test_so_late_that_the_order_was_cancelled(
    client: Client, order: Order, session: dict[str, Any], stripe: StripeStandIn, committed: Any
) -> None:
    transitions.cancel_for_shopper(order)
    stripe.pay(session)
    with committed():
        tell(client, session)
    order = reread(order)
    assert (order.state, order.refunded_cents) == (State.REFUNDED, 10390)
    assert stripe.refunded_cents() == 10390
    assert notes(order) == ["placed", "cancelled", "paid_late", "refunded"]


def test_the_session_of_a_cancelled_order_ends(
    client: Client, order: Order, session: dict[str, Any], stripe: StripeStandIn, committed: Any
) -> None:
    with committed():
        transitions.cancel_for_shopper(order)
    assert session["status"] == "expired"
    assert order.payments.get().status == "cancelled"
    # Stripe tells of that, too.
    tell(client, session, "checkout.session.expired")
    assert reread(order).state == State.CANCELLED
    assert stripe.refunds == {}


# Never


def test_a_word_that_never_came(
    order: Order, session: dict[str, Any], stripe: StripeStandIn
) -> None:
    stripe.pay(session)
    tasks.settle_waiting()
    assert reread(order).state == State.PLACED
    Payment.objects.update(created=timezone.now() - 2 * paying.WAIT_FOR_WORD)
    tasks.settle_waiting()
    assert reread(order).state == State.PAID
    tasks.settle_waiting()
    assert notes(order) == ["placed", "paid"]


def test_stripe_is_away(client: Client, order: Order, stripe: StripeStandIn) -> None:
    stripe.is_away = True
    page = client.post(f"/orders/{order.token}/pay/", follow=True)
    assert place(page) == order.get_absolute_url()
    assert "The payment could not be begun. Nothing was charged" in text(page)
    stripe.is_away = False
    assert client.post(f"/orders/{order.token}/pay/").status_code == 302
    assert len(stripe.sessions) == 1


def test_stripe_is_away_while_payments_are_asked_after(
    order: Order, session: dict[str, Any], stripe: StripeStandIn, caplog: Any
) -> None:
    Payment.objects.update(created=timezone.now() - 2 * paying.WAIT_FOR_WORD)
    stripe.is_away = True
    tasks.settle_waiting()
    assert "cannot be concluded: Not now." in caplog.text
    assert order.payments.get().status == "waiting"


def test_back_from_stripe_without_paying(
    client: Client, order: Order, session: dict[str, Any]
) -> None:
    page = client.get(session["cancel_url"].removeprefix("http://testserver"), follow=True)
    assert place(page) == order.get_absolute_url()
    assert "nothing was charged" in text(page)
    assert "Pay €103.90" in text(page)

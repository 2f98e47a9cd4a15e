"""Giving money back: all of it, a part, too much, twice at once, and when the provider is away."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop.orders import transitions
from shop.orders.errors import TransitionRefused
from shop.orders.models import Order
from shop.orders.states import State
from shop.payments import refunding, tasks
from shop.payments.errors import ProviderFailed
from tests.shop.checkout.buying import text
from tests.shop.payments.stripe_stand_in import StripeStandIn, tell


@pytest.fixture
def paid(client: Client, order: Order, stripe: StripeStandIn) -> Order:
    """€103.90 came through Stripe."""
    client.post(f"/orders/{order.token}/pay/")
    tell(client, stripe.pay(stripe.session))
    return Order.objects.get()


@pytest.fixture
def sent(paid: Order) -> Order:
    for state in (State.PACKED, State.SENT):
        paid = transitions.move(paid, state, by="test")
    return paid


@pytest.fixture
def merchant(sent: Order) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("mia"))
    return client


def give_back(merchant: Client, order: Order, amount: str) -> str:
    address = f"/admin/orders/order/{order.pk}/refund/"
    return text(merchant.post(address, {"amount": amount}, follow=True))


def state_of(order: Order) -> tuple[str, int]:
    order = Order.objects.get(pk=order.pk)
    return order.state, order.refunded_cents


def test_a_refund_in_stripes_dashboard_is_noticed(
    client: Client, sent: Order, stripe: StripeStandIn
) -> None:
    for cents in (2000, 2000, 10390):
        charge = stripe.refund_in_its_dashboard(stripe.session, cents)
        assert tell(client, charge, "charge.refunded").status_code == 200
    assert state_of(sent) == (State.REFUNDED, 10390)
    assert sent.payments.get().status == "refunded"
    assert list(sent.events.filter(by="payment").values_list("mail", flat=True)) == [
        "paid",
        "refunded_in_part",
        "refunded",
    ]


def test_what_the_shop_gave_back_is_not_taken_down_again(
    client: Client, sent: Order, stripe: StripeStandIn
) -> None:
    refunding.give_back(sent, cents=2000, by="mia")
    tell(client, stripe.refund_in_its_dashboard(stripe.session, 2000), "charge.refunded")
    assert state_of(sent) == (State.SENT, 2000)
    assert sent.payments.get().held_cents == 8390


def test_a_refund_of_somebody_elses_charge(client: Client, sent: Order) -> None:
    charge = {"object": "charge", "payment_intent": "pi_other", "amount_refunded": 100}
    assert tell(client, charge, "charge.refunded").status_code == 400
    assert state_of(sent) == (State.SENT, 0)


def test_a_part_and_then_the_rest(sent: Order, stripe: StripeStandIn) -> None:
    order = refunding.give_back(sent, cents=2000, by="mia")
    assert state_of(order) == (State.SENT, 2000)
    assert order.payments.get().held_cents == 8390
    order = refunding.give_back(order, cents=8390, by="mia")
    assert state_of(order) == (State.REFUNDED, 10390)
    assert [refund["amount"] for refund in stripe.refunds.values()] == ["2000", "8390"]
    assert order.payments.get().status == "refunded"


def test_equal_parts_are_not_taken_for_one(sent: Order, stripe: StripeStandIn) -> None:
    for _ in range(2):
        refunding.give_back(sent, cents=1000, by="mia")
    assert stripe.refunded_cents() == 2000
    assert state_of(sent) == (State.SENT, 2000)


def test_asked_for_twice_at_once_it_goes_once(sent: Order, stripe: StripeStandIn) -> None:
    payment = sent.payments.get()
    refunding._give_back(payment, 2000, "mia")
    # Whoever asked at the same moment saw as much held.
    refunding._give_back(payment, 2000, "mia")
    assert stripe.refunded_cents() == 2000
    assert state_of(sent) == (State.SENT, 2000)


def test_a_refund_that_nobody_lived_to_take_down(sent: Order, stripe: StripeStandIn) -> None:
    payment = sent.payments.get()
    refunding.providers.provider_of(payment).refund(payment, payment.total / 2)
    refunding.give_back(sent, cents=5195, by="mia")
    assert stripe.refunded_cents() == 5195
    assert state_of(sent) == (State.SENT, 5195)


def test_more_than_was_paid(sent: Order, stripe: StripeStandIn) -> None:
    with pytest.raises(TransitionRefused, match="More cannot be given back"):
        refunding.give_back(sent, cents=10391, by="mia")
    assert stripe.refunds == {}


def test_all_of_it_while_the_pieces_are_in_the_house(paid: Order, stripe: StripeStandIn) -> None:
    with pytest.raises(TransitionRefused, match="Cancel the order first"):
        refunding.give_back(paid, cents=10390, by="mia")
    assert stripe.refunds == {}
    refunding.give_back(paid, cents=2000, by="mia")
    assert state_of(paid) == (State.PAID, 2000)


def test_the_provider_is_away(sent: Order, stripe: StripeStandIn) -> None:
    stripe.is_away = True
    with pytest.raises(ProviderFailed, match="Not now"):
        refunding.give_back(sent, cents=2000, by="mia")
    assert state_of(sent) == (State.SENT, 0)


@pytest.mark.usefixtures("eager_tasks")
def test_a_shopper_who_cancels_has_the_money_back(
    client: Client, paid: Order, stripe: StripeStandIn, committed: Any
) -> None:
    with committed():
        client.post(f"/orders/{paid.token}/cancel/")
    assert state_of(paid) == (State.REFUNDED, 10390)
    assert "Your money is on its way back." in text(client.get(paid.get_absolute_url()))


def test_what_could_not_be_given_back_is_tried_again(
    paid: Order, stripe: StripeStandIn, caplog: Any
) -> None:
    stripe.is_away = True
    transitions.cancel_for_shopper(paid)
    tasks.settle(paid.pk)
    assert "still owes a refund: Not now." in caplog.text
    assert state_of(paid) == (State.CANCELLED, 0)
    stripe.is_away = False
    tasks.settle_waiting()
    assert state_of(paid) == (State.REFUNDED, 10390)
    tasks.settle_waiting()
    assert stripe.refunded_cents() == 10390


# The merchant's page


def test_the_merchant_gives_a_part_back(
    merchant: Client, sent: Order, stripe: StripeStandIn
) -> None:
    page = text(merchant.get(f"/admin/orders/order/{sent.pk}/change/"))
    assert "Up to €103.90, all or a part" in page
    assert "Mark as refunded" not in page
    assert "cs_0" in page
    assert "€20.00" in give_back(merchant, sent, "20")
    assert stripe.refunded_cents() == 2000
    assert sent.events.filter(by="mia", mail="refunded_in_part").count() == 1
    give_back(merchant, sent, "83.90")
    assert state_of(sent) == (State.REFUNDED, 10390)


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("", "Say how much was given back."),
        ("0", "Say how much was given back."),
        ("-1", "Say how much was given back."),
        ("103.91", "More cannot be given back than was paid."),
    ],
)
def test_an_amount_that_cannot_be(
    merchant: Client, sent: Order, stripe: StripeStandIn, amount: str, sentence: str
) -> None:
    assert sentence in give_back(merchant, sent, amount)
    assert stripe.refunds == {}


def test_the_merchant_hears_that_the_provider_is_away(
    merchant: Client, sent: Order, stripe: StripeStandIn
) -> None:
    stripe.is_away = True
    assert "Not now." in give_back(merchant, sent, "20")
    assert state_of(sent) == (State.SENT, 0)


def test_money_that_came_by_hand_is_given_back_by_hand(client: Client, order: Order) -> None:
    transitions.move(order, State.PAID, by="mia")
    client.force_login(User.objects.create_superuser("mia"))
    assert "Take it down" in text(client.get(f"/admin/orders/order/{order.pk}/change/"))
    give_back(client, order, "20")
    assert state_of(order) == (State.PAID, 2000)

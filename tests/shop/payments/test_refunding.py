"""Giving money back: pieces, parts, too much, twice at once, and when the provider is away."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from payments import PaymentError

from shop.orders import transitions
from shop.orders.errors import TransitionRefused
from shop.orders.models import Order, Refund
from shop.orders.refunds import Wish
from shop.orders.states import State
from shop.payments import refunding, tasks
from shop.payments.errors import ProviderFailed, ProviderSilent
from shop.payments.models import PaymentRefund
from shop.stock.reserving import available
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


def give_back(order: Order, wish: Wish | int, key: str = "") -> Order:
    wish = Wish(cents=wish) if isinstance(wish, int) else wish
    refunding.give_back(order, wish, key=key or secrets.token_urlsafe(), by="mia")
    return Order.objects.get(pk=order.pk)


def confirm(merchant: Client, order: Order, **fields: str) -> str:
    """What the merchant sees who fills in the form of a refund and confirms what it comes to."""
    address = f"/admin/orders/order/{order.pk}/refund/"
    fields = {"key": secrets.token_urlsafe()} | fields
    page = merchant.post(address, fields)
    if page.context.get("plan") is None:
        return text(page)
    agreed = {"agreed": str(page.context["plan"].cents)}
    return text(merchant.post(address, fields | agreed, follow=True))


def state_of(order: Order) -> tuple[str, int]:
    order = Order.objects.get(pk=order.pk)
    return order.state, order.refunded_cents


def all_waited_for_long_ago() -> None:
    Refund.objects.update(begun_at=timezone.now() - refunding.PATIENCE)


def test_a_refund_in_stripes_dashboard_is_noticed(
    client: Client, sent: Order, stripe: StripeStandIn
) -> None:
    for cents in (2000, 2000, 10390):
        charge = stripe.refund_in_its_dashboard(stripe.session, cents)
        assert tell(client, charge, "charge.refunded").status_code == 200
    assert state_of(sent) == (State.REFUNDED, 10390)
    payment = sent.payments.get()
    assert (payment.status, payment.held_cents) == ("refunded", 0)
    assert [part.cents for part in payment.refunds.all()] == [2000, 8390]
    assert list(sent.events.filter(by="payment").values_list("mail", flat=True)) == [
        "paid",
        "refunded_in_part",
        "refunded",
    ]


def test_what_the_shop_gave_back_is_not_taken_down_again(
    client: Client, sent: Order, stripe: StripeStandIn
) -> None:
    give_back(sent, 2000)
    tell(client, stripe.refund_in_its_dashboard(stripe.session, 2000), "charge.refunded")
    assert state_of(sent) == (State.SENT, 2000)
    assert sent.payments.get().held_cents == 8390


def test_word_of_a_refund_that_is_still_being_asked_for(
    client: Client, sent: Order, stripe: StripeStandIn
) -> None:
    refund = refunding._begun(sent, Wish(cents=2000), "a key", "mia")
    tell(client, stripe.refund_in_its_dashboard(stripe.session, 2000), "charge.refunded")
    refunding.carry_out(refund)
    assert state_of(sent) == (State.SENT, 2000)
    assert sent.payments.get().held_cents == 8390


def test_a_refund_of_somebody_elses_charge(client: Client, sent: Order) -> None:
    charge = {"object": "charge", "payment_intent": "pi_other", "amount_refunded": 100}
    assert tell(client, charge, "charge.refunded").status_code == 400
    assert state_of(sent) == (State.SENT, 0)


def test_a_part_and_then_the_rest(sent: Order, stripe: StripeStandIn) -> None:
    order = give_back(sent, 2000)
    assert state_of(order) == (State.SENT, 2000)
    assert order.payments.get().held_cents == 8390
    order = give_back(order, 8390)
    assert state_of(order) == (State.REFUNDED, 10390)
    assert [refund["amount"] for refund in stripe.refunds.values()] == ["2000", "8390"]
    assert order.payments.get().status == "refunded"


def test_pieces_and_the_delivery(sent: Order, stripe: StripeStandIn) -> None:
    pieces = {sent.lines.get().pk: 1}
    order = give_back(sent, Wish(pieces=pieces, delivery=True, restocks=True, reason="Torn."))
    assert state_of(order) == (State.REFUNDED, 10390)
    assert stripe.refunded_cents() == 10390
    assert available(["COAT-S"]) == {"COAT-S": 3}
    assert order.events.last().note == "Torn."


def test_equal_parts_are_not_taken_for_one(sent: Order, stripe: StripeStandIn) -> None:
    for _ in range(2):
        give_back(sent, 1000)
    assert stripe.refunded_cents() == 2000
    assert state_of(sent) == (State.SENT, 2000)


def test_confirmed_twice_it_goes_once(sent: Order, stripe: StripeStandIn) -> None:
    pieces = Wish(pieces={sent.lines.get().pk: 1}, restocks=True)
    for _ in range(2):
        give_back(sent, pieces, key="the same")
    assert stripe.refunded_cents() == 9900
    assert state_of(sent) == (State.SENT, 9900)
    assert available(["COAT-S"]) == {"COAT-S": 3}


def test_carried_out_twice_at_once_it_goes_once(sent: Order, stripe: StripeStandIn) -> None:
    refund = refunding._begun(sent, Wish(cents=2000), "a key", "mia")
    (part,) = refund.parts.all()
    for _ in range(2):
        refunding._ask(part)
        transitions.conclude(refund)
    assert stripe.refunded_cents() == 2000
    assert sent.events.filter(mail="refunded_in_part").count() == 1


def test_two_refunds_at_once_never_promise_the_same_money(
    sent: Order, stripe: StripeStandIn
) -> None:
    first = refunding._begun(sent, Wish(cents=6000), "one", "mia")
    with pytest.raises(TransitionRefused, match="More cannot be given back"):
        refunding._begun(sent, Wish(cents=6000), "other", "bob")
    second = refunding._begun(sent, Wish(cents=4390), "other", "bob")
    refunding.carry_out(second)
    assert state_of(sent) == (State.SENT, 10390)
    refunding.carry_out(first)
    assert state_of(sent) == (State.REFUNDED, 10390)
    assert stripe.refunded_cents() == 10390


def test_a_refund_that_nobody_lived_to_carry_out(sent: Order, stripe: StripeStandIn) -> None:
    refund = refunding._begun(sent, Wish(cents=5195), "a key", "mia")
    refunding.providers.provider_of(sent.payments.get()).give_back(refund.parts.get())
    tasks.settle_waiting()
    assert Refund.objects.open().exists()
    all_waited_for_long_ago()
    tasks.settle_waiting()
    assert not Refund.objects.open().exists()
    assert stripe.refunded_cents() == 5195
    assert state_of(sent) == (State.SENT, 5195)


def test_more_than_was_paid(sent: Order, stripe: StripeStandIn) -> None:
    with pytest.raises(TransitionRefused, match="More cannot be given back"):
        give_back(sent, 10391)
    assert stripe.refunds == {}


def test_all_of_it_while_the_pieces_are_in_the_house(paid: Order, stripe: StripeStandIn) -> None:
    with pytest.raises(TransitionRefused, match="Cancel the order first"):
        give_back(paid, 10390)
    assert stripe.refunds == {}
    give_back(paid, 2000)
    assert state_of(paid) == (State.PAID, 2000)


def test_the_provider_refuses(sent: Order, stripe: StripeStandIn) -> None:
    stripe.is_away = True
    with pytest.raises(ProviderFailed, match="Not now"):
        give_back(sent, 2000)
    assert state_of(sent) == (State.SENT, 0)
    assert sent.payments.get().held_cents == 10390
    assert not Refund.objects.exists()
    assert sent.events.last().note == "€20.00 could not be given back: Not now."


def test_the_provider_says_nothing(sent: Order, stripe: StripeStandIn, caplog: Any) -> None:
    """Nobody knows whether the money went, so it counts as gone until there is an answer."""
    stripe.is_silent = True
    with pytest.raises(ProviderSilent, match="asked again"):
        give_back(sent, 2000)
    assert state_of(sent) == (State.SENT, 2000)
    with pytest.raises(TransitionRefused):
        give_back(sent, 10390)
    all_waited_for_long_ago()
    tasks.settle_waiting()
    assert "is not done: The provider does not answer" in caplog.text
    assert not sent.events.filter(mail="refunded_in_part").exists()
    stripe.is_silent = False
    tasks.settle_waiting()
    assert stripe.refunded_cents() == 2000
    assert sent.events.filter(mail="refunded_in_part").count() == 1
    assert not Refund.objects.open().exists()


def test_one_of_two_payments_refuses(
    sent: Order, stripe: StripeStandIn, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the first gave stays given; what the second did not is held still."""
    second = sent.payments.create(
        variant="trial", total=100, captured_amount=100, status="confirmed", currency="EUR"
    )
    transitions.pay(sent, cents=20390)
    Order.objects.filter(pk=sent.pk).update(state=State.CANCELLED)
    variants = {"trial": ("shop.payments.providers.TrialProvider", {})}
    settings.PAYMENT_VARIANTS = settings.PAYMENT_VARIANTS | variants

    def refuse(self: object, part: PaymentRefund) -> None:
        raise PaymentError("No.")

    monkeypatch.setattr(refunding.providers.TrialProvider, "give_back", refuse)
    with pytest.raises(ProviderFailed, match="No"):
        give_back(sent, 12000)
    assert state_of(sent) == (State.CANCELLED, 10390)
    second.refresh_from_db()
    assert second.held_cents == 10000
    refund = sent.refunds.get()
    assert [(part.cents, bool(part.done_at)) for part in refund.parts.all()] == [(10390, True)]
    all_waited_for_long_ago()
    refunding.carry_out_waiting()
    assert not Refund.objects.open().exists()


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
    events = paid.events.count()
    for _ in range(2):
        tasks.settle(paid.pk)
    assert "still owes a refund: Not now." in caplog.text
    assert state_of(paid) == (State.CANCELLED, 0)
    assert paid.events.count() == events
    stripe.is_away = False
    tasks.settle_waiting()
    assert state_of(paid) == (State.REFUNDED, 10390)
    tasks.settle_waiting()
    assert stripe.refunded_cents() == 10390


def test_what_a_cancelled_order_owes_beside_a_refund(paid: Order, stripe: StripeStandIn) -> None:
    give_back(paid, 2000)
    transitions.cancel_for_shopper(paid)
    tasks.settle(paid.pk)
    assert state_of(paid) == (State.REFUNDED, 10390)
    assert [refund["amount"] for refund in stripe.refunds.values()] == ["2000", "8390"]


# The merchant's page


def test_the_merchant_gives_a_part_back(
    merchant: Client, sent: Order, stripe: StripeStandIn
) -> None:
    page = text(merchant.get(f"/admin/orders/order/{sent.pk}/change/"))
    assert "Up to €103.90: pieces" in page
    assert "Mark as refunded" not in page
    assert "cs_0" in page
    page = confirm(merchant, sent, amount="20")
    assert "€20.00 was given back." in page
    assert "€83.90 of it is still here." in page
    assert stripe.refunded_cents() == 2000
    assert sent.events.filter(by="mia", mail="refunded_in_part").count() == 1
    confirm(merchant, sent, amount="83.90")
    assert state_of(sent) == (State.REFUNDED, 10390)


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("", "Choose what is to be given back."),
        ("0", "greater than or equal to 0.01"),
        ("-1", "greater than or equal to 0.01"),
        ("103.91", "More cannot be given back than was paid."),
    ],
)
def test_an_amount_that_cannot_be(
    merchant: Client, sent: Order, stripe: StripeStandIn, amount: str, sentence: str
) -> None:
    assert sentence in confirm(merchant, sent, amount=amount)
    assert stripe.refunds == {}


def test_the_merchant_hears_that_the_provider_refuses(
    merchant: Client, sent: Order, stripe: StripeStandIn
) -> None:
    stripe.is_away = True
    assert "Not now." in confirm(merchant, sent, amount="20")
    assert state_of(sent) == (State.SENT, 0)


def test_the_merchant_sees_what_has_not_been_answered(
    merchant: Client, sent: Order, stripe: StripeStandIn
) -> None:
    stripe.is_silent = True
    page = confirm(merchant, sent, amount="20")
    assert "asked again every minute" in page
    assert "asked for" in page
    assert sent.number in text(merchant.get("/admin/orders/order/?needs=provider"))


def test_money_that_came_by_hand_is_given_back_by_hand(client: Client, order: Order) -> None:
    transitions.move(order, State.PAID, by="mia")
    client.force_login(User.objects.create_superuser("mia"))
    address = f"/admin/orders/order/{order.pk}/refund/"
    page = text(client.post(address, {"amount": "20", "key": "a key"}))
    assert "€20.00: by hand It is only taken down here" in page
    confirm(client, order, amount="20")
    assert state_of(order) == (State.PAID, 2000)


def test_what_came_by_two_ways_goes_back_by_both(
    merchant: Client, sent: Order, stripe: StripeStandIn
) -> None:
    Order.objects.filter(pk=sent.pk).update(paid_cents=12390, by_hand_cents=2000)
    page = text(
        merchant.post(f"/admin/orders/order/{sent.pk}/refund/", {"amount": "120", "key": "a key"})
    )
    assert "€103.90: Card or wallet" in page
    assert "€16.10: by hand" in page
    confirm(merchant, sent, amount="120")
    assert stripe.refunded_cents() == 10390
    assert state_of(sent) == (State.SENT, 12000)


def test_what_a_provider_holds_that_is_used_no_more_goes_back_by_hand(
    sent: Order, stripe: StripeStandIn, settings: Any
) -> None:
    settings.PAYMENT_VARIANTS = {}
    assert state_of(give_back(sent, 2000)) == (State.SENT, 2000)
    assert stripe.refunds == {}

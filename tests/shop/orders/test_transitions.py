"""Every step that an order can take, and every one that it cannot."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shop.catalog.models import Product
from shop.orders import transitions
from shop.orders.errors import TransitionRefused
from shop.orders.models import DeliveryMethod, Invoice, Order
from shop.orders.states import FOLLOWING, SHOPPER_MAY_CANCEL, TOLD_BY_MAIL, State
from shop.orders.tasks import cancel_overdue
from shop.stock.models import Reservation, Stock
from shop.stock.reserving import available
from tests.shop.orders.shopping import let_reservation_end, order_of, taken_to

ALLOWED = {(origin, to) for origin, following in FOLLOWING.items() for to in following}
PAIRS = [(origin, to) for origin in State for to in State if origin != to]


def pieces() -> int:
    """The coats in S that can be had, out of three."""
    return available(["COAT-S"])["COAT-S"]


@pytest.mark.parametrize(("origin", "to"), PAIRS, ids=[f"{a} to {b}" for a, b in PAIRS])
def test_every_step(order: Order, origin: State, to: State) -> None:
    order = taken_to(order, origin)
    before = order.events.count()
    if (origin, to) in ALLOWED:
        moved = transitions.move(order, to, by="mia", note="why")
        event = moved.events.last()
        assert moved.state == event.state == to
        assert (event.by, event.note) == ("mia", "why")
        assert event.mail == (to if to in TOLD_BY_MAIL else "")
        assert moved.events.count() == before + 1
    else:
        with pytest.raises(TransitionRefused, match="cannot become"):
            transitions.move(order, to, by="mia")
        order.refresh_from_db()
        assert (order.state, order.events.count()) == (origin, before)


@pytest.mark.parametrize("state", State)
def test_a_step_taken_twice_changes_nothing(order: Order, state: State) -> None:
    order = taken_to(order, state)
    before = (order.events.count(), pieces())
    again = transitions.move(order, state, by="mia")
    assert (again.state, again.events.count(), pieces()) == (state, *before)


@pytest.mark.parametrize(
    ("state", "left"),
    [
        (State.PLACED, 2),
        (State.PAID, 2),
        (State.PACKED, 2),
        (State.DELIVERED, 2),
        (State.CANCELLED, 3),
        (State.REFUNDED, 3),
    ],
)
def test_the_stock_follows(order: Order, state: State, left: int) -> None:
    taken_to(order, state)
    assert pieces() == left


def test_cancelling_before_the_payment_lets_the_pieces_go(order: Order) -> None:
    transitions.move(order, State.CANCELLED, by="mia")
    assert pieces() == 3
    assert Stock.objects.get(sku="COAT-S").on_hand == 3


@pytest.mark.parametrize("state", State)
def test_the_shopper_cancels_until_it_is_packed(order: Order, state: State) -> None:
    order = taken_to(order, state)
    if state in SHOPPER_MAY_CANCEL or state == State.CANCELLED:
        assert transitions.cancel_for_shopper(order).state == State.CANCELLED
    else:
        with pytest.raises(TransitionRefused, match="too late"):
            transitions.cancel_for_shopper(order)


def test_a_payment_makes_an_invoice_once(order: Order) -> None:
    for _ in range(3):
        transitions.pay(order, cents=order.total_cents)
    order.refresh_from_db()
    assert (order.state, order.paid_cents) == (State.PAID, order.total_cents)
    assert order.paid_at is not None
    assert Invoice.objects.count() == 1
    assert order.events.filter(state=State.PAID).count() == 1
    assert pieces() == 2


def test_a_part_of_the_total_does_not_pay(order: Order) -> None:
    assert transitions.pay(order, cents=100).state == State.PLACED
    assert transitions.pay(order, cents=order.total_cents).state == State.PAID


def test_who_pays_twice_gets_one_back(order: Order) -> None:
    order = transitions.pay(order, cents=order.total_cents)
    order = transitions.pay(order, cents=2 * order.total_cents)
    assert order.state == State.PAID
    assert order.refund_due_cents == order.total_cents
    assert list(Order.objects.owing_a_refund()) == [order]
    order = transitions.refund(order, cents=order.total_cents, by="mia")
    assert (order.state, order.refund_due_cents) == (State.PAID, 0)
    assert not Order.objects.owing_a_refund().exists()


def test_money_that_comes_twice_after_a_part_went_back_is_owed(order: Order) -> None:
    """A refund of €10 was for goods; it does not count against what is paid twice."""
    order = taken_to(order, State.SENT)
    order = transitions.refund(order, cents=1000, by="mia")
    order = transitions.pay(order, cents=order.total_cents)
    assert order.refund_due_cents == order.total_cents
    assert list(Order.objects.owing_a_refund()) == [order]
    order = transitions.refund(order, cents=1000 + order.total_cents, by="mia")
    assert (order.state, order.refund_due_cents, order.credited_cents) == (State.SENT, 0, 1000)


def test_money_that_comes_after_a_refund_is_owed(order: Order) -> None:
    total = order.total_cents
    order = taken_to(transitions.pay(order, cents=total), State.CANCELLED)
    order = transitions.refund(order, cents=total, by="mia")
    assert order.state == State.REFUNDED
    order = transitions.pay(order, cents=2 * total)
    assert (order.state, order.refund_due_cents) == (State.REFUNDED, total)
    assert order.events.last().mail == "paid_late"
    assert list(Order.objects.owing_a_refund()) == [order]
    order = transitions.refund(order, cents=2 * total, by="mia")
    assert (order.state, order.refund_due_cents) == (State.REFUNDED, 0)


def test_what_a_provider_brings_beside_money_by_hand_is_owed(order: Order) -> None:
    order = transitions.move(order, State.PAID, by="mia")
    assert order.by_hand_cents == order.paid_cents == order.total_cents
    for _ in range(2):
        order = transitions.pay(order, cents=order.total_cents)
    assert (order.state, order.refund_due_cents) == (State.PAID, order.total_cents)
    assert order.events.filter(mail="paid_twice").count() == 1


def test_the_merchant_has_the_rest_of_the_money(order: Order) -> None:
    order = transitions.pay(order, cents=1000)
    order = transitions.move(order, State.PAID, by="mia")
    assert (order.by_hand_cents, order.paid_cents) == (order.total_cents - 1000, order.total_cents)


def test_what_went_back_past_the_shop_is_taken_down_in_every_state(order: Order) -> None:
    order = taken_to(order, State.PACKED)
    for _ in range(2):
        transitions.refunded_elsewhere(order, cents=order.total_cents, by="payment")
    order.refresh_from_db()
    assert (order.state, order.refund_due_cents) == (State.PACKED, 0)
    assert "cancel the order" in order.events.last().note
    order = transitions.move(order, State.CANCELLED, by="mia")
    assert (order.state, order.refund_due_cents) == (State.CANCELLED, 0)
    assert not Order.objects.owing_a_refund().exists()


def test_late_payment_counts_while_the_pieces_are_there(order: Order) -> None:
    let_reservation_end(order)
    assert transitions.pay(order, cents=order.total_cents).state == State.PAID


def test_nobody_is_charged_without_an_order(
    order: Order, coat: Product, delivery: DeliveryMethod
) -> None:
    let_reservation_end(order)
    taken_to(order_of(coat, {"COAT-S": 3}, delivery), State.PAID)
    order = transitions.pay(order, cents=order.total_cents)
    assert (order.state, order.paid_at) == (State.CANCELLED, None)
    assert order.refund_due_cents == order.total_cents
    assert list(Order.objects.owing_a_refund()) == [order]
    assert order.events.last().mail == "cancelled"
    assert pieces() == 0
    order = transitions.refund(order, cents=order.paid_cents, by="mia")
    assert (order.state, order.refund_due_cents) == (State.REFUNDED, 0)


def test_a_payment_for_a_cancelled_order_is_owed_back(order: Order) -> None:
    order = transitions.cancel_for_shopper(order)
    for _ in range(2):
        order = transitions.pay(order, cents=order.total_cents)
    assert (order.state, order.refund_due_cents) == (State.CANCELLED, order.total_cents)
    assert order.events.filter(mail="paid_late").count() == 1
    assert pieces() == 3


def test_what_was_never_paid_cannot_be_refunded(order: Order) -> None:
    order = transitions.move(order, State.CANCELLED, by="mia")
    assert order.following_states == ()
    with pytest.raises(TransitionRefused):
        transitions.move(order, State.REFUNDED, by="mia")


def test_a_refund_in_parts(order: Order) -> None:
    order = taken_to(order, State.DELIVERED)
    order = transitions.refund(order, cents=1000, by="mia")
    again = transitions.refund(order, cents=1000, by="mia")
    assert (again.state, again.refunded_cents) == (State.DELIVERED, 1000)
    assert again.events.filter(mail="refunded_in_part").count() == 1
    with pytest.raises(TransitionRefused, match="More"):
        transitions.refund(order, cents=order.paid_cents + 1, by="mia")
    assert transitions.refund(order, cents=order.paid_cents, by="mia").state == State.REFUNDED


def test_all_of_it_cannot_be_refunded_while_the_pieces_are_in_the_house(order: Order) -> None:
    order = taken_to(order, State.PACKED)
    with pytest.raises(TransitionRefused):
        transitions.refund(order, cents=order.paid_cents, by="mia")
    order.refresh_from_db()
    assert order.refunded_cents == 0


def test_what_nobody_pays_is_cancelled_in_time(order: Order, settings: Any) -> None:
    cancel_overdue()
    order.refresh_from_db()
    assert order.state == State.PLACED
    late = timedelta(minutes=settings.UNPAID_ORDER_MINUTES, seconds=1)
    Order.objects.update(placed_at=timezone.now() - late)
    cancel_overdue()
    cancel_overdue()
    order.refresh_from_db()
    assert order.state == State.CANCELLED
    assert order.events.last().by == transitions.TIME
    assert pieces() == 3


def test_pieces_are_held_anew_for_another_try_to_pay(
    order: Order, coat: Product, delivery: DeliveryMethod
) -> None:
    let_reservation_end(order)
    assert pieces() == 3
    transitions.hold(order)
    assert pieces() == 2
    held = Reservation.objects.get(key=order.stock_key)
    Reservation.objects.update(expires=held.expires - timedelta(minutes=10))
    transitions.hold(order)
    assert Reservation.objects.get(key=order.stock_key).expires >= held.expires
    let_reservation_end(order)
    order_of(coat, {"COAT-S": 3}, delivery)
    with pytest.raises(TransitionRefused, match="Somebody else"):
        transitions.hold(order)
    with pytest.raises(TransitionRefused, match="not waiting"):
        transitions.hold(transitions.cancel_for_shopper(order))

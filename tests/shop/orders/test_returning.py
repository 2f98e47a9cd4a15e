"""What shoppers may send back, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shop.catalog.models import Product
from shop.orders import returning, transitions
from shop.orders.errors import ReturnRefused
from shop.orders.models import DeliveryMethod, Order, Voucher
from shop.orders.states import OUT_OF_THE_HOUSE, RETURN_FOLLOWING, ReturnState, State
from shop.stock.reserving import available
from tests.shop.orders.shopping import order_of, taken_to

WAYS = {
    ReturnState.ASKED: (),
    ReturnState.ACCEPTED: (ReturnState.ACCEPTED,),
    ReturnState.REFUSED: (ReturnState.REFUSED,),
    ReturnState.RECEIVED: (ReturnState.ACCEPTED, ReturnState.RECEIVED),
}


@pytest.fixture
def delivered(coat: Product, delivery: DeliveryMethod) -> Order:
    """Two coats in S with a tenth off, and they are there."""
    Voucher.objects.create(code="TEN", percent=10)
    order = order_of(coat, {"COAT-S": 2}, delivery, voucher_code="TEN")
    return taken_to(order, State.DELIVERED)


def ask(order: Order, pieces: int) -> Any:
    return returning.ask(order, pieces={order.lines.get().pk: pieces})


@pytest.mark.parametrize("state", State)
def test_only_what_left_the_house_comes_back(order: Order, state: State) -> None:
    order = taken_to(order, state)
    if state in OUT_OF_THE_HOUSE:
        assert ask(order, 1).state == ReturnState.ASKED
    else:
        with pytest.raises(ReturnRefused, match="Nothing"):
            ask(order, 1)


@pytest.mark.parametrize("origin", ReturnState)
@pytest.mark.parametrize("to", ReturnState)
def test_every_step(delivered: Order, origin: ReturnState, to: ReturnState) -> None:
    request = ask(delivered, 1)
    for step in WAYS[origin]:
        request = returning.decide(request, step, by="mia")
    if to == origin or to in RETURN_FOLLOWING[origin]:
        assert returning.decide(request, to, by="mia").state == to
    else:
        with pytest.raises(ReturnRefused, match="cannot be"):
            returning.decide(request, to, by="mia")


def test_pieces_come_back_once(delivered: Order) -> None:
    line = delivered.lines.get()
    assert returning.returnable(delivered) == {line: 2}
    first = ask(delivered, 1)
    assert returning.returnable(delivered) == {line: 1}
    with pytest.raises(ReturnRefused, match="more than you have"):
        ask(delivered, 2)
    ask(delivered, 1)
    with pytest.raises(ReturnRefused, match="Nothing"):
        ask(delivered, 1)
    returning.decide(first, ReturnState.REFUSED, by="mia")
    assert returning.returnable(delivered) == {line: 1}


def test_nothing_chosen_is_no_return(delivered: Order) -> None:
    with pytest.raises(ReturnRefused, match="Choose"):
        ask(delivered, 0)


def test_what_was_received_is_in_stock_again(delivered: Order) -> None:
    assert available(["COAT-S"]) == {"COAT-S": 1}
    request = ask(delivered, 2)
    for state in (ReturnState.ACCEPTED, ReturnState.RECEIVED, ReturnState.RECEIVED):
        request = returning.decide(request, state, by="mia")
    assert available(["COAT-S"]) == {"COAT-S": 3}


def test_what_is_damaged_does_not_go_back_into_stock(delivered: Order) -> None:
    request = ask(delivered, 2)
    for state in (ReturnState.ACCEPTED, ReturnState.RECEIVED):
        request = returning.decide(request, state, by="mia", restocks=False)
    assert available(["COAT-S"]) == {"COAT-S": 1}
    assert delivered.events.last().note == (
        "The return is now received. Its pieces do not go back into stock."
    )


def test_a_return_is_worth_what_was_paid_for_it(delivered: Order) -> None:
    one, other = ask(delivered, 1), ask(delivered, 1)
    assert one.worth_cents == other.worth_cents == 8910
    order = transitions.refund(delivered, cents=one.worth_cents, by="mia")
    assert order.state == State.DELIVERED


def test_the_time_for_returns_begins_with_the_last_step(delivered: Order, settings: Any) -> None:
    long_ago = timezone.now() - timedelta(days=settings.RETURN_DAYS)
    delivered.events.exclude(state=State.DELIVERED).update(at=long_ago)
    ask(delivered, 1)
    delivered.events.update(at=long_ago)
    with pytest.raises(ReturnRefused, match="Nothing"):
        ask(delivered, 1)

"""What refunds come to, what goes back into stock because of them, and what is told."""

from __future__ import annotations

import pytest
from django.core import mail
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from shop.catalog.models import Product
from shop.orders import refunds, returning, transitions
from shop.orders.errors import RefundRefused, TransitionRefused
from shop.orders.mails import send_mail
from shop.orders.models import DeliveryMethod, Order, OrderEvent, OrderLine, Voucher
from shop.orders.refunds import Given, Plan, Wish, comes_to
from shop.orders.states import ReturnState, State
from shop.stock.counting import stop_counting
from shop.stock.reserving import available
from tests.shop.orders.shopping import order_of, taken_to


@pytest.fixture
def delivered(coat: Product, delivery: DeliveryMethod) -> Order:
    """Three coats in S and one in M, €10 off, and they are there."""
    Voucher.objects.create(code="TEN", kind="fixed", amount_cents=1000)
    delivery.free_from_cents = None
    delivery.save()
    order = order_of(coat, {"COAT-S": 3, "COAT-M": 1}, delivery, voucher_code="TEN")
    return taken_to(order, State.DELIVERED)


def lines(order: Order) -> list[OrderLine]:
    return list(order.lines.all())


def give(order: Order, wish: Wish, key: str = "") -> Order:
    refund, _ = refunds.begin(order, wish, key=key or f"key {order.refunds.count()}", by="mia")
    return transitions.conclude(refund)


def summed(plan: Plan) -> tuple[list[int], int, int]:
    return [line.cents for line in plan.lines], plan.delivery_cents, plan.cents


def test_pieces_are_worth_what_was_paid_for_them(delivered: Order) -> None:
    coats, medium = lines(delivered)
    # €297.00 less €7.50, and €99.00 less €2.50.
    assert summed(comes_to(delivered, Wish(pieces={coats.pk: 3, medium.pk: 1}))) == (
        [28950, 9650],
        0,
        38600,
    )
    plan = comes_to(delivered, Wish(pieces={coats.pk: 1}, delivery=True, cents=5))
    assert summed(plan) == ([9650], 490, 9650 + 490 + 5)


@given(off=st.integers(0, 29700), parts=st.sampled_from([[1, 1, 1], [2, 1], [1, 2], [3]]))
def test_parts_of_a_line_come_to_all_of_it(off: int, parts: list[int]) -> None:
    line = OrderLine(pk=1, unit_price_cents=9900, quantity=3, discount_cents=off)
    before, cents = 0, 0
    for part in parts:
        cents += line.worth_of(before + part) - line.worth_of(before)
        before += part
    assert cents == 29700 - off


def test_what_is_rounded_off_one_piece_is_in_the_next(delivered: Order) -> None:
    coats, _ = lines(delivered)
    OrderLine.objects.filter(pk=coats.pk).update(discount_cents=752)
    came: list[int] = []
    for number in range(3):
        wish = Wish(pieces={coats.pk: 1})
        came += [line.cents for line in comes_to(delivered, wish).lines]
        give(delivered, wish, key=str(number))
    assert sum(came) == 29700 - 752
    assert max(came) - min(came) == 1


def test_nothing_goes_back_twice(delivered: Order) -> None:
    coats, _ = lines(delivered)
    give(delivered, Wish(pieces={coats.pk: 2}, delivery=True))
    so_far = Given(delivered)
    assert so_far.left[coats] == 1
    assert so_far.delivery_left_cents == 0
    with pytest.raises(RefundRefused, match="already"):
        comes_to(delivered, Wish(pieces={coats.pk: 2}))
    with pytest.raises(RefundRefused, match="Choose"):
        comes_to(delivered, Wish(delivery=True))
    with pytest.raises(RefundRefused, match="already"):
        comes_to(delivered, Wish(pieces={coats.pk + 1000: 1}))


def test_no_more_than_was_paid_and_has_not_gone_back(delivered: Order) -> None:
    coats, _ = lines(delivered)
    delivered = give(delivered, Wish(cents=20000))
    with pytest.raises(TransitionRefused, match="More"):
        comes_to(delivered, Wish(pieces={coats.pk: 3}))
    delivered = give(delivered, Wish(cents=delivered.refundable_cents))
    assert (delivered.state, delivered.refundable_cents) == (State.REFUNDED, 0)


@pytest.mark.parametrize("state", [State.PAID, State.PACKED])
def test_all_pieces_while_they_are_in_the_house(order: Order, state: State) -> None:
    order = taken_to(order, state)
    assert order.refundable_cents == order.paid_cents - 1
    for wish in (Wish(pieces={order.lines.get().pk: 1}), Wish(cents=order.paid_cents)):
        with pytest.raises((RefundRefused, TransitionRefused), match="Cancel the order first"):
            comes_to(order, wish)


def test_the_same_key_is_one_refund(delivered: Order) -> None:
    coats, _ = lines(delivered)
    wish = Wish(pieces={coats.pk: 1}, restocks=True)
    for _ in range(2):
        give(delivered, wish, key="the same")
    assert delivered.refunds.count() == 1
    assert available(["COAT-S"]) == {"COAT-S": 1}
    assert delivered.events.filter(mail="refunded_in_part").count() == 1


# Pieces


@pytest.mark.parametrize(("restocks", "there"), [(True, 2), (False, 0)])
def test_pieces_go_back_into_stock_as_wished(delivered: Order, restocks: bool, there: int) -> None:
    coats, _ = lines(delivered)
    give(delivered, Wish(pieces={coats.pk: 2}, restocks=restocks))
    assert available(["COAT-S"]) == {"COAT-S": there}


def test_what_is_not_counted_does_not_go_back_into_stock(delivered: Order) -> None:
    coats, _ = lines(delivered)
    stop_counting("COAT-S")
    plan = comes_to(delivered, Wish(pieces={coats.pk: 1}, restocks=True))
    assert not plan.restocks


def test_received_pieces_are_not_brought_back_again(delivered: Order) -> None:
    coats, _ = lines(delivered)
    request = returning.ask(delivered, pieces={coats.pk: 1})
    for step in (ReturnState.ACCEPTED, ReturnState.RECEIVED):
        returning.decide(request, step, by="mia")
    give(delivered, Wish(pieces={coats.pk: 1}, restocks=True, request=request))
    assert available(["COAT-S"]) == {"COAT-S": 1}
    give(delivered, Wish(pieces={coats.pk: 1}, restocks=True))
    assert available(["COAT-S"]) == {"COAT-S": 2}


def test_a_received_piece_is_not_another_one(delivered: Order) -> None:
    """A piece whose money went back while its shopper kept it, and one that was sent back."""
    coats, _ = lines(delivered)
    give(delivered, Wish(pieces={coats.pk: 1}))
    request = returning.ask(delivered, pieces={coats.pk: 1})
    for step in (ReturnState.ACCEPTED, ReturnState.RECEIVED):
        returning.decide(request, step, by="mia")
    give(delivered, Wish(pieces={coats.pk: 1}, restocks=True, request=request))
    assert available(["COAT-S"]) == {"COAT-S": 1}


def test_pieces_are_received_while_their_refund_is_open(delivered: Order) -> None:
    coats, _ = lines(delivered)
    request = returning.ask(delivered, pieces={coats.pk: 1})
    returning.decide(request, ReturnState.ACCEPTED, by="mia")
    wish = Wish(pieces={coats.pk: 1}, restocks=True, request=request)
    refund, _ = refunds.begin(delivered, wish, key="a key", by="mia")
    returning.decide(request, ReturnState.RECEIVED, by="mia")
    transitions.conclude(refund)
    assert available(["COAT-S"]) == {"COAT-S": 1}


def test_what_was_received_without_restocking_goes_there_with_its_refund(delivered: Order) -> None:
    coats, _ = lines(delivered)
    request = returning.ask(delivered, pieces={coats.pk: 2})
    returning.decide(request, ReturnState.ACCEPTED, by="mia")
    returning.decide(request, ReturnState.RECEIVED, by="mia", restocks=False)
    assert available(["COAT-S"]) == {"COAT-S": 0}
    give(delivered, Wish(pieces={coats.pk: 1}, restocks=True, request=request))
    assert available(["COAT-S"]) == {"COAT-S": 1}


def test_pieces_that_their_refund_brought_back_are_received_without_another(
    delivered: Order,
) -> None:
    coats, _ = lines(delivered)
    request = returning.ask(delivered, pieces={coats.pk: 2})
    returning.decide(request, ReturnState.ACCEPTED, by="mia")
    give(delivered, Wish(pieces={coats.pk: 1}, restocks=True, request=request))
    returning.decide(request, ReturnState.RECEIVED, by="mia")
    assert available(["COAT-S"]) == {"COAT-S": 2}


def test_cancelling_brings_the_rest_back(coat: Product, delivery: DeliveryMethod) -> None:
    order = taken_to(order_of(coat, {"COAT-S": 2}, delivery), State.PACKED)
    give(order, Wish(pieces={order.lines.get().pk: 1}, restocks=True))
    assert available(["COAT-S"]) == {"COAT-S": 2}
    transitions.move(order, State.CANCELLED, by="mia")
    assert available(["COAT-S"]) == {"COAT-S": 3}


def test_cancelling_leaves_out_what_cannot_be_sold(coat: Product, delivery: DeliveryMethod) -> None:
    """A torn piece was refunded and thrown away before the rest was cancelled."""
    order = taken_to(order_of(coat, {"COAT-S": 2}, delivery), State.PACKED)
    give(order, Wish(pieces={order.lines.get().pk: 1}))
    transitions.move(order, State.CANCELLED, by="mia")
    assert available(["COAT-S"]) == {"COAT-S": 2}


def test_refunded_pieces_cannot_be_asked_back(delivered: Order) -> None:
    coats, medium = lines(delivered)
    give(delivered, Wish(pieces={coats.pk: 2}))
    assert returning.returnable(delivered) == {coats: 1, medium: 1}


# What is told


def test_the_shopper_reads_what_and_why(delivered: Order) -> None:
    coats, _ = lines(delivered)
    OrderEvent.objects.update(mailed_at=timezone.now())
    give(delivered, Wish(pieces={coats.pk: 2}, delivery=True, reason="A <seam> was torn."))
    event = delivered.events.last()
    assert event.refund == delivered.refunds.get()
    assert event.note == "A <seam> was torn."
    send_mail(event.pk)
    body = str(mail.outbox[-1].body)
    for text in ("We give €197.90 back", "2 \N{MULTIPLICATION SIGN} Long coat (Navy, S)"):
        assert text in body
    assert "Standard" in body
    assert "A <seam> was torn." in body
    html = str(mail.outbox[-1].alternatives[0][0])  # type: ignore[attr-defined]
    assert "A &lt;seam&gt; was torn." in html


def test_an_open_refund_counts_and_is_told_when_it_is_done(delivered: Order) -> None:
    refund, _ = refunds.begin(delivered, Wish(cents=1000), key="a key", by="mia")
    delivered.refresh_from_db()
    assert delivered.refunded_cents == 1000
    assert not delivered.events.filter(mail="refunded_in_part").exists()
    for _ in range(2):
        transitions.conclude(refund)
    assert delivered.events.filter(mail="refunded_in_part").count() == 1


def test_a_refund_that_falls_short(delivered: Order) -> None:
    refund, _ = refunds.begin(delivered, Wish(cents=1000), key="a key", by="mia")
    transitions.fall_short(refund, cents=400, note="The provider refused.")
    delivered.refresh_from_db()
    assert (delivered.refunded_cents, delivered.credited_cents) == (600, 600)
    transitions.fall_short(refund, cents=600, note="The provider refused.")
    delivered.refresh_from_db()
    assert (delivered.refunded_cents, delivered.credited_cents) == (0, 0)
    assert not delivered.refunds.exists()
    assert delivered.events.last().note == "The provider refused."


def test_refunded_once_all_refunds_are_done(order: Order) -> None:
    order = taken_to(order, State.SENT)
    first, _ = refunds.begin(order, Wish(cents=5000), key="one", by="mia")
    second, _ = refunds.begin(order, Wish(cents=5390), key="other", by="mia")
    assert transitions.conclude(second).state == State.SENT
    assert transitions.conclude(first).state == State.REFUNDED

"""What is received, what it is found to be about, until when it is in time, when it is settled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone, translation

from shop.catalog.models import Product
from shop.orders import refunds, returning, transitions
from shop.orders.models import DeliveryMethod, Order
from shop.orders.models.mailed import LEASE
from shop.orders.refunds import Wish
from shop.orders.states import CALLED_OFF, USUAL_WAY, ReturnState, State
from shop.stock.models import Stock
from shop.withdrawals import receipts, withdrawing
from shop.withdrawals.models import State as WithdrawalState
from shop.withdrawals.models import Withdrawal
from shop.withdrawals.withdrawing import Statement
from tests.shop.orders.shopping import order_of, taken_to


def receive(order: Order, key: str = "a key", **facts: Any) -> Withdrawal:
    """Stated by somebody who knows the order's number and mail address."""
    stated = {"name": "Ada", "number": order.number, "email": order.email} | facts
    return withdrawing.receive(Statement(**stated), key=key, origin="http://testserver")


def withdraw_on_its_page(order: Order, pieces: dict[int, int]) -> Withdrawal:
    stated = Statement("Ada", order.number, order.email, "one of them")
    return withdrawing.receive(
        stated, key="a key", origin="http://testserver", order=order, pieces=pieces
    )


def delivered_at(order: Order, moment: datetime) -> None:
    taken_to(order, State.DELIVERED)
    order.events.filter(state=State.DELIVERED).update(at=moment)


@pytest.mark.parametrize("state", USUAL_WAY)
def test_it_is_received_in_every_state(order: Order, state: State) -> None:
    order = taken_to(order, state)
    withdrawal = receive(order)
    assert (withdrawal.order, withdrawal.is_late) == (order, False)
    assert withdrawal.request is not None
    assert withdrawal.request.state == ReturnState.ACCEPTED
    assert [line.quantity for line in withdrawal.request.lines.all()] == [1]
    assert order.events.last().note == "The shopper withdrew from the contract."


@pytest.mark.parametrize("state", CALLED_OFF)
def test_of_a_cancelled_order_nothing_is_left_to_do(order: Order, state: State) -> None:
    order = taken_to(order, state)
    withdrawal = receive(order)
    assert (withdrawal.order, withdrawal.request) == (order, None)
    assert (withdrawal.state, withdrawal.settled_by) == (WithdrawalState.SETTLED, "shopper")
    assert order.events.last().note == "The shopper withdrew from the contract."


def test_refunded_but_not_sent_back_the_pieces_are_to_come(order: Order) -> None:
    order = taken_to(order, State.DELIVERED)
    order = transitions.refund(order, cents=order.paid_cents, by="mia")
    assert receive(order).request.state == ReturnState.ACCEPTED


@pytest.mark.parametrize(
    ("number", "email"),
    [
        ("{}", "ADA@Example.com"),
        (" {} ", "ada@example.com"),
        ("#{}", "ada@example.com"),
    ],
)
def test_people_write_numbers_and_addresses_as_they_like(
    order: Order, number: str, email: str
) -> None:
    number = number.format(order.number[:4].lower() + "-" + order.number[4:])
    assert receive(order, number=number, email=email).order == order


@pytest.mark.parametrize("facts", [{"number": "ABCD2345"}, {"email": "bob@example.com"}])
def test_what_fits_no_order_is_kept_for_the_merchant(order: Order, facts: dict[str, str]) -> None:
    withdrawal = receive(order, **facts)
    assert (withdrawal.order, withdrawal.request) == (None, None)
    assert list(Withdrawal.objects.waiting()) == [withdrawal]
    assert not order.returns.exists()
    for _ in range(2):
        withdrawal = withdrawing.match(withdrawal, order)
    assert withdrawal.request.lines.get().quantity == 1


def test_stated_twice_it_is_received_once(order: Order) -> None:
    first, again = receive(order), receive(order)
    assert first == again
    assert order.returns.count() == 1


def test_stated_anew_nothing_comes_back_twice(order: Order) -> None:
    receive(order, key="one")
    assert receive(order, key="other").request is None
    assert Withdrawal.objects.count() == 2
    assert order.returns.count() == 1


def test_chosen_pieces_alone(coat: Product, delivery: DeliveryMethod) -> None:
    order = taken_to(order_of(coat, {"COAT-S": 3, "COAT-M": 1}, delivery), State.DELIVERED)
    line = order.lines.first()
    assert line
    withdrawal = withdraw_on_its_page(order, {line.pk: 2})
    assert [row.quantity for row in withdrawal.request.lines.all()] == [2]
    assert sorted(returning.left(order).values()) == [1, 1]


def test_pieces_in_words_are_sorted_out_by_the_merchant(order: Order) -> None:
    withdrawal = receive(order, pieces="the blue one")
    assert (withdrawal.order, withdrawal.request) == (order, None)


def test_pieces_that_are_on_their_way_back_are_left_out(order: Order) -> None:
    order = taken_to(order, State.DELIVERED)
    returning.ask(order, pieces={order.lines.get().pk: 1})
    assert receive(order).request is None


# In time


@pytest.mark.parametrize(
    ("arrived", "last_moment"),
    [
        # Thursday: two weeks later is a Thursday.
        (datetime(2026, 7, 2, 9, tzinfo=UTC), datetime(2026, 7, 16, 21, 59, tzinfo=UTC)),
        # Saturday and Sunday: until the end of Monday.
        (datetime(2026, 7, 4, 9, tzinfo=UTC), datetime(2026, 7, 20, 21, 59, tzinfo=UTC)),
        (datetime(2026, 7, 5, 9, tzinfo=UTC), datetime(2026, 7, 20, 21, 59, tzinfo=UTC)),
        # Half past midnight in Berlin is the next day there.
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), datetime(2026, 7, 16, 21, 59, tzinfo=UTC)),
        # Clocks go back in between.
        (datetime(2026, 10, 15, 9, tzinfo=UTC), datetime(2026, 10, 29, 22, 59, tzinfo=UTC)),
    ],
)
def test_the_time_ends_with_a_day_of_the_shop(
    order: Order, settings: Any, arrived: datetime, last_moment: datetime
) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    delivered_at(order, arrived)
    with timezone.override("Europe/Berlin"):
        assert not order.is_too_late_to_withdraw(last_moment)
        assert order.is_too_late_to_withdraw(last_moment + timedelta(minutes=1))


def test_what_comes_late_the_merchant_decides(order: Order) -> None:
    delivered_at(order, datetime(2026, 7, 1, tzinfo=UTC))
    withdrawal = receive(order)
    assert withdrawal.is_late
    assert withdrawal.request.state == ReturnState.ASKED
    assert not order.can_be_withdrawn
    returning.decide(withdrawal.request, ReturnState.REFUSED, by="mia")


def test_while_it_has_not_arrived_it_is_in_time(order: Order) -> None:
    order = taken_to(order, State.SENT)
    order.events.update(at=datetime(2026, 1, 1, tzinfo=UTC))
    assert not receive(order).is_late
    assert order.can_be_withdrawn


# Settled


def test_its_refund_settles_it(order: Order) -> None:
    order = taken_to(order, State.DELIVERED)
    withdrawal = receive(order)
    wish = Wish(pieces={order.lines.get().pk: 1}, request=withdrawal.request)
    refund, _ = refunds.begin(order, wish, key="a key", by="mia")
    assert Withdrawal.objects.waiting().exists()
    transitions.conclude(refund)
    withdrawal.refresh_from_db()
    assert (withdrawal.state, withdrawal.settled_by) == (WithdrawalState.SETTLED, "mia")


def test_another_refund_does_not(order: Order) -> None:
    order = taken_to(order, State.DELIVERED)
    receive(order)
    transitions.refund(order, cents=100, by="mia")
    assert Withdrawal.objects.waiting().exists()


def test_cancelling_the_order_settles_it(order: Order) -> None:
    order = taken_to(order, State.PAID)
    receive(order)
    transitions.move(order, State.CANCELLED, by="mia")
    assert not Withdrawal.objects.waiting().exists()


def test_settled_once(order: Order) -> None:
    receive(order)
    for by in ("mia", "bob"):
        withdrawing.settle(Withdrawal.objects.all(), by=by)
    assert Withdrawal.objects.get().settled_by == "mia"


# The receipt


@pytest.mark.usefixtures("eager_tasks")
def test_the_receipt_says_what_was_stated_and_when(order: Order, committed: Any) -> None:
    with committed():
        withdrawal = receive(order, name="<b>Ada</b>", pieces="the blue one")
    receipts.send_waiting()
    (sent,) = [sent for sent in mail.outbox if "withdrawal" in sent.subject]
    assert sent.to == ["ada@example.com"]
    Withdrawal.objects.filter(pk=withdrawal.pk).update(
        received_at=datetime(2026, 7, 1, 9, 5, tzinfo=UTC)
    )
    withdrawal.refresh_from_db()
    assert withdrawal.mailed_at
    body = str(receipts.composed(withdrawal).body)
    for text in ("July 1, 2026, 9:05 a.m. (UTC)", order.number, "<b>Ada</b>", "the blue one"):
        assert text in body


@pytest.mark.usefixtures("eager_tasks")
def test_the_receipt_is_the_same_whether_there_is_such_an_order(
    order: Order, committed: Any
) -> None:
    with committed():
        one = receive(order, key="first-key")
        other = receive(order, key="second-key", number="ABCD2345")
    other.received_at = one.received_at
    bodies = [
        str(receipts.composed(stated).body).replace(stated.number, "").replace(stated.key, "")
        for stated in (one, other)
    ]
    assert bodies[0] == bodies[1]
    assert [sent.to for sent in mail.outbox[-2:]] == [["ada@example.com"]] * 2


def test_the_receipt_is_in_the_language_of_the_page_and_the_history_in_the_shops(
    order: Order,
) -> None:
    with translation.override("de"):
        withdrawal = receive(order)
    assert order.events.last().note == "The shopper withdrew from the contract."
    receipts.send_receipt(withdrawal.pk)
    assert "Widerruf" in mail.outbox[-1].subject


@pytest.mark.usefixtures("eager_tasks")
def test_a_receipt_that_could_not_be_sent_is_sent_later(
    order: Order, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    withdrawal = receive(order)
    before = len(mail.outbox)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", 9
    receipts.send_receipt(withdrawal.pk)
    assert "send_receipt is left: Service Unavailable" in caplog.text
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    receipts.send_waiting()
    assert len(mail.outbox) == before
    Withdrawal.objects.update(mail_claimed_at=timezone.now() - 2 * LEASE)
    for _ in range(2):
        receipts.send_waiting()
    assert len(mail.outbox) == before + 1


# Pieces


def test_what_was_never_sold_is_not_received_into_stock(order: Order) -> None:
    """The merchant says that the pieces of an unpaid order are back."""
    withdrawal = receive(order)
    returning.decide(withdrawal.request, ReturnState.RECEIVED, by="mia")
    assert Stock.objects.get(sku="COAT-S").on_hand == 3

"""An order through payments, refunds, returns, withdrawals and cancellations in any order, late and
twice.

The books hold throughout: what came, what went back and what is owed add up, so do the pieces, and
the history tells it all.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db.models import Sum
from django.utils.timezone import now
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shop.catalog.models import Category, Product
from shop.catalog.parts import Variant
from shop.orders import refunds, returning, transitions
from shop.orders.errors import OrderError
from shop.orders.models import DeliveryMethod, Invoice, Order, ReturnRequest
from shop.orders.refunds import Wish
from shop.orders.states import CALLED_OFF, USUAL_WAY, ReturnState, State
from shop.stock import counting, reserving
from shop.stock.models import Movement, Reservation, Stock
from shop.withdrawals import withdrawing
from shop.withdrawals.models import Withdrawal
from shop.withdrawals.withdrawing import Statement
from tests.shop.orders.shopping import let_reservation_end, order_of

PIECES, BOUGHT = 5, 3
SKU = "COAT-S"


class Books(RuleBasedStateMachine):
    """Beside the order: what `providers` brought and what the merchant took in `by_hand`."""

    @initialize(steps=st.integers(0, 4))
    def order_coats(self, steps: int) -> None:
        """So many steps on its usual way, paid through a provider."""
        for model in (Withdrawal, Invoice, Order, Stock, Reservation, Movement, DeliveryMethod):
            model.objects.all().delete()
        product = Product.objects.filter(sku="COAT").first() or Product.objects.create(
            sku="COAT",
            name="Long coat",
            colours=["Navy"],
            category=Category.objects.create(name="Coats", slug="coats"),
            price_cents=9900,
            variants=[Variant(size="S", sku=SKU)],
        )
        counting.count(str(product.pk), {SKU: PIECES})
        self.order = order_of(
            product, {SKU: BOUGHT}, DeliveryMethod.objects.create(price_cents=490)
        )
        self.providers = self.by_hand = self.others = self.refunds = self.stated = 0
        if steps:
            self.a_provider_brings(1, again=False)
        for state in USUAL_WAY[2 : steps + 1]:
            self.the_merchant_goes_on(state)

    def reread(self) -> Order:
        self.order = Order.objects.get(pk=self.order.pk)
        return self.order

    @rule(share=st.sampled_from((0.5, 1, 1, 1, 2)), again=st.booleans())
    def a_provider_brings(self, share: float, again: bool) -> None:
        self.providers += int(self.order.total_cents * share)
        for _ in range(1 + again):
            transitions.pay(self.order, cents=self.providers)

    @rule()
    def the_merchant_has_the_money(self) -> None:
        due = self.reread().due_cents
        if self.order.state == State.PLACED:
            transitions.move(self.order, State.PAID, by="mia")
            self.by_hand += due

    @rule(to=st.sampled_from((State.PACKED, State.SENT, State.DELIVERED, State.CANCELLED)))
    def the_merchant_goes_on(self, to: State) -> None:
        with suppress(OrderError):
            transitions.move(self.order, to, by="mia")

    @rule()
    def the_shopper_cancels(self) -> None:
        with suppress(OrderError):
            transitions.cancel_for_shopper(self.order)

    @rule(share=st.sampled_from((0.1, 0.5, 1)), again=st.booleans())
    def money_goes_back(self, share: float, again: bool) -> None:
        order = self.reread()
        cents = order.refunded_cents + int((order.paid_cents - order.refunded_cents) * share)
        for _ in range(1 + again):
            with suppress(OrderError):
                transitions.refund(order, cents=cents, by="mia")

    @rule()
    def what_is_owed_goes_back(self) -> None:
        order = self.reread()
        owed = order.refund_due_cents
        order = transitions.refund(order, cents=order.refunded_cents + owed, by="payment")
        assert order.refund_due_cents == 0

    @rule(share=st.sampled_from((0.3, 1)))
    def money_goes_back_past_the_shop(self, share: float) -> None:
        cents = int(self.reread().paid_cents * share)
        transitions.refunded_elsewhere(self.order, cents=cents, by="payment")

    @rule(
        pieces=st.sampled_from((0, 1, 1, 2, 3)),
        delivery=st.booleans(),
        cents=st.sampled_from((0, 0, 1, 5000)),
        restocks=st.sampled_from((True, True, False)),
        ends=st.sampled_from(("done", "twice", "open")),
        for_return=st.booleans(),
    )
    def pieces_are_refunded(
        self,
        pieces: int,
        delivery: bool,
        cents: int,
        restocks: bool,
        ends: str,
        for_return: bool,
    ) -> None:
        wish = Wish(
            pieces={self.order.lines.get().pk: pieces},
            delivery=delivery,
            cents=cents,
            restocks=restocks,
            request=self.order.returns.first() if for_return else None,
        )
        self.refunds += 1
        for _ in range(2 if ends == "twice" else 1):
            with suppress(OrderError):
                refund, _ = refunds.begin(self.order, wish, key=str(self.refunds), by="mia")
                if ends != "open":
                    transitions.conclude(refund)

    @precondition(lambda self: self.order.refunds.open().exists())
    @rule(share=st.sampled_from((0, 0.5, 1)))
    def word_of_open_refunds_comes(self, share: float) -> None:
        for refund in self.order.refunds.open():
            if cents := int(refund.cents * share):
                transitions.fall_short(refund, cents=cents, note="The provider refused.")
            for left in self.order.refunds.open().filter(pk=refund.pk):
                transitions.conclude(left)

    @rule(
        right=st.booleans(),
        pieces=st.integers(0, BOUGHT),
        days=st.sampled_from((0, 30)),
        again=st.booleans(),
    )
    def the_shopper_withdraws(self, right: bool, pieces: int, days: int, again: bool) -> None:
        """With the right mail address or another, for some pieces or all of them, late or not."""
        order = self.reread()
        order.events.filter(state=State.DELIVERED).update(at=now() - timedelta(days=days))
        stated = Statement("Ada", order.number, order.email if right else "bob@example.com")
        self.stated += 1
        for _ in range(1 + again):
            received = withdrawing.receive(stated, key=str(self.stated), origin="")
        assert (received.order == order) == right
        if not right:
            withdrawing.match(received, order, pieces={order.lines.get().pk: pieces})

    @rule(pieces=st.integers(1, BOUGHT))
    def pieces_are_to_come_back(self, pieces: int) -> None:
        with suppress(OrderError):
            returning.ask(self.order, pieces={self.order.lines.get().pk: pieces})

    @precondition(lambda self: self.order.returns.exists())
    @rule(to=st.sampled_from(ReturnState))
    def a_return_goes_on(self, to: ReturnState) -> None:
        for request in ReturnRequest.objects.filter(order=self.order):
            with suppress(OrderError):
                returning.decide(request, to, by="mia")

    @rule()
    def its_time_is_over(self) -> None:
        let_reservation_end(self.order)

    @rule()
    def it_is_held_anew(self) -> None:
        with suppress(OrderError):
            transitions.hold(self.order)

    @rule()
    def somebody_else_buys_a_piece(self) -> None:
        key = f"other {self.others}"
        with suppress(reserving.SoldOut):
            reserving.reserve(key, {SKU: 1}, seconds=600)
            reserving.commit(key)
            self.others += 1

    @invariant()
    def the_money_adds_up(self) -> None:
        order = self.reread()
        assert order.paid_cents == self.providers + self.by_hand
        assert order.by_hand_cents == self.by_hand
        assert 0 <= order.refunded_cents <= order.paid_cents
        assert 0 <= order.credited_cents <= min(order.refunded_cents, order.total_cents)
        kept = order.paid_cents - order.refunded_cents - order.refund_due_cents
        most = 0 if order.state in CALLED_OFF else order.total_cents - order.credited_cents
        assert 0 <= kept <= most
        assert Order.objects.owing_a_refund().exists() == (order.refund_due_cents > 0)

    @invariant()
    def the_refunds_add_up(self) -> None:
        order = self.reread()
        given = list(order.refunds.prefetch_related("lines"))
        assert sum(refund.cents for refund in given) == order.refunded_cents
        assert sum(refund.credited_cents for refund in given) == order.credited_cents
        assert sum(refund.delivery_cents for refund in given) <= order.delivery_cents
        pieces = [line for refund in given for line in refund.lines.all()]
        assert sum(line.quantity for line in pieces) <= BOUGHT
        assert sum(line.cents for line in pieces) <= order.lines.get().price_cents
        assert 0 <= order.refundable_cents <= order.paid_cents - order.refunded_cents

    @invariant()
    def what_comes_back_adds_up(self) -> None:
        """No piece is in two returns, and none is in stock twice."""
        order = self.reread()
        coming = order.returns.exclude(state=ReturnState.REFUSED)
        asked = coming.aggregate(sum=Sum("lines__quantity"))["sum"] or 0
        assert asked <= BOUGHT
        assert order.lines.get().back <= BOUGHT
        assert Withdrawal.objects.count() == self.stated
        for withdrawal in Withdrawal.objects.exclude(request=None):
            assert withdrawal.request.order_id == order.pk
            assert withdrawal.request.is_withdrawal

    @invariant()
    def the_pieces_add_up(self) -> None:
        assert Movement.objects.aggregate(sum=Sum("delta"))["sum"] == Stock.objects.get().on_hand
        back = (
            Movement.objects.filter(
                reason__in=(Movement.Reason.RETURNED, Movement.Reason.CANCELLED)
            ).aggregate(sum=Sum("delta"))["sum"]
            or 0
        )
        sold = BOUGHT if self.reread().paid_at else 0
        assert back == self.order.lines.get().back
        assert 0 <= back <= sold
        assert Stock.objects.get().on_hand == PIECES - self.others - sold + back >= 0

    @invariant()
    def the_history_tells_it_all(self) -> None:
        events = list(self.reread().events.order_by("pk"))
        assert events[0].state == State.PLACED
        assert events[-1].state == self.order.state
        done = self.order.refunds.exclude(done_at=None)
        told = [event.refund for event in events if event.refund and event.refund.done_at]
        assert sorted(refund.pk for refund in told) == sorted(done.values_list("pk", flat=True))
        for before, after in pairwise(events):
            assert before.state != after.state or after.note or after.mail
        mails = [event.mail for event in events if event.mail]
        for state in State:
            assert mails.count(state) <= 1


@pytest.mark.slow
@pytest.mark.django_db
def test_the_books_hold_in_any_order() -> None:
    run_state_machine_as_test(
        Books, settings=settings(max_examples=60, stateful_step_count=25, deadline=None)
    )

"""An order through payments, refunds, returns and cancellations in any order, late and twice.

The books hold throughout: what came, what went back and what is owed add up, so do the pieces, and
the history tells it all.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

import pytest
from django.db.models import Sum
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from shop.catalog.models import Category, Product
from shop.catalog.parts import Variant
from shop.orders import returning, transitions
from shop.orders.errors import OrderError
from shop.orders.models import DeliveryMethod, Invoice, Order, ReturnRequest
from shop.orders.states import CALLED_OFF, ReturnState, State
from shop.stock import counting, reserving
from shop.stock.models import Movement, Reservation, Stock
from tests.shop.orders.shopping import let_reservation_end, order_of

PIECES, BOUGHT = 5, 3
SKU = "COAT-S"


class Books(RuleBasedStateMachine):
    """Beside the order: what `providers` brought and what the merchant took in `by_hand`."""

    @initialize()
    def order_coats(self) -> None:
        for model in (Invoice, Order, Stock, Reservation, Movement, DeliveryMethod):
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
        self.providers = self.by_hand = self.others = 0

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

    @rule(pieces=st.integers(1, BOUGHT))
    def pieces_are_to_come_back(self, pieces: int) -> None:
        with suppress(OrderError):
            returning.ask(self.order, pieces={self.order.lines.get().pk: pieces})

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
    def the_pieces_add_up(self) -> None:
        assert Movement.objects.aggregate(sum=Sum("delta"))["sum"] == Stock.objects.get().on_hand
        back = (
            Movement.objects.filter(
                reason__in=(Movement.Reason.RETURNED, Movement.Reason.CANCELLED)
            ).aggregate(sum=Sum("delta"))["sum"]
            or 0
        )
        sold = BOUGHT if self.reread().paid_at else 0
        assert 0 <= back <= sold
        assert Stock.objects.get().on_hand == PIECES - self.others - sold + back >= 0

    @invariant()
    def the_history_tells_it_all(self) -> None:
        events = list(self.reread().events.order_by("pk"))
        assert events[0].state == State.PLACED
        assert events[-1].state == self.order.state
        for before, after in pairwise(events):
            assert before.state != after.state or after.note or after.mail
        told = [event.mail for event in events if event.mail]
        for state in State:
            assert told.count(state) <= 1


@pytest.mark.slow
@pytest.mark.django_db
def test_the_books_hold_in_any_order() -> None:
    run_state_machine_as_test(
        Books, settings=settings(max_examples=40, stateful_step_count=20, deadline=None)
    )

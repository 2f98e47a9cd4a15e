"""An order through payments, refunds, returns, withdrawals and cancellations in any order, late and
twice.

Beside the order stand books of the test's own, which know what may be done and what it comes to.
Throughout both say the same: what came, what went back and what is owed, where the pieces are, who
was told of what.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import Any

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
from shop.orders.models import DeliveryMethod, Invoice, Order, Refund, ReturnRequest, Voucher
from shop.orders.refunds import Wish
from shop.orders.states import (
    CALLED_OFF,
    FOLLOWING,
    IN_THE_HOUSE,
    OUT_OF_THE_HOUSE,
    RETURN_FOLLOWING,
    TOLD_BY_MAIL,
    USUAL_WAY,
    ReturnState,
    State,
)
from shop.stock import counting, reserving
from shop.stock.models import Movement, Reservation, Stock
from shop.withdrawals import withdrawing
from shop.withdrawals.models import Withdrawal
from shop.withdrawals.withdrawing import Statement
from tests.shop.orders.shopping import let_reservation_end, order_of

COUNTED = {"COAT-M": 3, "COAT-S": 9}
BOUGHT = {"COAT-M": 2, "COAT-S": 7}
DELIVERY_CENTS = 490
# What is left of a line's price divides by no number of its pieces.
OFF_CENTS = 1003
# Few at a time, so that much can happen before all is over.
PIECES = st.fixed_dictionaries(
    {"COAT-M": st.sampled_from((0, 0, 1, 2)), "COAT-S": st.sampled_from((1, 1, 1, 2, 0, 7))}
)
STEPS_OF_RETURNS = (ReturnState.ACCEPTED, ReturnState.RECEIVED, *ReturnState)
WISHES = st.fixed_dictionaries(
    {
        "pieces": PIECES,
        "delivery": st.booleans(),
        "cents": st.sampled_from((0, 0, 1, 300)),
        "restocks": st.sampled_from((True, True, False)),
        "ends": st.sampled_from(("open", "twice", "done")),
    }
)

type Pieces = Mapping[str, int]


@dataclass
class Given:
    """A refund: `restocked` is what it should have brought into stock, with what was there."""

    cents: int
    credited: int
    by: str
    pieces: Pieces = field(default_factory=dict)
    delivery: int = 0
    restocks: bool = False
    request: int | None = None
    restocked: Pieces = field(default_factory=dict)
    done: bool = False


@dataclass
class Returned:
    """A return, and what of it should be in stock since it was received."""

    pieces: Pieces
    state: ReturnState
    restocked: Pieces = field(default_factory=dict)


@dataclass
class Stated:
    """A withdrawal, once its order is known."""

    request: int | None
    settled: bool = False


class Books(RuleBasedStateMachine):
    @initialize(steps=st.sampled_from((4, 4, 3, 2, 1, 0)))
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
            variants=[
                Variant(size="S", sku="COAT-S"),
                Variant(size="M", sku="COAT-M", price_cents=4995),
            ],
        )
        counting.count(str(product.pk), COUNTED)
        Voucher.objects.get_or_create(code="ODD", kind="fixed", amount_cents=OFF_CENTS)
        delivery = DeliveryMethod.objects.create(price_cents=DELIVERY_CENTS)
        self.order = order_of(product, BOUGHT, delivery, voucher_code="ODD")
        self.lines = {line.sku: line.pk for line in self.order.lines.all()}
        self.worth = {
            line.sku: line.unit_price_cents * line.quantity - line.discount_cents
            for line in self.order.lines.all()
        }
        self.total = sum(self.worth.values()) + DELIVERY_CENTS
        self.state, self.sold, self.holds, self.arrived = State.PLACED, False, True, -1
        self.providers = self.by_hand = 0
        self.others: Counter[str] = Counter()
        self.given: dict[int, Given] = {}
        self.returned: dict[int, Returned] = {}
        self.stated: list[Stated] = []
        self.statements = self.keys = 0
        # Of a paid order that was cancelled: what of it must be in stock.
        self.brought: Pieces = {}
        self.events, self.mails = 1, Counter({"placed": 1})
        if steps:
            self.a_provider_brings(1, again=False)
        for state in USUAL_WAY[2 : steps + 1]:
            self.the_merchant_goes_on(state)

    # What the books know

    @property
    def paid(self) -> int:
        return self.providers + self.by_hand

    @property
    def gone(self) -> int:
        return sum(given.cents for given in self.given.values())

    @property
    def owed(self) -> int:
        credited = sum(given.credited for given in self.given.values())
        keeps = 0 if self.state in CALLED_OFF else self.total - credited
        return max(0, self.paid - self.gone - keeps)

    def may_go(self, cents: int) -> bool:
        """All of it only where nothing is to be delivered any more, or it is owed."""
        left = self.paid - self.gone
        all_may = self.follows(State.REFUNDED) or left == self.owed
        return cents < left or (cents == left and all_may)

    def follows(self, to: State) -> bool:
        return to in FOLLOWING[self.state] and (to != State.REFUNDED or self.paid > 0)

    def unpaid(self, sku: str) -> int:
        """Pieces whose money has not gone back."""
        return BOUGHT[sku] - sum(given.pieces.get(sku, 0) for given in self.given.values())

    def kept(self, sku: str) -> int:
        """Pieces that the shopper has neither sent back nor got the money for without doing so."""
        if self.is_cancelled:
            return 0
        sent = (one for one in self.returned.values() if one.state != ReturnState.REFUSED)
        plain = (given for given in self.given.values() if given.request is None)
        taken = [*(one.pieces for one in sent), *(given.pieces for given in plain)]
        return BOUGHT[sku] - sum(pieces.get(sku, 0) for pieces in taken)

    @property
    def is_cancelled(self) -> bool:
        return bool(self.mails[State.CANCELLED])

    def on_hand(self, sku: str) -> int:
        return Stock.objects.get(sku=sku).on_hand

    # What they take down

    def write(self, mail: str = "") -> None:
        """Something happened; once nothing is delivered any more, that settles withdrawals."""
        self.events += 1
        self.mails += Counter([mail] if mail else [])
        if self.state in CALLED_OFF:
            for stated in self.stated:
                stated.settled = True

    def go(self, to: State) -> None:
        if to == State.PAID:
            self.sold = True
        if to == State.CANCELLED and self.state in IN_THE_HOUSE:
            lost = [given.pieces for given in self.given.values() if not given.restocks]
            self.brought = {
                sku: most - sum(pieces.get(sku, 0) for pieces in lost)
                for sku, most in BOUGHT.items()
            }
        self.state = to
        self.write(to if to in TOLD_BY_MAIL else "")

    def begin(self, refund: Refund, given: Given) -> None:
        given.credited = max(0, given.cents - self.owed)
        self.given[refund.pk] = given

    def conclude(self, given: Given) -> None:
        given.done = True
        if given.restocks and self.sold:
            given.restocked = given.pieces
        for stated in self.stated:
            if given.request and stated.request == given.request:
                stated.settled = True
        is_all = self.gone == self.paid and all(each.done for each in self.given.values())
        if is_all and self.follows(State.REFUNDED):
            self.go(State.REFUNDED)
        else:
            self.write("refunded_in_part")

    def give(self, cents: int, by: str) -> None:
        given = Given(cents, 0, by)
        self.begin(self.order.refunds.latest("pk"), given)
        self.conclude(given)

    # What happens

    @rule(share=st.sampled_from((0.5, 1, 1, 1, 2)), again=st.booleans())
    def a_provider_brings(self, share: float, again: bool) -> None:
        cents = self.providers + int(self.total * share)
        for _ in range(1 + again):
            transitions.pay(self.order, cents=cents)
        self.providers = cents
        if self.state == State.PLACED and self.paid >= self.total:
            self.sold_or_gone()
        elif self.state == State.PLACED:
            self.write()
        else:
            self.write("paid_late" if self.state in CALLED_OFF else "paid_twice")

    def sold_or_gone(self) -> None:
        self.go(State.PAID if self.there_for_it else State.CANCELLED)

    @property
    def there_for_it(self) -> bool:
        """Whether nobody has bought what the order wants, before it is paid."""
        return all(COUNTED[sku] - self.others[sku] >= most for sku, most in BOUGHT.items())

    @precondition(lambda self: self.state == State.PLACED)
    @rule()
    def the_merchant_has_the_money(self) -> None:
        transitions.move(self.order, State.PAID, by="mia")
        self.by_hand += max(0, self.total - self.paid)
        self.sold_or_gone()

    @rule(
        to=st.sampled_from(
            (State.PACKED, State.SENT, State.DELIVERED, *USUAL_WAY[2:], State.CANCELLED)
        )
    )
    def the_merchant_goes_on(self, to: State) -> None:
        with refused_unless(to == self.state or self.follows(to)):
            transitions.move(self.order, to, by="mia")
        if self.follows(to):
            self.arrived = 0 if to == State.DELIVERED else self.arrived
            self.go(to)

    @precondition(lambda self: self.state in (State.PLACED, State.PAID, State.PACKED))
    @rule()
    def the_shopper_cancels(self) -> None:
        may = self.state != State.PACKED
        for _ in range(1 + may):
            with refused_unless(may):
                transitions.cancel_for_shopper(self.order)
        if may:
            self.go(State.CANCELLED)

    @rule(share=st.sampled_from((0.01, 0.02, 0.03, 0.1, 1.1, 1)), again=st.booleans())
    def money_goes_back(self, share: float, again: bool) -> None:
        cents = int((self.paid - self.gone) * share)
        may = self.may_go(cents)
        wanted = self.gone + cents
        for _ in range(1 + again):
            with refused_unless(may or not cents):
                transitions.refund(self.order, cents=wanted, by="mia")
        if may and cents:
            self.give(cents, "mia")

    @precondition(lambda self: self.owed)
    @rule()
    def what_is_owed_goes_back(self) -> None:
        owed = self.owed
        transitions.refund(self.order, cents=self.gone + owed, by="payment")
        self.give(owed, "payment")

    @precondition(lambda self: self.paid > self.gone)
    @rule(share=st.sampled_from((0.01, 0.02, 0.03, 0.1, 1)))
    def money_goes_back_past_the_shop(self, share: float) -> None:
        cents = int(self.paid * share)
        transitions.refunded_elsewhere(self.order, cents=cents, by="payment")
        if given := min(cents, self.paid - self.gone):
            self.give(given, "payment")

    @precondition(lambda self: self.paid > self.gone)
    @rule(wished=WISHES)
    def pieces_are_refunded(self, wished: dict[str, Any]) -> None:
        self.refund(**wished)

    @precondition(lambda self: self.paid > self.gone and self.returned)
    @rule(wished=WISHES, last=st.booleans(), arrives=st.booleans())
    def a_return_is_refunded(self, wished: dict[str, Any], last: bool, arrives: bool) -> None:
        """Before its pieces are there, or long after."""
        about = list(self.returned)[-1 if last else 0]
        self.refund(**wished, about=about)
        if arrives:
            self.decide(about, ReturnState.RECEIVED, restocks=True)

    def refund(
        self,
        pieces: Pieces,
        delivery: bool,
        cents: int,
        restocks: bool,
        ends: str,
        about: int | None = None,
    ) -> None:
        wanted = {sku: number for sku, number in pieces.items() if number}
        delivery_left = DELIVERY_CENTS - sum(given.delivery for given in self.given.values())
        given = Given(
            cents=sum(self.next_worth(sku, number) for sku, number in wanted.items()) + cents,
            credited=0,
            by="mia",
            pieces=wanted,
            delivery=delivery_left if delivery else 0,
            restocks=restocks,
            request=about,
        )
        given.cents += given.delivery
        may = self.may_be_refunded(given)
        wish = Wish(
            pieces={self.lines[sku]: number for sku, number in pieces.items()},
            delivery=delivery,
            cents=cents,
            restocks=restocks,
            request=ReturnRequest.objects.get(pk=about) if about else None,
        )
        self.keys += 1
        for time in range(2 if ends == "twice" else 1):
            with refused_unless(may):
                refund, is_new = refunds.begin(self.order, wish, key=str(self.keys), by="mia")
                assert is_new == (time == 0)
                assert refund.cents == given.cents
                if ends != "open":
                    transitions.conclude(refund)
        if may:
            self.begin(refund, given)
            if ends != "open":
                self.conclude(given)

    def next_worth(self, sku: str, number: int) -> int:
        """What was paid for so many more pieces; what is rounded off one is in the next."""
        before = BOUGHT[sku] - self.unpaid(sku)
        upto = self.worth[sku] * (before + number) // BOUGHT[sku]
        return upto - self.worth[sku] * before // BOUGHT[sku]

    def may_be_refunded(self, given: Given) -> bool:
        left = {sku: self.unpaid(sku) for sku in BOUGHT if self.unpaid(sku)}
        if any(number > left.get(sku, 0) for sku, number in given.pieces.items()):
            return False
        all_of_it = bool(given.pieces) and given.pieces == left
        is_too_much = self.state in IN_THE_HOUSE and all_of_it
        return given.cents > 0 and self.may_go(given.cents) and not is_too_much

    @precondition(lambda self: any(not given.done for given in self.given.values()))
    @rule(share=st.sampled_from((0, 0.5, 1)))
    def word_of_open_refunds_comes(self, share: float) -> None:
        for pk, given in list(self.given.items()):
            if given.done:
                continue
            refund = Refund.objects.get(pk=pk)
            if short := int(given.cents * share):
                transitions.fall_short(refund, cents=short, note="The provider refused.")
                given.cents -= short
                given.credited -= min(short, given.credited)
                self.write()
            if not given.cents:
                del self.given[pk]
                continue
            transitions.conclude(refund)
            self.conclude(given)

    @rule(
        right=st.sampled_from((False, False, True)),
        pieces=PIECES,
        days=st.sampled_from((0, 30)),
        again=st.booleans(),
    )
    def the_shopper_withdraws(self, right: bool, pieces: Pieces, days: int, again: bool) -> None:
        """With the right mail address or another, for some pieces or all of them, late or not."""
        if self.arrived >= 0:
            self.arrived = days
            self.order.events.filter(state=State.DELIVERED).update(at=now() - timedelta(days=days))
        email = self.order.email if right else "bob@example.com"
        stated = Statement("Ada", self.order.number, email)
        self.statements += 1
        for _ in range(1 + again):
            received = withdrawing.receive(stated, key=str(self.statements), origin="")
        assert (received.order == self.order) == right
        wanted = BOUGHT if right else pieces
        if not right:
            chosen = {self.lines[sku]: number for sku, number in pieces.items()}
            for _ in range(1 + again):
                received = withdrawing.match(received, self.order, pieces=chosen)
        may = {sku: min(number, self.kept(sku)) for sku, number in wanted.items()}
        self.write()
        self.take_down(received, {sku: number for sku, number in may.items() if number > 0})

    def take_down(self, received: Withdrawal, pieces: Pieces) -> None:
        request = received.request
        assert (request is not None) == bool(pieces)
        if request:
            late = self.arrived > 0
            assert request.is_withdrawal
            state = ReturnState.ASKED if late else ReturnState.ACCEPTED
            self.returned[request.pk] = Returned(pieces, state)
        self.stated.append(Stated(request.pk if request else None, settled=self.is_cancelled))

    @precondition(lambda self: self.state not in (State.PLACED, *CALLED_OFF))
    @rule(pieces=PIECES)
    def pieces_are_to_come_back(self, pieces: Pieces) -> None:
        wanted = {sku: number for sku, number in pieces.items() if number}
        is_in_time = self.state == State.SENT or self.arrived == 0
        may = self.state in OUT_OF_THE_HOUSE and is_in_time and bool(wanted)
        may = may and all(number <= self.kept(sku) for sku, number in wanted.items())
        with refused_unless(may):
            chosen = {self.lines[sku]: number for sku, number in pieces.items()}
            request = returning.ask(self.order, pieces=chosen)
        if may:
            self.returned[request.pk] = Returned(wanted, ReturnState.ASKED)
            self.write("return_asked")

    @precondition(lambda self: self.returned)
    @rule(to=st.sampled_from(STEPS_OF_RETURNS), restocks=st.booleans(), again=st.booleans())
    def a_return_goes_on(self, to: ReturnState, restocks: bool, again: bool) -> None:
        for pk in self.returned:
            for _ in range(1 + again):
                self.decide(pk, to, restocks=restocks)

    def decide(self, pk: int, to: ReturnState, *, restocks: bool) -> None:
        request, returned = ReturnRequest.objects.get(pk=pk), self.returned[pk]
        may = to in RETURN_FOLLOWING[returned.state]
        with refused_unless(may or to == returned.state):
            returning.decide(request, to, by="mia", restocks=restocks)
        if may:
            returned.state = to
            if to == ReturnState.RECEIVED and restocks and self.sold:
                returned.restocked = returned.pieces
            self.write(f"return_{to}")

    @precondition(lambda self: self.state == State.PLACED)
    @rule()
    def its_time_is_over(self) -> None:
        let_reservation_end(self.order)
        self.holds = False

    @precondition(lambda self: self.state == State.PLACED)
    @rule()
    def it_is_held_anew(self) -> None:
        may = self.there_for_it
        with refused_unless(may):
            transitions.hold(self.order)
        self.holds = self.holds or may

    @precondition(lambda self: self.state == State.PLACED)
    @rule(sku=st.sampled_from(sorted(BOUGHT)))
    def somebody_else_buys_a_piece(self, sku: str) -> None:
        held = BOUGHT[sku] if self.state == State.PLACED and self.holds else 0
        key = f"other {self.others.total()}"
        may = self.on_hand(sku) > held
        with nullcontext() if may else pytest.raises(reserving.SoldOut):
            reserving.reserve(key, {sku: 1}, seconds=600)
            reserving.commit(key)
            self.others[sku] += 1

    # What holds

    @invariant()
    def the_money_adds_up(self) -> None:
        order = Order.objects.get(pk=self.order.pk)
        assert order.state == self.state
        assert order.total_cents == self.total
        assert (order.paid_cents, order.by_hand_cents) == (self.paid, self.by_hand)
        assert 0 <= order.refunded_cents == self.gone <= order.paid_cents
        credited = sum(given.credited for given in self.given.values())
        assert (order.credited_cents, order.refund_due_cents) == (credited, self.owed)
        assert self.may_go(order.refundable_cents) or not order.refundable_cents > 0
        assert not self.may_go(order.refundable_cents + 1)
        assert Order.objects.owing_a_refund().exists() == (self.owed > 0)

    @invariant()
    def the_refunds_add_up(self) -> None:
        there = {refund.pk: refund for refund in self.order.refunds.prefetch_related("lines")}
        assert there.keys() == self.given.keys()
        for pk, given in self.given.items():
            refund = there[pk]
            assert (refund.cents, refund.credited_cents) == (given.cents, given.credited)
            assert (refund.delivery_cents, refund.by) == (given.delivery, given.by)
            assert (refund.done_at is not None) == given.done
            pieces = {line.line.sku: line.quantity for line in refund.lines.all()}
            assert pieces == given.pieces
        assert 0 <= sum(refund.credited_cents for refund in there.values()) <= self.total
        assert sum(refund.delivery_cents for refund in there.values()) <= DELIVERY_CENTS

    @invariant()
    def what_comes_back_adds_up(self) -> None:
        for pk, returned in self.returned.items():
            request = ReturnRequest.objects.get(pk=pk)
            pieces = {line.line.sku: line.quantity for line in request.lines.all()}
            assert (request.state, pieces) == (returned.state, returned.pieces)
        assert self.order.returns.count() == len(self.returned)
        for sku, most in BOUGHT.items():
            coming = (one for one in self.returned.values() if one.state != ReturnState.REFUSED)
            assert sum(one.pieces.get(sku, 0) for one in coming) <= most

    @invariant()
    def what_was_stated_is_settled_once_all_is_done(self) -> None:
        assert Withdrawal.objects.count() == self.statements == len(self.stated)
        waiting = sum(not stated.settled for stated in self.stated)
        assert Withdrawal.objects.waiting().count() == waiting

    @invariant()
    def the_pieces_add_up(self) -> None:
        """What is on hand is what moved; no piece comes back twice, none stays out."""
        brought = (Movement.Reason.RETURNED, Movement.Reason.CANCELLED)
        for line in self.order.lines.all():
            moved = Movement.objects.filter(sku=line.sku)
            came = moved.filter(reason__in=brought).aggregate(sum=Sum("delta"))["sum"] or 0
            sold = BOUGHT[line.sku] if self.sold else 0
            left = COUNTED[line.sku] - self.others[line.sku] - sold + came
            assert moved.aggregate(sum=Sum("delta"))["sum"] == self.on_hand(line.sku) == left >= 0
            assert came == line.back
            least, most = self.should_be_back(line.sku)
            assert least <= line.back <= most

    def should_be_back(self, sku: str) -> tuple[int, int]:
        """At least and at most: whether a refund without a return is for a piece that was sent back
        nobody says."""
        if not self.sold:
            return 0, 0
        by_returns = sum(self.of_return(pk, sku) for pk in self.returned)
        plain = (given for given in self.given.values() if given.request is None)
        by_itself = sum(given.restocked.get(sku, 0) for given in plain)
        least = max(by_returns, by_itself, self.brought.get(sku, 0))
        most = BOUGHT[sku] if self.brought else by_returns + by_itself
        return min(least, BOUGHT[sku]), min(most, BOUGHT[sku])

    def of_return(self, pk: int, sku: str) -> int:
        """Pieces that a return and its refunds brought back, each once."""
        about = (given for given in self.given.values() if given.request == pk)
        refunded = sum(given.restocked.get(sku, 0) for given in about)
        return max(self.returned[pk].restocked.get(sku, 0), refunded)

    @invariant()
    def the_history_tells_it_all(self) -> None:
        events = list(self.order.events.order_by("pk"))
        assert len(events) == self.events
        assert Counter(event.mail for event in events if event.mail) == self.mails
        assert events[0].state == State.PLACED
        assert events[-1].state == self.state
        done = sorted(pk for pk, given in self.given.items() if given.done)
        assert sorted(event.refund_id for event in events if event.refund_id) == done
        for before, after in pairwise(events):
            assert before.state != after.state or after.note or after.mail


def refused_unless(may: bool) -> AbstractContextManager[object]:
    return nullcontext() if may else pytest.raises(OrderError)


@pytest.mark.slow
@pytest.mark.django_db
def test_the_books_hold_in_any_order() -> None:
    run_state_machine_as_test(
        Books, settings=settings(max_examples=100, stateful_step_count=25, deadline=None)
    )

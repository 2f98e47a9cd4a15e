"""Money goes back while others are at the same order, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.crowds import Crowds, crowds
from tests.shop.payments.crowd import DELIVERY, PIECES, PRICE
from tests.shop.payments.stripe_stand_in import StripeStandIn

PROCESSES = 2
TOTAL = PIECES * PRICE + DELIVERY
REFUSED = {"RefundRefused", "TransitionRefused"}

pytestmark = pytest.mark.slow


@pytest.fixture
def bank() -> Iterator[StripeStandIn]:
    with StripeStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def people(sql_environment: dict[str, str], db: None) -> Iterator[Crowds]:
    with crowds(sql_environment, "tests.shop.payments.crowd") as people:
        yield people


def at_once(people: Crowds, bank: StripeStandIn, tasks: Sequence[list[Any]]) -> Counter[str]:
    """How often each outcome came."""
    parts = [list(tasks[number::PROCESSES]) for number in range(PROCESSES)]
    said = people.at_once(*(("at_once", bank.address, part) for part in parts))
    return sum((Counter(outcomes) for outcomes in said), Counter())


def test_those_refunds_get_through_that_fit(people: Crowds, bank: StripeStandIn) -> None:
    order = people.call("prepare", bank.address, "sent")
    tasks = [["give_back", order, f"piece {number}", 1, 0] for number in range(10)]
    tasks += [["give_back", order, f"amount {number}", 0, 5000] for number in range(10)]
    tasks += [["settle"]] * 4
    outcomes = at_once(people, bank, tasks)
    assert set(outcomes) <= {"done", *REFUSED}
    books = people.call("state", bank.address, order)
    assert books["open"] == 0
    assert outcomes["done"] - 4 == books["refunds"] == books["told"]
    assert books["refunded"] == books["rows"] == books["given"] == bank.refunded_cents()
    assert books["held"] == TOTAL - books["refunded"]
    # Whoever was refused would not have fitted.
    assert 0 <= books["held"] < 5000
    assert books["pieces"] == books["back"] == books["on_hand"] <= PIECES


def test_confirmed_by_many_windows_at_once_it_goes_once(
    people: Crowds, bank: StripeStandIn
) -> None:
    order = people.call("prepare", bank.address, "delivered")
    outcomes = at_once(people, bank, [["give_back", order, "the same", 1, 0]] * 20)
    assert outcomes == {"done": 20}
    books = people.call("state", bank.address, order)
    assert books["refunded"] == bank.refunded_cents() == PRICE
    assert (books["refunds"], books["told"], books["on_hand"]) == (1, 1, 1)


def test_cancelled_withdrawn_and_refunded_at_once(people: Crowds, bank: StripeStandIn) -> None:
    order = people.call("prepare", bank.address, "paid")
    tasks = [["cancel", order]] * 4 + [["settle"]] * 4
    tasks += [["give_back", order, f"amount {number}", 0, 2000] for number in range(6)]
    tasks += [["give_back", order, f"piece {number}", 1, 0] for number in range(2)]
    tasks += [["withdraw", order, "the same"]] * 4
    tasks += [["withdraw", order, f"another {number}"] for number in range(4)]
    outcomes = at_once(people, bank, tasks)
    assert set(outcomes) <= {"done", *REFUSED}
    books = people.call("state", bank.address, order)
    assert (books["state"], books["open"], books["held"]) == ("refunded", 0, 0)
    assert books["refunded"] == books["paid"] == books["rows"] == bank.refunded_cents() == TOTAL
    assert books["back"] == books["on_hand"] == PIECES
    assert books["withdrawals"] == 5
    assert books["returning"] <= PIECES

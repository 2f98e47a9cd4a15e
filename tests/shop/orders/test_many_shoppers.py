"""Shoppers who order at the same moment, in processes of their own, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.crowds import Crowds, crowds

PROCESSES = 2
PIECES = 10
SHOPPERS = 40
USES = 7


@pytest.fixture
def shoppers(sql_environment: dict[str, str], db: None) -> Iterator[Crowds]:
    with crowds(sql_environment, "tests.shop.orders.crowd") as shoppers:
        yield shoppers


@pytest.fixture
def baskets(shoppers: Crowds) -> list[int]:
    """Every second basket holds a coat, of which there are few; the others socks."""
    made: list[int] = shoppers.call("prepare", PIECES, SHOPPERS, USES)
    return made


def order_at_once(shoppers: Crowds, tasks: Sequence[dict[str, Any]]) -> list[str]:
    """What became of each shopper."""
    said = shoppers.at_once(*(("order", tasks[number::PROCESSES]) for number in range(PROCESSES)))
    return [outcome for some in said for outcome in some]


@pytest.mark.slow
def test_coats_are_sold_once_and_vouchers_used_as_often_as_they_may(
    shoppers: Crowds, baskets: list[int]
) -> None:
    outcomes = order_at_once(
        shoppers,
        [
            {
                "basket": basket,
                "key": f"checkout {basket}",
                "email": f"{basket}@example.com",
                "voucher": "" if place % 2 else "SOME",
            }
            for place, basket in enumerate(baskets)
        ],
    )
    said = Counter(outcome.split(" ")[-1] for outcome in outcomes)
    assert said == {
        "paid": PIECES + USES,
        "BasketChanged": SHOPPERS // 2 - PIECES,
        "VoucherRefused": SHOPPERS // 2 - USES,
    }
    assert shoppers.call("state") == {
        "states": ["paid"] * (PIECES + USES),
        "charged": 0,
        "events": 2 * (PIECES + USES),
        "coats": 0,
        "vouchers": USES,
    }


@pytest.mark.slow
def test_one_checkout_is_one_order(shoppers: Crowds, baskets: list[int]) -> None:
    basket = baskets[1]
    same = {"basket": basket, "key": "the same", "email": "ada@example.com"}
    outcomes = order_at_once(shoppers, [same] * 24)
    assert len(set(outcomes)) == 1
    assert outcomes[0].endswith(" paid")
    state = shoppers.call("state")
    assert (state["states"], state["events"], state["coats"]) == (["paid"], 2, PIECES - 1)


@pytest.mark.slow
def test_one_shopper_uses_a_voucher_once(shoppers: Crowds, baskets: list[int]) -> None:
    tasks = [
        {"basket": b, "key": str(b), "email": "ada@example.com", "voucher": "SOME", "pays": False}
        for b in baskets[::2]
    ]
    said = Counter(outcome.split(" ")[-1] for outcome in order_at_once(shoppers, tasks))
    assert said == {"placed": 1, "VoucherRefused": len(tasks) - 1}

"""Shoppers who order at the same moment, in processes of their own, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from tests.crowds import at_once, in_shell

PROCESSES = 2
PIECES = 10
SHOPPERS = 40
USES = 7

SETUP = f"""
from shop.basket.basket import add
from shop.basket.models import Basket
from shop.catalog.models import Category, Product
from shop.orders.models import DeliveryMethod, Voucher
from shop.stock.counting import count
category = Category.objects.create(name="Coats", slug="coats")
coat = Product.objects.create(sku="COAT", name="Coat", category=category, price_cents=9900)
plenty = Product.objects.create(sku="SOCK", name="Sock", category=category, price_cents=900)
count(str(coat.pk), {{"COAT": {PIECES}}})
count(str(plenty.pk), {{"SOCK": 1000}})
DeliveryMethod.objects.create(name="Standard", price_cents=490)
Voucher.objects.create(code="SOME", percent=10, most_uses={USES}, most_uses_each=1)
baskets = []
for number in range({SHOPPERS}):
    basket = Basket.objects.create()
    add(basket, coat if number % 2 else plenty, "COAT" if number % 2 else "SOCK")
    baskets.append(basket.pk)
print(baskets)
"""
STATE = """
import json
from shop.orders.models import Order, OrderEvent
from shop.stock.models import Stock
print(json.dumps({
    "states": list(Order.objects.values_list("state", flat=True)),
    "charged": Order.objects.exclude(paid_cents=0).exclude(state="paid").count(),
    "events": OrderEvent.objects.count(),
    "coats": Stock.objects.get(sku="COAT").on_hand,
    "vouchers": Order.objects.exclude(voucher=None).count(),
}))
"""


def run(environment: dict[str, str], code: str) -> Any:
    return json.loads(in_shell(environment, code).strip().splitlines()[-1])


def order_at_once(environment: dict[str, str], tasks: Sequence[dict[str, Any]]) -> list[str]:
    """What became of each shopper."""
    words = [json.dumps(tasks[number::PROCESSES]) for number in range(PROCESSES)]
    said = at_once(environment, [("tests.shop.orders.crowd",)] * PROCESSES, words)
    return [outcome for some in said for outcome in json.loads(some)]


@pytest.fixture
def baskets(sql_environment: dict[str, str], db: None) -> Any:
    """Every second basket holds a coat, of which there are few; the others socks."""
    return run(sql_environment, SETUP)


@pytest.mark.slow
def test_coats_are_sold_once_and_vouchers_used_as_often_as_they_may(
    sql_environment: dict[str, str], baskets: list[int]
) -> None:
    outcomes = order_at_once(
        sql_environment,
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
    assert run(sql_environment, STATE) == {
        "states": ["paid"] * (PIECES + USES),
        "charged": 0,
        "events": 2 * (PIECES + USES),
        "coats": 0,
        "vouchers": USES,
    }


@pytest.mark.slow
def test_one_checkout_is_one_order(sql_environment: dict[str, str], baskets: list[int]) -> None:
    basket = baskets[1]
    same = {"basket": basket, "key": "the same", "email": "ada@example.com"}
    outcomes = order_at_once(sql_environment, [same] * 24)
    assert len(set(outcomes)) == 1
    assert outcomes[0].endswith(" paid")
    state = run(sql_environment, STATE)
    assert (state["states"], state["events"], state["coats"]) == (["paid"], 2, PIECES - 1)


@pytest.mark.slow
def test_one_shopper_uses_a_voucher_once(
    sql_environment: dict[str, str], baskets: list[int]
) -> None:
    tasks = [
        {"basket": b, "key": str(b), "email": "ada@example.com", "voucher": "SOME", "pays": False}
        for b in baskets[::2]
    ]
    said = Counter(outcome.split(" ")[-1] for outcome in order_at_once(sql_environment, tasks))
    assert said == {"placed": 1, "VoucherRefused": len(tasks) - 1}

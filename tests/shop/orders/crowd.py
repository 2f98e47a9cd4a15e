"""A process full of shoppers who order at once: `python -m tests.shop.orders.crowd NAME`.

It says "ready", waits for a line with what they do as JSON, lets all of them do it at once and
prints what became of each as JSON: the order's number and state, or the name of the error.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import django
from django.db import connection


def main() -> None:
    django.setup()
    print("ready", flush=True)
    tasks = json.loads(sys.stdin.readline())
    start = Barrier(len(tasks))
    with ThreadPoolExecutor(len(tasks)) as pool:
        print(json.dumps(list(pool.map(lambda task: _outcome(start, **task), tasks))))


def _outcome(start: Barrier, **task: Any) -> str:
    connection.ensure_connection()
    start.wait()
    try:
        return _buy(**task)
    except Exception as error:
        return type(error).__name__
    finally:
        connection.close()


def _buy(basket: int, key: str, email: str, voucher: str = "", pays: bool = True) -> str:
    from shop.basket.models import Basket
    from shop.orders import transitions
    from shop.orders.models import DeliveryMethod
    from tests.shop.orders.shopping import order_from

    order = order_from(
        Basket.objects.get(pk=basket),
        DeliveryMethod.objects.get(),
        checkout_key=key,
        email=email,
        voucher_code=voucher,
    )
    if pays:
        # The provider says so twice.
        transitions.pay(order, cents=order.total_cents)
        order = transitions.pay(order, cents=order.total_cents)
    return f"{order.number} {order.state}"


if __name__ == "__main__":
    main()

"""Shoppers who order at once: what tests.crowds calls in processes of their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection


def prepare(pieces: int, shoppers: int, uses: int) -> list[int]:
    """Makes the shop and a basket for each shopper, whose keys it returns.

    Every second basket holds a coat, of which there are few; the others socks.
    """
    from shop.basket.basket import add
    from shop.basket.models import Basket
    from shop.catalog.models import Category, Product
    from shop.orders.models import DeliveryMethod, Voucher
    from shop.stock.counting import count

    category = Category.objects.create(name="Coats", slug="coats")
    coat = Product.objects.create(sku="COAT", name="Coat", category=category, price_cents=9900)
    sock = Product.objects.create(sku="SOCK", name="Sock", category=category, price_cents=900)
    count(str(coat.pk), {"COAT": pieces})
    count(str(sock.pk), {"SOCK": 1000})
    DeliveryMethod.objects.create(name="Standard", price_cents=490)
    Voucher.objects.create(code="SOME", percent=10, most_uses=uses, most_uses_each=1)
    baskets = [Basket.objects.create() for _ in range(shoppers)]
    for number, basket in enumerate(baskets):
        product = coat if number % 2 else sock
        add(basket, product, product.sku)
    return [basket.pk for basket in baskets]


def state() -> dict[str, Any]:
    from shop.orders.models import Order, OrderEvent
    from shop.stock.models import Stock

    return {
        "states": list(Order.objects.values_list("state", flat=True)),
        "charged": Order.objects.exclude(paid_cents=0).exclude(state="paid").count(),
        "events": OrderEvent.objects.count(),
        "coats": Stock.objects.get(sku="COAT").on_hand,
        "vouchers": Order.objects.exclude(voucher=None).count(),
    }


def order(tasks: list[dict[str, Any]]) -> list[str]:
    """What became of each: the order's number and state, or the name of the error."""
    start = Barrier(len(tasks))
    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(lambda task: _outcome(start, **task), tasks))


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

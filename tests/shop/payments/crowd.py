"""Merchants, shoppers and the beat at one order at once: what tests.crowds calls in processes."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Sum

PIECES, PRICE, DELIVERY = 3, 9900, 490


def prepare(stripe: str, state: str) -> int:
    """Makes an order of coats that was paid through Stripe, on its way to a state; its key."""
    from shop.catalog.models import Category, Product
    from shop.orders import transitions
    from shop.orders.models import DeliveryMethod
    from shop.payments.models import Payment
    from shop.stock.counting import count
    from tests.shop.orders.shopping import WAYS, order_of

    _use(stripe)
    category = Category.objects.create(name="Coats", slug="coats")
    coat = Product.objects.create(sku="COAT", name="Coat", category=category, price_cents=PRICE)
    count(str(coat.pk), {"COAT": PIECES})
    method = DeliveryMethod.objects.create(name="Standard", price_cents=DELIVERY)
    order = order_of(coat, {"COAT": PIECES}, method)
    total = order.total_cents / 100
    payment = Payment(order=order, variant="stripe", total=total, captured_amount=total)
    payment.status, payment.currency = "confirmed", order.currency
    payment.attrs.session = {"payment_intent": "pi_1"}
    payment.save()
    order = transitions.pay(order, cents=order.total_cents)
    for step in WAYS[state][1:]:  # type: ignore[index]
        order = transitions.move(order, step, by="mia")
    return order.pk


def at_once(stripe: str, tasks: list[list[Any]]) -> dict[str, int]:
    """How often each outcome came of the tasks, each the name of a function here and arguments."""
    from shop.payments import refunding

    _use(stripe)
    # The beat need not wait before it looks after what others have begun.
    refunding.PATIENCE = timedelta(0)
    start = Barrier(len(tasks))
    with ThreadPoolExecutor(len(tasks)) as pool:
        return dict(Counter(pool.map(lambda task: _outcome(start, *task), tasks)))


def state(stripe: str, key: int) -> dict[str, Any]:
    """What the books say of an order, once all that is due has been done."""
    from shop.orders.models import Order, Refund
    from shop.payments.tasks import settle_waiting
    from shop.stock.models import Stock

    _use(stripe)
    settle_waiting()
    order = Order.objects.get(pk=key)
    payment = order.payments.get()
    return {
        "state": order.state,
        "paid": order.paid_cents,
        "refunded": order.refunded_cents,
        "rows": order.refunds.aggregate(sum=Sum("cents"))["sum"] or 0,
        "refunds": order.refunds.count(),
        "open": Refund.objects.open().count(),
        "held": payment.held_cents,
        "given": payment.refunds.aggregate(sum=Sum("cents"))["sum"] or 0,
        "pieces": order.refunds.aggregate(sum=Sum("lines__quantity"))["sum"] or 0,
        "back": order.lines.get().back,
        "on_hand": Stock.objects.get().on_hand,
        "told": order.events.filter(mail__startswith="refunded").count(),
        "withdrawals": order.withdrawals.count(),
        "returning": order.returns.aggregate(sum=Sum("lines__quantity"))["sum"] or 0,
    }


# What happens to an order


def give_back(order: int, key: str, pieces: int, cents: int) -> None:
    from shop.orders.models import Order
    from shop.orders.refunds import Wish
    from shop.payments import refunding

    found = Order.objects.get(pk=order)
    wish = Wish(pieces={found.lines.get().pk: pieces}, cents=cents, restocks=True)
    refunding.give_back(found, wish, key=key, by="mia")


def cancel(order: int) -> None:
    from shop.orders import transitions
    from shop.orders.models import Order

    transitions.cancel_for_shopper(Order.objects.get(pk=order))


def settle() -> None:
    from shop.payments.tasks import settle_waiting

    settle_waiting()


def withdraw(order: int, key: str) -> None:
    from shop.orders.models import Order
    from shop.withdrawals import withdrawing
    from shop.withdrawals.withdrawing import Statement

    found = Order.objects.get(pk=order)
    stated = Statement("Ada", found.number, found.email)
    withdrawing.receive(stated, key=key, origin="http://testserver")


def _use(stripe: str) -> None:
    from tests.shop.payments.stripe_stand_in import API_KEY, WEBHOOK_SECRET

    config = {
        "api_key": API_KEY,
        "endpoint_secret": WEBHOOK_SECRET,
        "base_addresses": {"api": stripe},
    }
    settings.PAYMENT_VARIANTS = {"stripe": ("shop.payments.providers.StripeProvider", config)}


def _outcome(start: Barrier, name: str, *arguments: Any) -> str:
    connection.ensure_connection()
    start.wait()
    try:
        globals()[name](*arguments)
    except Exception as error:
        return type(error).__name__
    else:
        return "done"
    finally:
        connection.close()

"""What shoppers do before and after they order, in one call."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from shop.addresses.address import Address
from shop.basket.basket import add
from shop.basket.models import Basket
from shop.catalog.models import Product
from shop.orders import transitions
from shop.orders.models import DeliveryMethod, Order
from shop.orders.placing import place
from shop.orders.states import State
from shop.stock.models import Reservation

ADA = Address(
    name="Ada Lovelace", street="Analytical Row 1", postcode="10115", city="Berlin", country="DE"
)
# How an order comes to each state, step by step.
WAYS = {
    State.PLACED: (),
    State.PAID: (State.PAID,),
    State.PACKED: (State.PAID, State.PACKED),
    State.SENT: (State.PAID, State.PACKED, State.SENT),
    State.DELIVERED: (State.PAID, State.PACKED, State.SENT, State.DELIVERED),
    State.CANCELLED: (State.PAID, State.CANCELLED),
    State.REFUNDED: (State.PAID, State.CANCELLED, State.REFUNDED),
}


def basket_with(product: Product, wants: Mapping[str, int]) -> Basket:
    basket = Basket.objects.create()
    for sku, quantity in wants.items():
        add(basket, product, sku, quantity)
    return basket


def order_from(basket: Basket, delivery: DeliveryMethod, **facts: Any) -> Order:
    choices = {
        "checkout_key": secrets.token_urlsafe(),
        "email": "ada@example.com",
        "address": ADA,
        "delivery": delivery,
        "origin": "http://testserver",
    }
    return place(basket, **(choices | facts))


def order_of(
    product: Product, wants: Mapping[str, int], delivery: DeliveryMethod, **facts: Any
) -> Order:
    return order_from(basket_with(product, wants), delivery, **facts)


def taken_to(order: Order, state: State) -> Order:
    for step in WAYS[state]:
        order = transitions.move(order, step, by="test")
    return order


def let_reservation_end(order: Order) -> None:
    from django.utils import timezone

    Reservation.objects.filter(key=order.stock_key).update(expires=timezone.now())

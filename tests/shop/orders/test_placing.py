"""From a basket to an order: what is copied, what is refused, and one order for one checkout."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone, translation

from shop.basket.basket import add
from shop.basket.checking import checked
from shop.basket.models import Basket
from shop.catalog import pictures
from shop.catalog.models import Product
from shop.orders.errors import BasketChanged, BasketEmpty, NotDelivered, TotalChanged
from shop.orders.models import DeliveryMethod, Invoice, Order, OrderEvent, Voucher
from shop.orders.placing import place, quote
from shop.orders.states import State
from shop.stock import counting, reserving
from shop.stock.models import Reservation
from shop.stock.reserving import available
from tests.shop.catalog.shelves import jpeg
from tests.shop.orders.shopping import ADA, basket_with, order_from, order_of


def test_everything_that_was_agreed_on_is_copied(
    coat: Product, delivery: DeliveryMethod, django_user_model: Any
) -> None:
    coat.photographs = [pictures.read_photograph(jpeg("navy")).store()]
    coat.save()
    user = django_user_model.objects.create_user("ada")
    with translation.override("de"):
        order = order_of(coat, {"COAT-S": 2}, delivery, user=user)
    coat.delete()
    delivery.delete()
    order = Order.objects.get()
    assert (order.state, order.user, order.email) == (State.PLACED, user, "ada@example.com")
    assert (order.language, order.currency) == ("de", "EUR")
    assert order.address_lines == ["Ada Lovelace", "Analytical Row 1", "10115 Berlin", "Germany"]
    assert (order.delivery_name, order.delivery_cents) == ("Standard", 490)
    assert (order.goods_cents, order.total_cents) == (19800, 20290)
    assert (order.tax_name, order.tax_percent, order.tax_cents) == ("VAT", Decimal(19), 3240)
    line = order.lines.get()
    assert (line.title, line.sku, line.colour) == ("Long coat (Navy, S)", "COAT-S", "Navy")
    assert (line.unit_price_cents, line.quantity, line.price_cents) == (9900, 2, 19800)
    assert line.photograph is not None
    assert (line.photograph.width, line.photograph.height) == (40, 50)


def test_the_pieces_are_held_and_the_basket_is_empty(
    coat: Product, delivery: DeliveryMethod, settings: Any
) -> None:
    basket = basket_with(coat, {"COAT-S": 2, "COAT-M": 1})
    order = order_from(basket, delivery)
    assert available(["COAT-S", "COAT-M"]) == {"COAT-S": 1, "COAT-M": 0}
    assert not basket.lines.exists()
    held = Reservation.objects.get(key=order.stock_key)
    seconds = (held.expires - order.placed_at).total_seconds()
    assert round(seconds / 60) == settings.RESERVATION_MINUTES


def test_one_order_for_one_checkout(coat: Product, delivery: DeliveryMethod) -> None:
    basket = basket_with(coat, {"COAT-S": 1})
    first = order_from(basket, delivery, checkout_key="a")
    assert order_from(basket, delivery, checkout_key="a") == first
    add(basket, coat, "COAT-S", 1)
    assert order_from(basket, delivery, checkout_key="a") == first
    assert order_from(basket, delivery, checkout_key="b") != first
    assert Order.objects.count() == OrderEvent.objects.count() == 2


def test_an_empty_basket_is_no_order(delivery: DeliveryMethod) -> None:
    for basket in (Basket(), Basket.objects.create()):
        with pytest.raises(BasketEmpty, match="empty"):
            order_from(basket, delivery)


def test_a_price_that_rose_is_told_before_anything_is_ordered(
    coat: Product, delivery: DeliveryMethod
) -> None:
    basket = basket_with(coat, {"COAT-S": 1})
    coat.price_cents = 10900
    coat.save()
    with pytest.raises(BasketChanged, match=r"rose from €99.00 to €109.00") as refused:
        order_from(basket, delivery)
    assert len(refused.value.changes) == 1
    assert not Order.objects.exists()
    assert order_from(basket, delivery).goods_cents == 10900


def test_pieces_that_went_meanwhile_are_told(coat: Product, delivery: DeliveryMethod) -> None:
    basket = basket_with(coat, {"COAT-S": 3, "COAT-M": 1})
    reserving.reserve("somebody", {"COAT-S": 1, "COAT-M": 1}, seconds=60)
    with pytest.raises(BasketChanged) as refused:
        order_from(basket, delivery)
    assert [change for change in refused.value.changes if "Only 2 left" in change]
    assert [change for change in refused.value.changes if "sold out" in change]
    assert dict(basket.lines.values_list("sku", "quantity")) == {"COAT-S": 2}


def test_pieces_that_go_at_the_last_moment_are_told(
    coat: Product, delivery: DeliveryMethod, monkeypatch: pytest.MonkeyPatch
) -> None:
    basket = basket_with(coat, {"COAT-S": 3, "COAT-M": 1})

    def checked_just_before(basket: Basket) -> Any:
        goods = checked(basket)
        reserving.reserve("somebody", {"COAT-S": 1, "COAT-M": 1}, seconds=60)
        return goods

    monkeypatch.setattr("shop.orders.placing.checked", checked_just_before)
    with pytest.raises(BasketChanged) as refused:
        order_from(basket, delivery)
    assert refused.value.changes == (
        "Only 2 left of Long coat (S).",
        "Long coat (M) is sold out.",
    )
    assert not Order.objects.exists()
    assert basket.lines.count() == 2


def test_a_basket_that_another_window_changed_is_not_ordered(
    coat: Product, delivery: DeliveryMethod, monkeypatch: pytest.MonkeyPatch
) -> None:
    basket = basket_with(coat, {"COAT-S": 1})

    def checked_just_before(basket: Basket) -> Any:
        goods = checked(basket)
        add(basket, coat, "COAT-M")
        return goods

    monkeypatch.setattr("shop.orders.placing.checked", checked_just_before)
    with pytest.raises(BasketChanged, match="another window"):
        order_from(basket, delivery)
    assert not Order.objects.exists()


def test_a_sale_that_ends_while_somebody_decides_is_told(
    coat: Product, delivery: DeliveryMethod, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = timezone.now() + timedelta(minutes=5)
    coat.sale_price_cents, coat.sale_until = 7900, ends
    coat.save()
    basket = basket_with(coat, {"COAT-S": 1})
    monkeypatch.setattr(timezone, "now", lambda: ends)
    with pytest.raises(BasketChanged, match=re.escape("rose from €79.00 to €99.00")):
        order_from(basket, delivery, agreed_cents=8390)
    assert not Order.objects.exists()
    assert order_from(basket, delivery).goods_cents == 9900


def test_an_order_names_the_colour_and_its_price(coat: Product, delivery: DeliveryMethod) -> None:
    coat.variants[1].colour, coat.variants[1].price_cents = "Rust", 10900
    coat.save()
    line = order_of(coat, {"COAT-M": 1}, delivery).lines.get()
    assert (line.title, line.colour) == ("Long coat (Rust, M)", "Rust")
    assert line.unit_price_cents == 10900


def test_the_total_is_the_one_that_was_agreed_to(coat: Product, delivery: DeliveryMethod) -> None:
    basket = basket_with(coat, {"COAT-S": 1})
    delivery.price_cents = 990
    delivery.save()
    with pytest.raises(TotalChanged, match=r"€108.90"):
        order_from(basket, delivery, agreed_cents=10390)
    assert order_from(basket, delivery, agreed_cents=10890).total_cents == 10890


@pytest.mark.parametrize("trouble", ["elsewhere", "not offered"])
def test_a_delivery_that_cannot_be(coat: Product, delivery: DeliveryMethod, trouble: str) -> None:
    basket = basket_with(coat, {"COAT-S": 1})
    delivery.active = trouble != "not offered"
    country = "FR" if trouble == "elsewhere" else "DE"
    with pytest.raises(NotDelivered, match="deliver"):
        order_from(basket, delivery, address=replace(ADA, country=country))
    assert basket.lines.exists()


def test_a_country_without_a_rate_states_no_tax(coat: Product, delivery: DeliveryMethod) -> None:
    order = order_of(coat, {"COAT-S": 1}, delivery, address=replace(ADA, country="AT"))
    assert (order.tax_name, order.tax_cents, order.net_cents) == ("", 0, order.total_cents)


def test_an_order_that_costs_nothing_is_paid_at_once(
    coat: Product, delivery: DeliveryMethod
) -> None:
    Voucher.objects.create(code="GIFT", kind="fixed", amount_cents=50000)
    delivery.price_cents = 0
    delivery.save()
    order = order_of(coat, {"COAT-S": 1}, delivery, voucher_code="gift")
    assert (order.total_cents, order.state) == (0, State.PAID)
    assert [event.state for event in order.events.all()] == [State.PLACED, State.PAID]
    assert Invoice.objects.filter(order=order).exists()


def test_what_is_quoted_is_what_is_charged(coat: Product, delivery: DeliveryMethod) -> None:
    voucher = Voucher.objects.create(code="TEN", percent=10)
    basket = basket_with(coat, {"COAT-S": 3})
    sums = quote(checked(basket), delivery=delivery, country="DE", voucher=voucher)
    order = order_from(basket, delivery, voucher_code=" ten", agreed_cents=sums.total_cents)
    assert (order.discount_cents, order.delivery_cents) == (2970, 0)
    assert order.lines.get().discount_cents == 2970
    assert order.tax_cents == sums.tax_cents


def test_what_is_not_counted_can_be_ordered(coat: Product, delivery: DeliveryMethod) -> None:
    counting.Stock.objects.all().delete()
    order = order_of(coat, {"COAT-M": 5}, delivery)
    assert order.lines.get().quantity == 5


def test_an_order_is_known_by_what_nobody_can_guess(
    coat: Product, delivery: DeliveryMethod
) -> None:
    orders = [order_of(coat, {"COAT-S": 1}, delivery) for _ in range(2)]
    assert len({order.number for order in orders} | {order.token for order in orders}) == 4
    assert all(len(order.token) == 32 for order in orders)


def test_placing_asks_little(
    coat: Product, delivery: DeliveryMethod, django_assert_max_num_queries: Any
) -> None:
    basket = basket_with(coat, {"COAT-S": 1, "COAT-M": 1})
    with django_assert_max_num_queries(32):
        place(
            basket,
            checkout_key="a",
            email="a@example.com",
            address=ADA,
            delivery=delivery,
            origin="http://testserver",
        )

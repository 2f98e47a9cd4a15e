"""From a basket to an order that is placed, its pieces held until it is paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shop.addresses.address import Address
from shop.basket.basket import clear
from shop.basket.checking import Checked, CheckedLine, checked
from shop.basket.models import Basket
from shop.catalog.money import price
from shop.orders import history, photographs, vouchers
from shop.orders.errors import BasketChanged, BasketEmpty, NotDelivered, TotalChanged
from shop.orders.models import DeliveryMethod, Order, OrderLine, TaxRate, Voucher
from shop.orders.pricing import Totals, totals
from shop.orders.states import State
from shop.orders.transitions import SHOPPER, pay
from shop.stock.reserving import SoldOut, reserve


def quote(
    goods: Checked, *, delivery: DeliveryMethod, country: str, voucher: Voucher | None = None
) -> Totals:
    """What an order of these goods would cost. Raises NotDelivered."""
    if not delivery.active or not delivery.reaches(country):
        raise NotDelivered(_("We cannot deliver there this way. Choose another delivery."))
    prices = [line.total_cents for line in goods.lines]
    return totals(prices, delivery=delivery, tax=TaxRate.objects.of(country), voucher=voucher)


def place(
    basket: Basket,
    *,
    checkout_key: str,
    email: str,
    address: Address,
    delivery: DeliveryMethod,
    origin: str,
    user: User | None = None,
    voucher_code: str = "",
    agreed_cents: int | None = None,
) -> Order:
    """Order what is in the basket, hold its pieces for a while and empty the basket.

    `checkout_key` (at most 64 characters, unguessable) names one checkout: however often it is
    sent, one order comes of it. `origin` is the scheme and host of the shop. `agreed_cents` is the
    total that the shopper saw. An order that costs nothing is paid at once.

    Raises BasketEmpty, BasketChanged, NotDelivered, VoucherRefused and TotalChanged, with nothing
    placed; what changed in the basket is corrected in it.
    """
    goods = checked(basket)
    if not goods.ok:
        return _placed(checkout_key) or _refuse(goods)
    with transaction.atomic():
        _lock(basket)
        placed = _placed(checkout_key)
        if placed:
            return placed
        _refuse_other_goods(basket, goods)
        voucher = _voucher(voucher_code, goods, email)
        sums = quote(goods, delivery=delivery, country=address.country, voucher=voucher)
        if agreed_cents is not None and sums.total_cents != agreed_cents:
            total = price(sums.total_cents)
            raise TotalChanged(_("The total is now %s. Look it over, then order again.") % total)
        order = Order.objects.create(
            **asdict(address),
            **_delivery_facts(delivery),
            **_money_facts(sums, voucher),
            checkout_key=checkout_key,
            user=user,
            email=email,
            language=get_language() or settings.LANGUAGE_CODE,
            origin=origin,
        )
        _write_lines(order, goods.lines, sums.discounts)
        _reserve(order, goods)
        clear(basket)
        history.write(order, by=SHOPPER, mail=State.PLACED)
        return order if order.total_cents else pay(order, cents=0)


def _placed(checkout_key: str) -> Order | None:
    return Order.objects.filter(checkout_key=checkout_key).first()


def _refuse(goods: Checked) -> Order:
    if goods.changes:
        raise BasketChanged(goods.changes)
    raise BasketEmpty(_("Your bag is empty."))


def _lock(basket: Basket) -> None:
    """Let two windows of one shopper order one after the other."""
    Basket.objects.select_for_update(no_key=True).filter(pk=basket.pk).first()


def _refuse_other_goods(basket: Basket, goods: Checked) -> None:
    """What was looked at before the lock must be what is ordered."""
    if dict(basket.lines.values_list("sku", "quantity")) != goods.wants():
        raise BasketChanged([_("Your bag was changed in another window. Look it over once more.")])


def _voucher(code: str, goods: Checked, email: str) -> Voucher | None:
    voucher = vouchers.accepted(code, goods_cents=goods.total_cents, email=email)
    if voucher is None:
        return None
    voucher = vouchers.locked(voucher)
    vouchers.refuse_if_unfit(voucher, goods_cents=goods.total_cents, email=email)
    return voucher


def _delivery_facts(delivery: DeliveryMethod) -> dict[str, Any]:
    return {
        "delivery_method": delivery,
        "delivery_name": delivery.name,
        "delivery_description": delivery.description,
    }


def _money_facts(sums: Totals, voucher: Voucher | None) -> dict[str, Any]:
    return {
        "currency": settings.CURRENCY,
        "goods_cents": sums.goods_cents,
        "voucher": voucher,
        "voucher_code": voucher.code if voucher else "",
        "discount_cents": sums.discount_cents,
        "delivery_cents": sums.delivery_cents,
        "total_cents": sums.total_cents,
        "tax_name": sums.tax_name,
        "tax_percent": sums.tax_percent,
        "tax_cents": sums.tax_cents,
    }


def _write_lines(order: Order, lines: Sequence[CheckedLine], discounts: Sequence[int]) -> None:
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            position=position,
            product=str(line.product.pk),
            slug=line.product.slug,
            sku=line.sku,
            name=line.product.title,
            colour=line.colour,
            size=line.variant.size,
            photo=photographs.facts(line.product, line.variant),
            unit_price_cents=line.unit_cents,
            quantity=line.quantity,
            discount_cents=discount,
        )
        for position, (line, discount) in enumerate(zip(lines, discounts, strict=True), 1)
    )


def _reserve(order: Order, goods: Checked) -> None:
    try:
        reserve(order.stock_key, goods.wants(), seconds=settings.RESERVATION_MINUTES * 60)
    except SoldOut as short:
        raise BasketChanged(_in_words(goods.lines, short)) from short


def _in_words(lines: Sequence[CheckedLine], short: SoldOut) -> list[str]:
    words = []
    for line in lines:
        left = short.available.get(line.sku)
        if left == 0:
            words.append(_("%(title)s is sold out.") % {"title": line.title})
        elif left is not None:
            words.append(
                _("Only %(left)d left of %(title)s.") % {"left": left, "title": line.title}
            )
    return words

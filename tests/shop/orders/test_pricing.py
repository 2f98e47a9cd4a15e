"""The sums of an order, for any lines, voucher, delivery and rate of tax."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shop.catalog.money import rounded
from shop.orders.models import DeliveryMethod, TaxRate, Voucher
from shop.orders.pricing import discount_on, shares, tax_in, totals

cents = st.integers(0, 500_000)
prices = st.lists(st.integers(1, 300_000), min_size=1, max_size=20)
percents = st.decimals(0, 100, places=2)
deliveries = st.builds(
    DeliveryMethod, price_cents=cents, free_from_cents=st.one_of(st.none(), cents)
)
rates = st.one_of(st.none(), st.builds(TaxRate, name=st.just("VAT"), percent=percents))
vouchers = st.one_of(
    st.none(),
    st.builds(Voucher, kind=st.just("fixed"), amount_cents=st.integers(1, 400_000)),
    st.builds(Voucher, kind=st.just("percent"), percent=st.integers(1, 100)),
)


@given(prices, deliveries, rates, vouchers)
def test_the_parts_add_up(
    prices: list[int], delivery: DeliveryMethod, tax: TaxRate | None, voucher: Voucher | None
) -> None:
    sums = totals(prices, delivery=delivery, tax=tax, voucher=voucher)
    assert sums.goods_cents == sum(prices)
    assert sums.total_cents == sums.goods_cents - sums.discount_cents + sums.delivery_cents
    assert sums.net_cents + sums.tax_cents == sums.total_cents
    assert sum(sums.discounts) == sums.discount_cents <= sums.goods_cents
    assert all(0 <= share <= price for share, price in zip(sums.discounts, prices, strict=True))
    assert sums.delivery_cents in (0, delivery.price_cents)
    without = totals(prices, delivery=delivery, tax=tax)
    assert sums.total_cents == without.total_cents - sums.discount_cents


@given(cents, percents)
def test_the_tax_is_within_half_a_cent_of_the_rate(total: int, percent: Decimal) -> None:
    exact = total - total / (1 + percent / 100)
    assert abs(tax_in(total, percent) - exact) <= Decimal("0.5000001")


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_shares_are_fair(amount: int, weights: list[int]) -> None:
    assume(sum(weights))
    parts = shares(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Decimal(amount * weight) / sum(weights)) < 1


@pytest.mark.parametrize(
    ("total", "percent", "tax"),
    [
        (11900, "19", 1900),
        (100, "19", 16),
        (9900, "7.7", 708),
        (10, "0", 0),
        (1, "100", 1),
        (3, "100", 2),
    ],
)
def test_tax_by_hand(total: int, percent: str, tax: int) -> None:
    assert tax_in(total, Decimal(percent)) == tax


@pytest.mark.parametrize(
    ("goods", "percent", "discount"), [(9999, 10, 1000), (5, 10, 1), (4, 10, 0), (15, 50, 8)]
)
def test_half_a_cent_is_rounded_up(goods: int, percent: int, discount: int) -> None:
    assert discount_on(goods, Voucher(kind="percent", percent=percent)) == discount
    assert rounded(Decimal("0.5")) == 1


def test_a_voucher_never_pays_for_the_delivery() -> None:
    method = DeliveryMethod(price_cents=490)
    sums = totals([1000], delivery=method, voucher=Voucher(kind="fixed", amount_cents=5000))
    assert (sums.discount_cents, sums.total_cents) == (1000, 490)


def test_a_voucher_leaves_the_free_delivery_that_the_goods_have_earned() -> None:
    method = DeliveryMethod(price_cents=490, free_from_cents=10000)
    voucher = Voucher(kind="percent", percent=50)
    assert totals([10000], delivery=method, voucher=voucher).delivery_cents == 0
    assert totals([9999], delivery=method, voucher=voucher).delivery_cents == 490

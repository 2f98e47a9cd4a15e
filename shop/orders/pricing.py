"""What an order costs: pure arithmetic on whole cents.

Prices hold their tax. A voucher takes off the goods and never off the delivery, nor does it take
away a free delivery that the goods have earned. One rate of tax, that of the country where the
parcel goes, is stated for the whole order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from shop.catalog.money import rounded
from shop.orders.models import DeliveryMethod, TaxRate, Voucher


@dataclass(frozen=True)
class Totals:
    """What an order costs, in cents.

    `discounts` has each line's share of the discount, in the order of the lines. The total is
    goods less discount plus delivery, and holds the tax.
    """

    goods_cents: int
    discount_cents: int
    discounts: tuple[int, ...]
    delivery_cents: int
    total_cents: int
    tax_name: str
    tax_percent: Decimal
    tax_cents: int

    @property
    def net_cents(self) -> int:
        """The total without its tax."""
        return self.total_cents - self.tax_cents


def totals(
    prices: Sequence[int],
    *,
    delivery: DeliveryMethod,
    tax: TaxRate | None = None,
    voucher: Voucher | None = None,
) -> Totals:
    """The totals of lines that cost so much each, in cents, all their pieces together."""
    goods = sum(prices)
    discount = discount_on(goods, voucher)
    delivery_cents = delivery.price_for(goods)
    total = goods - discount + delivery_cents
    percent = tax.percent if tax else Decimal(0)
    return Totals(
        goods_cents=goods,
        discount_cents=discount,
        discounts=shares(discount, prices),
        delivery_cents=delivery_cents,
        total_cents=total,
        tax_name=tax.name if tax else "",
        tax_percent=percent,
        tax_cents=tax_in(total, percent),
    )


def discount_on(goods_cents: int, voucher: Voucher | None) -> int:
    """What a voucher takes off goods worth so much: never more than they cost."""
    if voucher is None:
        return 0
    if voucher.kind == Voucher.Kind.FIXED:
        return min(voucher.amount_cents or 0, goods_cents)
    return rounded(Decimal(goods_cents * (voucher.percent or 0)) / 100)


def tax_in(total_cents: int, percent: Decimal) -> int:
    """The tax that a total holds: total * rate / (100 + rate), rounded once, for the whole."""
    return rounded(total_cents * percent / (100 + percent))


def shares(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split an amount in proportion to the weights, the parts adding up to it exactly.

    Each part is rounded down first; the cents that are left go to the largest remainders, the
    first of equal ones. No part is larger than its weight if the amount is no larger than all.
    """
    whole = sum(weights)
    if not whole:
        return (0,) * len(weights)
    parts = [amount * weight // whole for weight in weights]
    remainders = [amount * weight % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=remainders.__getitem__, reverse=True)
    for place in by_remainder[: amount - sum(parts)]:
        parts[place] += 1
    return tuple(parts)

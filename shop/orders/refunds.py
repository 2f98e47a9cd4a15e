"""Refunds by pieces, by the delivery and by an amount: what one comes to, and how it begins.

Prices went through the voucher when they were paid, so what goes back is what was paid: each line
has its share of the discount. Who carries a refund out is another matter (`admin.tills`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from shop.orders import transitions
from shop.orders.errors import RefundRefused
from shop.orders.models import Order, OrderLine, Refund, RefundLine, ReturnRequest
from shop.orders.restocking import came_by_returns
from shop.orders.states import IN_THE_HOUSE
from shop.stock.moving import is_counted


@dataclass(frozen=True)
class Wish:
    """What is to go back: pieces by the id of their line, the delivery, and so much besides.

    `restocks` says whether the pieces can be sold again. `request` is the return that it is for.
    """

    pieces: Mapping[int, int] = field(default_factory=dict)
    delivery: bool = False
    cents: int = 0
    restocks: bool = False
    reason: str = ""
    request: ReturnRequest | None = None


@dataclass(frozen=True)
class PlannedLine:
    """So many pieces of a line: what they come to, how many of them go back into stock, and how
    many are there already."""

    line: OrderLine
    quantity: int
    cents: int
    restocked: int
    there: int


@dataclass(frozen=True)
class Plan:
    """What a wish comes to, in cents."""

    lines: tuple[PlannedLine, ...]
    delivery_cents: int
    other_cents: int

    @property
    def cents(self) -> int:
        """All of it."""
        return sum(line.cents for line in self.lines) + self.delivery_cents + self.other_cents

    @property
    def restocks(self) -> bool:
        """Whether any piece goes back into stock."""
        return any(line.restocked for line in self.lines)


class Given:
    """What has been given back of an order's lines and delivery, open refunds included."""

    def __init__(self, order: Order) -> None:
        self._order = order

    @cached_property
    def pieces(self) -> dict[int, int]:
        """By the line's id."""
        lines = RefundLine.objects.filter(refund__order=self._order).order_by()
        return dict(lines.values_list("line").annotate(Sum("quantity")))

    @cached_property
    def left(self) -> dict[OrderLine, int]:
        """Of each line the pieces whose money has not gone back, those lines only that have any."""
        rest = {
            line: line.quantity - self.pieces.get(line.pk, 0) for line in self._order.lines.all()
        }
        return {line: pieces for line, pieces in rest.items() if pieces > 0}

    @cached_property
    def delivery_left_cents(self) -> int:
        """What was paid for the delivery and has not gone back."""
        given = self._order.refunds.aggregate(cents=Sum("delivery_cents"))["cents"] or 0
        return self._order.delivery_cents - given


def comes_to(order: Order, wish: Wish) -> Plan:
    """What a wish comes to. Raises RefundRefused, and TransitionRefused for more than may go."""
    given = Given(order)
    plan = Plan(
        tuple(_planned(order, given, wish)),
        given.delivery_left_cents if wish.delivery else 0,
        wish.cents,
    )
    if not plan.cents:
        raise RefundRefused(_("Choose what is to be given back."))
    transitions.refuse_refund(order, plan.cents)
    if order.state in IN_THE_HOUSE and _takes_all(given, plan):
        raise RefundRefused(_("Cancel the order first: all of it is still to be delivered."))
    return plan


@transaction.atomic
def begin(order: Order, wish: Wish, *, key: str, by: str) -> tuple[Refund, bool]:
    """The refund of this key, and whether it is new: from now on it counts as given back.

    Raises RefundRefused and TransitionRefused.
    """
    order = transitions.locked(order)
    found = order.refunds.filter(key=key).first()
    if found:
        return found, False
    plan = comes_to(order, wish)
    refund = Refund(
        order=order,
        key=key,
        cents=plan.cents,
        delivery_cents=plan.delivery_cents,
        reason=wish.reason,
        request=wish.request,
        by=by,
    )
    transitions.count_in(order, refund)
    RefundLine.objects.bulk_create(
        RefundLine(
            refund=refund,
            line=planned.line,
            quantity=planned.quantity,
            cents=planned.cents,
            restocked=planned.restocked,
            there=planned.there,
        )
        for planned in plan.lines
    )
    return refund, True


def _planned(order: Order, given: Given, wish: Wish) -> Iterable[PlannedLine]:
    wanted = {key: quantity for key, quantity in wish.pieces.items() if quantity > 0}
    left = {line.pk: (line, pieces) for line, pieces in given.left.items()}
    if any(key not in left or quantity > left[key][1] for key, quantity in wanted.items()):
        raise RefundRefused(_("The money for some of these pieces has been given back already."))
    counted = counted_skus(order) if wish.restocks else frozenset()
    for key, quantity in wanted.items():
        line, before = left[key][0], given.pieces.get(key, 0)
        # What is rounded off one piece is in the next.
        cents = line.worth_of(before + quantity) - line.worth_of(before)
        there = min(quantity, came_by_returns(line, wish.request))
        back = min(quantity - there, line.quantity - line.back) if line.sku in counted else 0
        yield PlannedLine(line, quantity, cents, restocked=back, there=there)


def counted_skus(order: Order) -> frozenset[str]:
    """The SKUs of an order that the stock counts: those alone can go back into it."""
    return frozenset(line.sku for line in order.lines.all() if is_counted(line.sku))


def _takes_all(given: Given, plan: Plan) -> bool:
    wanted = {planned.line.pk: planned.quantity for planned in plan.lines}
    return bool(wanted) and all(wanted.get(line.pk) == most for line, most in given.left.items())

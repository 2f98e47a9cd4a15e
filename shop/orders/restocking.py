"""Pieces of an order that go back into stock: cancelled, sent back or refunded, each once."""

from __future__ import annotations

from django.db.models import F, Sum

from shop.orders.models import Order, OrderLine, Refund, RefundLine, ReturnLine, ReturnRequest
from shop.stock.models import Movement
from shop.stock.reserving import restock


def bring_back(order: Order, line: OrderLine, quantity: int, reason: Movement.Reason) -> int:
    """So many pieces of a line can be sold again, never more than have not come back yet; how many
    these are.

    Those of an order that was never paid have never left it. For a transaction that has locked the
    order, line by line in the order of the SKUs.
    """
    if order.paid_at is None:
        return 0
    line.refresh_from_db(fields=["back"])
    pieces = min(quantity, line.quantity - line.back)
    if pieces <= 0:
        return 0
    line.back += pieces
    line.save(update_fields=["back"])
    restock(line.sku, pieces, reason, key=order.stock_key)
    return pieces


def bring_return_back(order: Order, request: ReturnRequest) -> None:
    """The pieces of a return, but for those that its refunds have brought there already."""
    refunded = RefundLine.objects.filter(refund__request=request).exclude(refund__done_at=None)
    there = dict(refunded.order_by().values_list("line").annotate(Sum("restocked")))
    for line in request.lines.select_related("line").order_by("line__sku"):
        pieces = line.quantity - there.get(line.line_id, 0)
        line.restocked = bring_back(order, line.line, pieces, Movement.Reason.RETURNED)
        line.save(update_fields=["restocked"])


def bring_refund_back(order: Order, refund: Refund, reason: Movement.Reason) -> None:
    """The pieces of a refund that is done, but for those that were received since it was begun."""
    for line in refund.lines.select_related("line").order_by("line__sku"):
        came = came_by_returns(line.line, refund.request, besides=refund)
        line.there = min(line.quantity, came)
        line.restocked = min(line.restocked, line.quantity - line.there)
        line.restocked = bring_back(order, line.line, line.restocked, reason)
        line.save(update_fields=["there", "restocked"])


def bring_rest_back(order: Order) -> None:
    """What is left of an order that is cancelled, but for pieces that were refunded as no longer to
    be sold."""
    lost = Sum(F("quantity") - F("restocked") - F("there"))
    for line in order.lines.order_by("sku"):
        pieces = line.quantity - line.back - (line.refunds.aggregate(lost=lost)["lost"] or 0)
        bring_back(order, line, pieces, Movement.Reason.CANCELLED)


def came_by_returns(
    line: OrderLine, request: ReturnRequest | None, *, besides: Refund | None = None
) -> int:
    """How many pieces of a line are in stock since they were sent back, and wait for their money:
    those of one return, or without it of any; `besides` what that refund is for."""
    returned = ReturnLine.objects.filter(line=line)
    refunded = RefundLine.objects.filter(line=line)
    if request:
        returned, refunded = (
            returned.filter(request=request),
            refunded.filter(refund__request=request),
        )
    if besides:
        refunded = refunded.exclude(refund=besides)
    came = returned.aggregate(pieces=Sum("restocked"))["pieces"] or 0
    paid = refunded.aggregate(pieces=Sum("there"))["pieces"] or 0
    return max(0, came - paid)

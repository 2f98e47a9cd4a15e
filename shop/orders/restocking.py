"""Pieces of an order that go back into stock: cancelled, sent back or refunded, each once."""

from __future__ import annotations

from shop.orders.models import Order, OrderLine
from shop.stock.models import Movement
from shop.stock.reserving import restock


def bring_back(order: Order, line: OrderLine, quantity: int, reason: Movement.Reason) -> None:
    """So many pieces of a line can be sold again, never more than have not come back yet.

    Those of an order that was never paid have never left it. For a transaction that has locked the
    order, line by line in the order of the SKUs.
    """
    if order.paid_at is None:
        return
    line.refresh_from_db(fields=["back"])
    pieces = min(quantity, line.quantity - line.back)
    if pieces <= 0:
        return
    line.back += pieces
    line.save(update_fields=["back"])
    restock(line.sku, pieces, reason, key=order.stock_key)

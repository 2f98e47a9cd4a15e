"""The tables of the orders.

`terms` is what the merchant sets before anybody buys, `orders` what was bought and what happened to
it, `returns` the pieces that come back, `refunds` the money that goes back.
"""

from shop.orders.models.orders import Invoice, Order, OrderEvent, OrderLine
from shop.orders.models.refunds import Refund, RefundLine
from shop.orders.models.returns import ReturnLine, ReturnRequest, SizeReason
from shop.orders.models.terms import DeliveryMethod, TaxRate, Voucher

__all__ = [
    "DeliveryMethod",
    "Invoice",
    "Order",
    "OrderEvent",
    "OrderLine",
    "Refund",
    "RefundLine",
    "ReturnLine",
    "ReturnRequest",
    "SizeReason",
    "TaxRate",
    "Voucher",
]

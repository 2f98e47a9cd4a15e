"""What can go wrong with an order. The message of each is a sentence for the shopper."""

from __future__ import annotations

from collections.abc import Sequence


class OrderError(Exception):
    """Something about an order cannot be done; `str()` of it says why, in the shopper's words."""


class BasketEmpty(OrderError):
    """There is nothing in the basket."""


class BasketChanged(OrderError):
    """Prices or pieces are not what the shopper was shown; `changes` says each in a sentence."""

    def __init__(self, changes: Sequence[str]) -> None:
        super().__init__(" ".join(changes))
        self.changes = tuple(changes)


class TotalChanged(OrderError):
    """The sum is not the one that the shopper agreed to."""


class NotDelivered(OrderError):
    """The chosen way of delivery does not reach the address, or is offered no more."""


class VoucherRefused(OrderError):
    """The voucher is unknown, or not good for this order."""


class TransitionRefused(OrderError):
    """The order stands where this cannot follow."""


class RefundRefused(OrderError):
    """What is asked to be given back cannot be."""


class ReturnRefused(OrderError):
    """What is asked to be returned cannot be."""

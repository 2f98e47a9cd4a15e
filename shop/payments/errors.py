"""What can go wrong with a payment. The message of each is a sentence for people."""

from __future__ import annotations

from shop.orders.errors import OrderError


class NoWayToPay(OrderError):
    """The shop is not set up to take money, or not in the way that was asked for."""


class ProviderFailed(OrderError):
    """The provider refused, or could not be reached."""


class ProviderSilent(ProviderFailed):
    """Nobody knows whether the provider did what it was asked for."""

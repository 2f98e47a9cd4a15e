"""The merchant's pages of orders, returns and terms."""

from shop.orders.admin import orders, terms

__all__ = ["orders", "terms"]

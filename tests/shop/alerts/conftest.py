"""Commits and tasks as the tests of orders have them."""

from tests.shop.orders.conftest import committed, eager_tasks

__all__ = ["committed", "eager_tasks"]

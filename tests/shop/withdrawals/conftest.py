"""An order to withdraw from."""

from __future__ import annotations

from tests.shop.orders.conftest import coat, committed, delivery, eager_tasks, order

__all__ = ["coat", "committed", "delivery", "eager_tasks", "order"]

"""Coats that all look alike, and rules about them.

Models are imported where they are used: this file is read before Django is set up.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tests.shop.catalog.conftest import alike_by_order, coats, no_memory, products
from tests.shop.events.conftest import nothing_waits

if TYPE_CHECKING:
    from shop.catalog.models import Product
    from shop.merchandising.models import Rule

__all__ = ["alike_by_order", "coats", "no_memory", "nothing_waits", "products"]


@pytest.fixture
def rule(products: list[Product]) -> Callable[..., Rule]:
    """Makes a rule: that the last coat is the first beside the first one, unless said otherwise."""
    from shop.merchandising.models import Rule

    def make(**facts: Any) -> Rule:
        stated = {
            "where": "product",
            "beside": str(products[0].pk),
            "beside_name": "Piece 0",
            "product": str(products[5].pk),
            "product_name": "Piece 5",
            "place": 1,
        }
        return Rule.objects.create(**(stated | facts))

    return make


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Lets time go by, for clocks and until rules are looked for again."""
    import time

    from django.utils import timezone

    from shop.merchandising import running

    begun = timezone.now()

    def go_on(by: timedelta) -> None:
        ahead = by.total_seconds()
        monkeypatch.setattr(timezone, "now", lambda: begun + by)
        clock = SimpleNamespace(monotonic=lambda: time.monotonic() + ahead)
        monkeypatch.setattr(running, "time", clock)

    return go_on

"""What every page shows of the basket."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from django.db.utils import Error as DatabaseError
from django.http import HttpRequest

from shop.basket.basket import pieces_in_basket


def bag(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `bag_count`, counted when a template asks for it."""
    return {"bag_count": cache(partial(_pieces, request))}


def _pieces(request: HttpRequest) -> int:
    try:
        return pieces_in_basket(request)
    except DatabaseError:
        # The catalogue has its own database, and its pages are worth showing without a number.
        return 0

"""What every page shows of what the visitor keeps."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from django.db.utils import Error as DatabaseError
from django.http import HttpRequest

from shop.shoppers.wishlist import wishes_of


def wishes(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `wishes`, ids of products, read once when a template asks for them."""
    return {"wishes": cache(partial(_wishes, request))}


def _wishes(request: HttpRequest) -> frozenset[str]:
    try:
        return frozenset(wishes_of(request))
    except DatabaseError:
        # The catalogue has its own database, and its pages are worth showing without hearts.
        return frozenset()

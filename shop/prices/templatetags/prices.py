"""What the merchant's page of a product shows of its price history."""

from __future__ import annotations

from typing import Any

from django import template

from shop.catalog.models import Product
from shop.prices.models import PriceRecord

register = template.Library()

SHOWN = 10


@register.inclusion_tag("admin/prices/_history.html")
def price_history(product: Product) -> dict[str, Any]:
    """The last changes of what it costs, the latest first."""
    return {"records": PriceRecord.objects.of(str(product.pk))[:SHOWN]}

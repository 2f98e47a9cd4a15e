"""What something cost, asked afterwards."""

from __future__ import annotations

from datetime import datetime

from shop.catalog.pricing import Price
from shop.prices.models import PriceRecord


def price_then(product: str, sku: str, at: datetime) -> Price | None:
    """What a piece of the product (its id) cost at that moment; None where nobody knows any more.

    A SKU of which the product had no price of its own then cost what the product did.
    """
    record = PriceRecord.objects.of(product).filter(since__lte=at).first()
    return record.price_of(sku, at) if record else None

"""Changing the photographs of a product: the document first, the files after it."""

from __future__ import annotations

from collections.abc import Sequence

from shop.catalog import pictures, rendering
from shop.catalog.models import Product
from shop.catalog.parts import Photograph


def save_with_photographs(product: Product, photographs: Sequence[Photograph]) -> None:
    """Save a product with these photographs in this order.

    Files of photographs that it no longer has are deleted; when saving fails, the files that it
    would have gained are.
    """
    before = set(product.photo_names())
    product.photographs = list(photographs)
    now = set(product.photo_names())
    try:
        product.save()
    except BaseException:
        pictures.delete_photographs(now - before)
        raise
    pictures.delete_photographs(before - now)
    rendering.prepare(sorted(now - before))

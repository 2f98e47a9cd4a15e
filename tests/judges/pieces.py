"""What this shop has after an import, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shop.catalog.models import Product
from shop.catalog.money import units
from shop.catalog.naming import ONE_SIZE
from shop.stock.models import Stock


def pieces() -> Iterator[dict[str, Any]]:
    """Every piece that can be bought; None where there is nothing to choose, or no number."""
    stock = dict(Stock.objects.values_list("sku", "on_hand"))
    for product in Product.objects.all():
        for variant in product.variants:
            comes_in_sizes = variant.size != ONE_SIZE
            yield {
                "sku": variant.sku,
                "name": product.name,
                "description": product.description,
                "is_public": product.status == "published",
                "category": _way(product),
                "size": variant.size if comes_in_sizes else None,
                "colour": product.colours[0] if comes_in_sizes else None,
                "price": str(units(variant.price_cents or product.price_cents)),
                "stock": stock.get(variant.sku),
                "is_available": variant.available,
                "photographs": len(product.photographs),
            }


def _way(product: Product) -> str:
    names, category = [], product.category
    while category:
        names.append(category.name)
        category = category.parent
    return " > ".join(reversed(names))


def differences(wanted: list[dict[str, Any]]) -> list[tuple[object, object]]:
    """What is wanted of a piece and what is there, where that is not the same."""
    there = {piece["sku"]: piece for piece in pieces()}
    found: list[tuple[object, object]] = []
    for piece in wanted:
        has = there.pop(piece["sku"], {})
        told = {name: has.get(name) for name in piece}
        if told != piece:
            found.append((piece, told))
    return found + [(None, piece) for piece in there.values()]

"""A small catalogue for the tests of the shop's pages."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from PIL import Image

from shop.catalog import pictures
from shop.catalog.colours import families_of
from shop.catalog.models import Category, Product
from shop.catalog.parts import Variant

COLOURS = ("Navy", "Rust", "Sage")


def jpeg(colour: str = "navy", size: tuple[int, int] = (40, 50)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "JPEG")
    return buffer.getvalue()


def make_product(category: Category, number: int, **facts: object) -> Product:
    """A saved product; where it has a sale it was for sale without it before."""
    sale = {name: facts.pop(name) for name in list(facts) if name.startswith("sale_")}
    product = _product(category, number, **facts)
    product.save()
    if sale:
        for name, value in sale.items():
            setattr(product, name, value)
        product.save()
    return product


def make_products(
    category: Category, count: int, name: str = "Piece {}", **facts: object
) -> list[Product]:
    """Those numbered from 0, as `put` writes them."""
    numbered = (_product(category, n, **{"name": name.format(n), **facts}) for n in range(count))
    return put(category, *numbered)


def put(category: Category, *products: Product) -> list[Product]:
    """Writes products of a category at once, of which the recommender is not told.

    Saved one by one, they take longer than most tests that need some.
    """
    for product in products:
        product.take_skus()
        product.slug = next(product.new_slugs())
        product.families = families_of(product.colours)
    Product.objects.bulk_create(products)
    Product.objects.filter(category=category).touch()
    return list(products)


def _product(category: Category, number: int, **facts: object) -> Product:
    photographs = [pictures.read_photograph(jpeg(colour)).store() for colour in ("navy", "maroon")]
    stated: dict[str, Any] = {
        "sku": f"SKU-{category.slug}-{number}",
        "name": f"Piece {number}",
        "description": "Soft <and> warm.",
        "category": category,
        "gender": "women" if number % 2 else "men",
        "kind": "Jacket" if number % 3 else "Parka",
        "colours": [COLOURS[number % len(COLOURS)]],
        "price_cents": 1000 * (number + 1),
        "position": number,
        "photographs": photographs,
        "variants": [Variant(size="M"), Variant(size="L", available=False)],
    }
    return Product(**(stated | facts))


def made(name: str, width: int, extension: str) -> Path:
    """The file of a rendition, made by the first who asks and read by the next."""
    pictures.rendition(name, width, extension).close()
    with pictures.rendition(name, width, extension) as file:
        return Path(file.name)

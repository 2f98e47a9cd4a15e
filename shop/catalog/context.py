"""What every page of the shop shows: its shelves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from shop.catalog.models import Category, Product
from shop.catalog.parts import Photograph
from shop.catalog.remember import DATABASE_ERRORS, remembered

# How many products to look at for one with a picture.
LOOK_AT = 5


@dataclass(frozen=True)
class Tile:
    """A category with the picture that stands for it on the front page."""

    category: Category
    photograph: Photograph


@remembered(seconds=10)
def shelves() -> list[Category]:
    """Every category in its order of display."""
    return list(Category.objects.in_order())


def shelf(key: Any) -> Category | None:
    """The category with this primary key, without asking the database again."""
    return next((category for category in shelves() if category.pk == key), None)


@remembered(seconds=60)
def tiles() -> list[Tile]:
    """The categories that have a picture to show, each with its first cover."""
    return [tile for category in shelves() if (tile := _tile(category))]


def _tile(category: Category) -> Tile | None:
    products = Product.objects.published().in_category(category).sorted_by("featured")
    covers = (product.cover for product in products[:LOOK_AT])
    cover = next((cover for cover in covers if cover), None)
    return Tile(category, cover) if cover else None


def storefront(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the categories of the header, none while the database is away."""
    try:
        return {"shelves": shelves()}
    except DATABASE_ERRORS:
        return {"shelves": []}

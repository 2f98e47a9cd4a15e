"""What every page of the shop shows: its shelves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from shop.catalog.listing import DEFAULT_SORT, Listing, live, within
from shop.catalog.models import Category, Tree
from shop.catalog.parts import Photograph
from shop.catalog.remember import DATABASE_ERRORS, remembered

# How many products to look at for one with a picture.
LOOK_AT = 5


@dataclass(frozen=True)
class Tile:
    """A category with the picture that stands for it on the front page."""

    category: Category
    photograph: Photograph


@remembered(seconds=1)
def tree() -> Tree:
    """How the categories lie in one another, each level in its order of display.

    From memory. Raises NotLoaded.
    """
    return Tree(map(Category.of_document, live().categories))


def shelves() -> list[Category]:
    """Every category, each followed by what lies in it."""
    return list(tree())


def shelf(key: Any) -> Category | None:
    """The category with this primary key, without asking the database again."""
    return tree().get(key)


def tiles() -> list[Tile]:
    """The categories at the top that have a picture to show, each with its first cover."""
    return [tile for top in tree().menu if (tile := _tile(top.category))]


def _tile(category: Category) -> Tile | None:
    listing = Listing(within(tree().keys(category.pk)), sort=DEFAULT_SORT)
    covers = (product.cover for product in listing[:LOOK_AT])
    cover = next((cover for cover in covers if cover), None)
    return Tile(category, cover) if cover else None


def storefront(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the categories of the header, none while the database is away."""
    try:
        return {"shelves": tree().menu}
    except DATABASE_ERRORS:
        return {"shelves": []}

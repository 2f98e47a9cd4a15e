"""What every page of the shop shows: its shelves."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from bson import json_util
from django.http import HttpRequest

from shop.catalog.listing import DEFAULT_SORT, Listing, live, within
from shop.catalog.live.cards import products
from shop.catalog.models import Category, Tree
from shop.catalog.parts import Photograph
from shop.catalog.remember import DATABASE_ERRORS

# How many products to look at for one with a picture.
LOOK_AT = 5


@dataclass(frozen=True)
class Tile:
    """A category with the picture that stands for it on the front page."""

    category: Category
    photograph: Photograph


class _Shelves(NamedTuple):
    """The categories in memory; what is rendered of them is kept by their version, which is the
    same in every process."""

    documents: tuple[Mapping[str, Any], ...]
    tree: Tree
    version: str


_latest = _Shelves((), Tree(()), "")


def _shelves() -> _Shelves:
    """Raises NotLoaded."""
    global _latest
    documents, known = live().categories, _latest
    # Views pass them on to the next until a category changes.
    if documents is not known.documents:
        tree = Tree(map(Category.of_document, documents))
        # As a snapshot has them, so that those that were read from one are no others.
        told = json_util.dumps(documents).encode()
        version = hashlib.blake2b(told, digest_size=16).hexdigest()
        known = _latest = _Shelves(documents, tree, version)
    # Another thread may have set an older one meanwhile.
    return known


def tree() -> Tree:
    """How the categories lie in one another, each level in its order of display.

    From memory. Raises NotLoaded.
    """
    return _shelves().tree


def shelves_version() -> str:
    """The same, in every process, while the categories are. Raises NotLoaded."""
    return _shelves().version


def shelves() -> list[Category]:
    """Every category, each followed by what lies in it."""
    return list(tree())


def shelf(key: Any) -> Category | None:
    """The category with this primary key, without asking the database again."""
    return tree().get(key)


def tiles() -> list[Tile]:
    """The categories at the top that have a picture to show, each with its first cover."""
    view, tops = live(), [top.category for top in tree().menu]
    firsts = {top.pk: _first_ids(top) for top in tops}
    covers: dict[Any, Photograph] = {}
    for place in range(LOOK_AT):
        # Nearly always the first has one, and all of them are asked for at once.
        asked = {
            ids[place]: key for key, ids in firsts.items() if place < len(ids) and key not in covers
        }
        for product in products(view, list(asked)):
            if product.cover:
                covers[asked[str(product.pk)]] = product.cover
    return [Tile(top, covers[top.pk]) for top in tops if top.pk in covers]


def _first_ids(category: Category) -> list[str]:
    return Listing(within(tree().keys(category.pk)), sort=DEFAULT_SORT).ids(0, LOOK_AT)


def storefront(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the categories of the header, none while the database is away."""
    try:
        _, lying, version = _shelves()
        return {"shelves": lying.menu, "shelves_version": version}
    except DATABASE_ERRORS:
        return {"shelves": []}

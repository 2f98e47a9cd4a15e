"""Photographs sorted into folders by class, one product each.

Either `<class>/<file>` or `train|validation|test/<class>/<file>`. The SKU comes from the path,
so that the same folder always makes the same products.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from shop.catalog.imports import kinds
from shop.catalog.imports.archives import Archive
from shop.catalog.imports.rows import ImportRow

SPLITS = frozenset(("train", "validation", "valid", "val", "test"))


def class_of(name: str) -> str:
    """The class of a photograph, by its folder; empty when it lies in none."""
    folders = [part for part in PurePosixPath(name).parts[:-1] if part.lower() not in SPLITS]
    return folders[-1] if folders else ""


def pictures(images: Archive) -> list[str]:
    """The photographs that lie in a folder named after their class."""
    return [name for name in images.pictures() if class_of(name)]


def rows(images: Archive) -> Iterator[ImportRow]:
    """One product per photograph, class by class."""
    numbers: dict[str, int] = {}
    for name in sorted(pictures(images), key=lambda name: (class_of(name), name)):
        kind = class_of(name)
        numbers[kind] = numbers.get(kind, 0) + 1
        yield _row(images, name, kind, numbers[kind])


def _row(images: Archive, name: str, kind: str, number: int) -> ImportRow:
    title = kind.replace("_", " ").replace("-", " ").capitalize()
    if kind.lower() in ("t-shirt", "tshirt"):
        title = "T-shirt"
    sku = f"{kind[:20].upper()}-{_short_digest(name)}"
    return ImportRow(
        sku=sku,
        name=f"{title} {number}",
        category=kinds.shelf_for(kind).category,
        gender="unisex",
        kind=title,
        colours=None,
        season=None,
        usage=None,
        price_cents=kinds.price_for(kind, sku),
        description=None,
        sizes=kinds.sizes_for(kind, "unisex"),
        photographs=(images.picture(name),),
        line=name,
    )


def _short_digest(name: str) -> str:
    # The file's own name, not its split: moving a photograph from train to test keeps its SKU.
    key = f"{class_of(name)}/{PurePosixPath(name).name}"
    return hashlib.sha256(key.encode()).hexdigest()[:10].upper()

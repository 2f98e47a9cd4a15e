"""Photographs sorted into folders by class: one product each, or one for a folder of views.

Either `<class>/<file>` or `train|validation|test/<class>/<file>`. Where all files of a folder are
named as the views of one thing (`id_00000002/01_1_front.jpg`, as in DeepFashion), they are one
product, and its class is the folder above. The SKU comes from class, file name and bytes, so that
the same folder always makes the same products and no other folder takes their place.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from unicodedata import normalize

from shop.catalog.imports import kinds
from shop.catalog.imports.archives import Archive
from shop.catalog.imports.rows import BadRow, ImportRow, RowRefused

SPLITS = frozenset(("train", "validation", "valid", "val", "test"))
_VIEW = re.compile(r"[0-9]+_[0-9]+_(front|side|back|full|additional|flat)", re.IGNORECASE)
_GENDERS = frozenset(("women", "men", "girls", "boys"))


def class_of(name: str) -> str:
    """The class of a photograph, by its folder; empty when it lies in none."""
    folders = [part for part in PurePosixPath(name).parts[:-1] if part.lower() not in SPLITS]
    return folders[-1] if folders else ""


def pictures(images: Archive) -> list[str]:
    """The photographs that lie in a folder named after their class."""
    return [name for name in images.pictures() if class_of(name)]


def products(images: Archive) -> list[list[str]]:
    """The photographs of each product, class by class."""
    by_folder: dict[PurePosixPath, list[str]] = {}
    for name in sorted(pictures(images)):
        by_folder.setdefault(PurePosixPath(name).parent, []).append(name)
    found: list[list[str]] = []
    for names in by_folder.values():
        found += [names] if _are_views(names) else [[name] for name in names]
    return sorted(found, key=lambda names: (_kind_of(names), names[0]))


def rows(images: Archive) -> Iterator[ImportRow | BadRow]:
    """One product after the other, numbered within its class."""
    numbers: dict[str, int] = {}
    skus = _Skus(images)
    for names in products(images):
        kind = _kind_of(names)
        numbers[kind] = numbers.get(kind, 0) + 1
        try:
            yield _row(images, names, kind, numbers[kind], skus)
        except RowRefused as refused:
            yield BadRow(names[0], str(refused))


def _row(images: Archive, names: list[str], kind: str, number: int, skus: _Skus) -> ImportRow:
    title = kind.replace("_", " ").replace("-", " ").capitalize()
    if kind.lower() in ("t-shirt", "tshirt"):
        title = "T-shirt"
    sku, formerly = skus.of(names, kind)
    gender = _gender_of(names[0]) if _are_views(names) else None
    return ImportRow(
        sku=sku,
        formerly=formerly,
        name=f"{title or 'Product'} {number}",
        category=kinds.shelf_for(kind).category,
        gender=gender,
        kind=title,
        colours=None,
        season=None,
        usage=None,
        price_cents=None,
        description=None,
        sizes=kinds.sizes_for(kind, gender or "unisex"),
        photographs=tuple(map(images.picture, names)),
        line=names[0],
    )


def _are_views(names: list[str]) -> bool:
    return all(_VIEW.fullmatch(PurePosixPath(name).stem) for name in names)


def _kind_of(names: list[str]) -> str:
    """The class of a product: of views, the folder above theirs."""
    if not _are_views(names):
        return class_of(names[0])
    above = class_of(str(PurePosixPath(names[0]).parent))
    return "" if above.lower() in _GENDERS else above


def _gender_of(name: str) -> str | None:
    folders = [part.lower() for part in PurePosixPath(name).parts[:-2]]
    return next((folder for folder in folders if folder in _GENDERS), None)


class _Skus:
    """The SKUs of one archive's products."""

    def __init__(self, images: Archive) -> None:
        self._images = images
        self._given: set[str] = set()

    def of(self, names: list[str], kind: str) -> tuple[str, tuple[str, ...]]:
        """A product's SKU, and what SKU it had before bytes were part of it. Raises RowRefused."""
        content = hashlib.sha256(self._images.picture(names[0])()).hexdigest()
        # The file's own name, not its split: moving a photograph from train to test keeps its SKU.
        key = f"{class_of(names[0])}/{PurePosixPath(names[0]).name}"
        start = (kind or "product")[:20].upper()
        sku = f"{start}-{_short_digest(f'{key}/{content}')}"
        if sku in self._given:
            # The same file in another split is another product, as its path is another.
            return f"{start}-{_short_digest(f'{names[0]}/{content}')}", ()
        self._given.add(sku)
        return sku, tuple(dict.fromkeys(map(_former_sku, (key, normalize("NFD", key)))))


def _former_sku(key: str) -> str:
    """By class and name alone, accents apart or not as the file's name had them."""
    return f"{key.rpartition('/')[0][:20].upper()}-{_short_digest(key)}"


def _short_digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:10].upper()

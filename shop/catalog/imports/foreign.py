"""Products of other shops' files, with those of their photographs that came along as files.

A photograph is taken where a file of its name lies beside the table. Where none of a product does,
a worker fetches them from their addresses later, if the shop is set to do that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from shop.catalog.imports import wanted
from shop.catalog.imports.archives import Archive
from shop.catalog.imports.formats import facts
from shop.catalog.imports.formats.listing import Listed, Listing, Loss, losses_of
from shop.catalog.imports.photographs import Photographs
from shop.catalog.imports.rows import BadRow, ImportRow, RowRefused
from shop.catalog.pictures import MAX_PHOTOGRAPHS


@dataclass(frozen=True)
class Summary:
    """How many rows a file has, what is lost of them, and which files they show."""

    total: int
    notes: list[str]
    pictures: frozenset[str]


def rows(listing: Listing, images: Archive) -> Iterator[ImportRow | BadRow]:
    """The products of a file, with their photographs."""
    photographs = Photographs(images, ())
    for product in listing.products():
        if isinstance(product, BadRow):
            yield product
            continue
        try:
            names, _losses = _names(product, photographs)
        except RowRefused as refused:
            yield BadRow(product.row.line, str(refused), product.row.sku)
        else:
            addresses = () if names else tuple(_fetched(product))
            pictures = tuple(map(images.picture, names))
            yield replace(product.row, photographs=pictures, addresses=addresses)


def summary(listing: Listing, images: Archive) -> Summary:
    """What is said of a file before it is imported: it is read once for that."""
    photographs = Photographs(images, ())
    lost: Counter[Loss] = Counter()
    used: set[str] = set()
    total = 0
    for product in listing.products():
        total += 1
        if isinstance(product, BadRow):
            continue
        try:
            names, losses = _names(product, photographs)
        except RowRefused:
            continue
        used.update(names)
        lost.update(product.losses | losses)
    notes = [loss.told(lost[loss]) for loss in Loss if lost[loss]]
    return Summary(total, notes, frozenset(used))


def _names(product: Listed, photographs: Photographs) -> tuple[list[str], frozenset[Loss]]:
    """The files of a product's photographs, and whether some are lost. Raises RowRefused."""
    names = dict.fromkeys(photographs.there(map(facts.file_of, product.addresses)))
    if not names and not _fetched(product):
        return [], frozenset((Loss.PHOTOGRAPHS,))
    number = len(names) or len(dict.fromkeys(product.addresses))
    lost = losses_of(
        ((not names, Loss.NOT_YET), (number > MAX_PHOTOGRAPHS, Loss.FURTHER_PHOTOGRAPHS))
    )
    return list(names)[:MAX_PHOTOGRAPHS], lost


def _fetched(product: Listed) -> list[str]:
    """The addresses from which its photographs are to be fetched."""
    return wanted.fetchable(product.addresses)[:MAX_PHOTOGRAPHS]

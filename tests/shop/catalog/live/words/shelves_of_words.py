"""Two catalogues whose words are searched: the drawn one, and rows of fashion-products."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from drawings.catalogue import DemoProduct, draw_catalogue
from drawings.wardrobe import categories
from shop.catalog.colours import families_of
from shop.catalog.imports.kinds import price_for, shelf_for
from shop.catalog.live.words import Built, Document, Fresh, View, build

type Facts = dict[str, tuple[str, ...]]

ROWS = 5_000


@dataclass(frozen=True)
class Piece:
    """A product as the table of what people look for knows it."""

    sku: str
    price_cents: int
    facts: Facts
    document: Document


def number(at: int) -> str:
    """An id such as MongoDB's."""
    return f"{at:024x}"


def demo_pieces() -> Iterator[Piece]:
    german = {shelf.name: shelf.german.name for shelf in categories()}
    for at, product in enumerate(draw_catalogue(count=240)):
        yield _demo_piece(at, product, german)


def _demo_piece(at: int, product: DemoProduct, german: dict[str, str]) -> Piece:
    document = Document(
        id=number(at),
        names={"en": product.name, "de": product.german.name},
        texts={"en": product.description, "de": product.german.text},
        shelves=({"en": product.category, "de": german[product.category]},),
        kind=product.kind,
        colours=(product.colour,) if product.colour else (),
        gender=product.gender,
        season=product.season,
        usage=product.usage,
        codes=(product.sku,),
        position=at,
    )
    return _piece(document, product.price_cents, product.category)


def fashion_pieces(data: Path) -> Iterator[Piece]:
    with (data / "fashion-products" / "styles.csv").open(encoding="utf-8", newline="") as file:
        for at, row in enumerate(islice(csv.DictReader(file), ROWS)):
            kind = row["articleType"]
            category = shelf_for(kind).category
            document = Document(
                id=number(at),
                names={"en": row["productDisplayName"]},
                shelves=({"en": category},),
                kind=kind,
                colours=(row["baseColour"],) if row["baseColour"] else (),
                gender=row["gender"].lower(),
                season=row["season"],
                usage=row["usage"],
                codes=(row["id"],),
                position=at,
            )
            yield _piece(document, price_for(kind, row["id"]), category)


def _piece(document: Document, price_cents: int, category: str) -> Piece:
    facts = {
        "kind": (document.kind,),
        "colour": document.colours,
        "family": tuple(families_of(document.colours)),
        "gender": (document.gender,),
        "season": (document.season,),
        "usage": (document.usage,),
        "category": (category,),
        "name": tuple(document.names.values()),
    }
    return Piece(document.codes[0], price_cents, facts, document)


def view_of(documents: list[Document], folder: Path) -> View:
    build(folder, documents)
    return View(Built(folder), Fresh())

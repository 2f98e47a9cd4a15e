"""What the page of a product offers to choose: a colour, where it comes in several, and a size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shop.catalog.models import Product
from shop.catalog.parts import Photograph, Variant
from shop.catalog.pricing import Price, Span


@dataclass(frozen=True)
class Colour:
    """One of the colours of a product; `cover` is the first picture of it where that is known."""

    name: str
    cover: Photograph | None
    available: bool
    chosen: bool


@dataclass(frozen=True)
class Choice:
    """What a page shows once a colour is chosen.

    `colours` is empty where there are not several. `offers`, each with its price, are those of the
    chosen colour, and its pictures come first among `photographs`.
    """

    colours: Sequence[Colour]
    offers: Sequence[tuple[Variant, Price]]
    photographs: Sequence[Photograph]
    span: Span

    @property
    def is_available(self) -> bool:
        return any(offer.available for offer, _ in self.offers)

    @property
    def has_sizes(self) -> bool:
        return any(offer.size for offer, _ in self.offers)


def choice_of(product: Product, colour: str = "") -> Choice:
    """What there is to choose in this colour; without one, in the first that can be had."""
    ways = _by_colour(product)
    chosen = ways.get(colour.casefold()) or _first_available(list(ways.values()))
    several = len(ways) > 1
    return Choice(
        colours=[_colour(product, way, way is chosen) for way in ways.values()] if several else (),
        offers=[(offer, product.price_of(offer)) for offer in chosen],
        photographs=product.photographs_of(chosen[0]) if several else product.photographs,
        span=product.span(chosen),
    )


def _by_colour(product: Product) -> dict[str, list[Variant]]:
    """What is sold of it in each colour, in their order; of a product in one that has no name."""
    ways: dict[str, list[Variant]] = {}
    for offer in product.offers():
        ways.setdefault(offer.colour.casefold(), []).append(offer)
    return ways


def _first_available(ways: Sequence[list[Variant]]) -> list[Variant]:
    return next((way for way in ways if _can_be_had(way)), ways[0])


def _can_be_had(way: Sequence[Variant]) -> bool:
    return any(offer.available for offer in way)


def _colour(product: Product, way: Sequence[Variant], chosen: bool) -> Colour:
    first = way[0]
    is_told = any(offer.photographs for offer in product.variants)
    cover = product.cover_of(first) if is_told else None
    return Colour(first.colour, cover, _can_be_had(way), chosen)

"""The colours that one design comes in: its colourways are the products that share a style."""

from __future__ import annotations

from collections.abc import Iterable

from shop.catalog.listing import PUBLISHED, live
from shop.catalog.live.cards import products
from shop.catalog.models import Product

# More than any design has; a style that was given to half the shop by mistake stays harmless.
MOST = 24


def other_colourways(product: Product) -> list[Product]:
    """The published products that are the same design in another colour, in order of display."""
    if not product.style:
        return []
    view = live()
    design = view.of_style(product.style, PUBLISHED)[:MOST]
    return products(view, [id for id in design if id != str(product.pk)])


def tell_colours(shown: Iterable[Product]) -> None:
    """Let `colours` of these products name all that their styles come in."""
    view = live()
    for product in shown:
        if product.style:
            own_first = (*product.colours, *view.colours_of(product.style, PUBLISHED))
            product.shown_colours = tuple(dict.fromkeys(own_first))

"""The colours that one design comes in: its colourways are the products that share a style."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from shop.catalog.models import Product
from shop.catalog.remember import Recent

# More than any design has; a style that was given to half the shop by mistake stays harmless.
MOST = 24

_recent: Recent[str, tuple[str, ...]] = Recent(seconds=60, most=2000)
# Each colourway's page shows the others, and a shopper looks at one after the other.
_designs: Recent[str, list[Product]] = Recent(seconds=30, most=500)


def other_colourways(product: Product) -> list[Product]:
    """The published products that are the same design in another colour, in order of display."""
    if not product.style:
        return []
    design = _designs.get_or_set(product.style, partial(_design, product.style))
    return [way for way in design if way.pk != product.pk]


def _design(style: str) -> list[Product]:
    return list(Product.objects.published().of_style(style)[:MOST])


def tell_colours(products: Iterable[Product]) -> None:
    """Let `colours` of these products name all that their styles come in: one query at most."""
    styled = [product for product in products if product.style]
    colours = _colours_of({product.style for product in styled})
    for product in styled:
        own_first = (*product.colours, *colours[product.style])
        product.shown_colours = tuple(dict.fromkeys(own_first))


def _colours_of(styles: set[str]) -> dict[str, tuple[str, ...]]:
    known = {style: colours for style in styles if (colours := _recent.get(style)) is not None}
    missing = sorted(styles - set(known))
    if missing:
        found = Product.objects.published().colours_by_style(missing, most=MOST)
        for style in missing:
            known[style] = found.get(style, ())
            _recent.put(style, known[style])
    return known

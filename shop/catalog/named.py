"""Which product other programs mean, by whatever name they have for it."""

from __future__ import annotations

from shop.catalog.listing import PUBLISHED, live
from shop.catalog.live.cards import products
from shop.catalog.models import Product
from shop.skus import registry
from shop.skus.keys import key_of


def product_named(name: str) -> Product | None:
    """The product that may be bought, if by its link alone, and is called so.

    By its id, a SKU (its own or one of a size), its slug or its style, in this order. Files of
    other shops bring their handles as SKU or, of a design in several colours, as style: then the
    first published colour is meant.
    """
    if not name or "\0" in name:
        return None
    ways = (_with_id, _with_sku, _with_slug, _of_style)
    return next((found for way in ways if (found := way(name))), None)


def _with_id(name: str) -> Product | None:
    return Product.objects.sold().with_ids([name]).first()


def _with_sku(name: str) -> Product | None:
    registration = registry.registered([name]).get(key_of(name))
    found = _with_id(registration.owner) if registration else None
    # What was registered may not have been written.
    return found if found and key_of(name) in map(key_of, found.skus()) else None


def _with_slug(name: str) -> Product | None:
    return Product.objects.sold().filter(slug=name).order_by().first()


def _of_style(name: str) -> Product | None:
    view = live()
    return next(iter(products(view, view.of_style(name, PUBLISHED)[:1])), None)

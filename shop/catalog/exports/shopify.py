"""Products as Shopify's CSV of products: a row a size, the colours of a design below each other.

https://help.shopify.com/en/manual/products/import-export/using-csv
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from shop.catalog.audience import age_group_of, gender_of
from shop.catalog.exports.saying import amount, markup, typed
from shop.catalog.exports.shelf import Design, Shelf, colour_of, size_of
from shop.catalog.models import Product, Status
from shop.catalog.parts import Photograph, Variant

MATERIAL = "Fabric (product.metafields.shopify.fabric)"
COLOURS = "Color (product.metafields.shopify.color-pattern)"
COLUMNS = (
    *("Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published"),
    *("Option1 Name", "Option1 Value", "Option2 Name", "Option2 Value"),
    *("Variant SKU", "Variant Grams", "Variant Inventory Tracker", "Variant Inventory Qty"),
    *("Variant Inventory Policy", "Variant Fulfillment Service", "Variant Price"),
    *("Variant Compare At Price", "Variant Requires Shipping", "Variant Taxable"),
    *("Variant Barcode", "Image Src", "Image Position", "Image Alt Text", "Gift Card"),
    *("Google Shopping / Gender", "Google Shopping / Age Group", "Google Shopping / MPN"),
    *("Variant Image", "Status", COLOURS, MATERIAL),
)
STATUSES = {
    Status.PUBLISHED: "active",
    Status.DRAFT: "draft",
    Status.LINK: "unlisted",
    Status.ARCHIVED: "archived",
}


def rows(shelf: Shelf) -> Iterator[dict[str, str]]:
    """The sizes of every design, and a row for each picture beyond them."""
    with override(settings.LANGUAGE_CODE):
        names = _("Colour"), _("Size")
    for design in shelf.designs():
        yield from _of_design(design, shelf, names)


def _of_design(design: Design, shelf: Shelf, names: tuple[str, str]) -> Iterator[dict[str, str]]:
    pieces = (_variant(design, product, offer, shelf) for product, offer in design.offers())
    pictures = (
        _picture(place, photograph, shelf)
        for place, photograph in enumerate(design.photographs, start=1)
    )
    common = _first(design, shelf) | _option_names(design, names)
    for piece, picture in zip_longest(pieces, pictures):
        yield {"Handle": design.handle, **common, **(piece or {}), **(picture or {})}
        # What all have in common stands in the first row alone.
        common = {}


def _first(design: Design, shelf: Shelf) -> dict[str, str]:
    product = design.first
    status = Status(product.status)
    return {
        "Title": typed(product.name),
        "Body (HTML)": markup(product.description),
        "Vendor": typed(product.brand),
        "Type": shelf.way(product),
        "Tags": ", ".join(filter(None, (product.kind, product.season, product.usage))),
        "Published": "false" if status == Status.DRAFT else "true",
        "Gift Card": "false",
        "Google Shopping / Gender": gender_of(product),
        "Google Shopping / Age Group": age_group_of(product),
        "Google Shopping / MPN": product.mpn,
        "Status": STATUSES[status],
        COLOURS: "" if design.has_colours else "; ".join(product.colours),
        MATERIAL: product.material,
    }


def _option_names(design: Design, names: Sequence[str]) -> dict[str, str]:
    chosen = [name for name, is_one in zip(names, _options(design), strict=True) if is_one]
    return {f"Option{place} Name": name for place, name in enumerate(chosen or ["Title"], start=1)}


def _options(design: Design) -> tuple[bool, bool]:
    return design.has_colours, design.has_sizes


def _option_values(design: Design, product: Product, offer: Variant) -> dict[str, str]:
    values = colour_of(product, offer), size_of(offer)
    chosen = [value for value, is_one in zip(values, _options(design), strict=True) if is_one]
    return {
        f"Option{place} Value": typed(value)
        for place, value in enumerate(chosen or ["Default Title"], start=1)
    }


def _variant(design: Design, product: Product, offer: Variant, shelf: Shelf) -> dict[str, str]:
    own = product.cover_of(offer) if design.shows_colours else None
    return {
        **_option_values(design, product, offer),
        **_prices(product, offer),
        **_inventory(offer, design.pieces.get(offer.sku)),
        "Variant SKU": offer.sku,
        "Variant Grams": "0",
        "Variant Fulfillment Service": "manual",
        "Variant Requires Shipping": "true",
        "Variant Taxable": "true",
        # A product has one, which is no size's where there are several.
        "Variant Barcode": product.gtin if len(product.offers()) == 1 else "",
        "Variant Image": shelf.address(own) if own else "",
    }


def _prices(product: Product, offer: Variant) -> dict[str, str]:
    """What it costs now, and what it usually costs where that is more."""
    usual = product.price_cents if offer.price_cents is None else offer.price_cents
    now = product.price_of(offer).cents
    return {
        "Variant Price": amount(now),
        "Variant Compare At Price": amount(usual) if now < usual else "",
    }


def _inventory(offer: Variant, pieces: int | None) -> dict[str, str]:
    """What nobody counts is sold on and on, unless it is sold out."""
    if pieces is None and offer.available:
        return {"Variant Inventory Policy": "deny"}
    return {
        "Variant Inventory Tracker": "shopify",
        "Variant Inventory Qty": str(pieces or 0),
        "Variant Inventory Policy": "deny",
    }


def _picture(place: int, photograph: Photograph, shelf: Shelf) -> dict[str, str]:
    return {
        "Image Src": shelf.address(photograph),
        "Image Position": str(place),
        "Image Alt Text": photograph.alt,
    }

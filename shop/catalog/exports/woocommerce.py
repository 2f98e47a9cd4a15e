"""Products as WooCommerce's CSV: what comes in several sizes or colours, and its variations.

https://github.com/woocommerce/woocommerce/wiki/Product-CSV-Import-Schema
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from shop.catalog.exports.saying import amount, markup, moment, typed
from shop.catalog.exports.shelf import Design, Shelf, colour_of, size_of
from shop.catalog.models import Product, Status
from shop.catalog.parts import Variant
from shop.skus.keys import key_of

# Colour and size, and so many further facts.
ATTRIBUTES = 12
COLUMNS = (
    *("ID", "Type", "SKU", "GTIN, UPC, EAN, or ISBN", "Name", "Published", "Is featured?"),
    *("Visibility in catalog", "Short description", "Description"),
    *("Date sale price starts", "Date sale price ends", "Tax status", "Tax class"),
    *("In stock?", "Stock", "Low stock amount", "Backorders allowed?", "Sold individually?"),
    *("Weight (kg)", "Length (cm)", "Width (cm)", "Height (cm)", "Allow customer reviews?"),
    *("Purchase note", "Sale price", "Regular price", "Categories", "Tags", "Shipping class"),
    *("Images", "Download limit", "Download expiry days", "Parent", "Grouped products"),
    *("Upsells", "Cross-sells", "External URL", "Button text", "Position", "Brands"),
    *(
        f"Attribute {number} {part}"
        for number in range(1, ATTRIBUTES + 1)
        for part in ("name", "value(s)", "visible", "global")
    ),
)
# A draft is -1; what only those who sell see is 0, which comes nearest to an archive.
PUBLISHED = {Status.PUBLISHED: "1", Status.LINK: "1", Status.DRAFT: "-1", Status.ARCHIVED: "0"}


def rows(shelf: Shelf) -> Iterator[dict[str, str]]:
    """Every design, the variations of one that has some behind it."""
    with override(settings.LANGUAGE_CODE):
        names = _("Colour"), _("Size")
    for design in shelf.designs():
        yield from _Making(shelf, design, names).rows()


class _Making:
    """The rows of one design."""

    def __init__(self, shelf: Shelf, design: Design, names: tuple[str, str]) -> None:
        self._shelf = shelf
        self._design = design
        self._names = names
        # A colour is chosen where there are several, and is a fact where there is one.
        colours = {key_of(colour_of(product, offer)) for product, offer in design.offers()}
        self._chosen = len(colours) > 1, design.has_sizes
        self._number = self._free_number()

    def rows(self) -> Iterator[dict[str, str]]:
        if not any(self._chosen):
            product, offer = next(self._design.offers())
            sold = self._sold(product, offer)
            yield self._common() | sold | {"Type": "simple", "SKU": self._number}
            return
        yield self._common() | {"Type": "variable", "SKU": self._number, "In stock?": "1"}
        for product, offer in self._design.offers():
            yield self._variation(product, offer)

    def _free_number(self) -> str:
        """The SKU of the whole, which is no variation's."""
        design = self._design
        number = design.first.sku if len(design.products) == 1 else design.handle
        taken = {key_of(offer.sku) for _product, offer in design.offers()}
        is_taken = any(self._chosen) and key_of(number) in taken
        return f"{number}-all" if is_taken else number

    def _common(self) -> dict[str, str]:
        product = self._design.first
        told = (product.kind, product.season, product.usage, product.material)
        return {
            "Name": typed(product.name),
            "Published": PUBLISHED[Status(product.status)],
            "Is featured?": "0",
            "Visibility in catalog": "hidden" if product.status == Status.LINK else "visible",
            "Description": markup(product.description),
            "Tax status": "taxable",
            "Sold individually?": "0",
            "Allow customer reviews?": "1",
            "Categories": _listed([self._shelf.way(product)]),
            "Tags": _listed(filter(None, told)),
            "Images": ", ".join(map(self._shelf.address, self._design.photographs)),
            "Position": "0",
            "Brands": _listed(filter(None, [typed(product.brand)])),
            **_attributes(self._told(), is_of_all=True),
        }

    def _told(self) -> Iterator[tuple[str, list[str], bool]]:
        """Attributes: what is chosen, all its values first, and further facts."""
        offers = list(self._design.offers())
        colour, size = self._names
        if self._chosen[0]:
            yield colour, _each(colour_of(*each) for each in offers), True
        if self._chosen[1]:
            yield size, _each(size_of(offer) for _product, offer in offers), True
        if not self._chosen[0] and self._design.first.colours:
            yield colour, list(self._design.first.colours), True
        for attribute in self._design.first.attributes:
            yield attribute.name, [attribute.value], False

    def _variation(self, product: Product, offer: Variant) -> dict[str, str]:
        values = colour_of(product, offer), size_of(offer)
        chosen = [
            (name, [value], True)
            for name, value, is_one in zip(self._names, values, self._chosen, strict=True)
            if is_one
        ]
        own = product.cover_of(offer) if self._design.shows_colours else None
        return {
            "Type": "variation",
            "SKU": offer.sku,
            "Parent": self._number,
            "Name": typed(product.name),
            "Published": "1",
            "Visibility in catalog": "visible",
            "Tax status": "taxable",
            "Tax class": "parent",
            "Images": self._shelf.address(own) if own else "",
            **self._sold(product, offer),
            **_attributes(chosen, is_of_all=False),
        }

    def _sold(self, product: Product, offer: Variant) -> dict[str, str]:
        """What it costs, and how many there are."""
        usual = product.price_cents if offer.price_cents is None else offer.price_cents
        sale = product.sale if product.sale and product.sale.cents < usual else None
        pieces = self._design.pieces.get(offer.sku)
        can_be_had = offer.available if pieces is None else pieces > 0
        return {
            # A product has one, which is no size's where there are several.
            "GTIN, UPC, EAN, or ISBN": product.gtin if len(product.offers()) == 1 else "",
            "Regular price": amount(usual),
            "Sale price": amount(sale.cents if sale else None),
            "Date sale price starts": moment(sale.begins if sale else None, "sale_from"),
            "Date sale price ends": moment(sale.ends if sale else None, "sale_until"),
            "In stock?": "1" if can_be_had else "0",
            "Stock": "" if pieces is None else str(pieces),
            "Backorders allowed?": "0",
        }


def _attributes(told: Iterable[tuple[str, list[str], bool]], *, is_of_all: bool) -> dict[str, str]:
    """`is_of_all` tells that the values are those of all variations."""
    row = {}
    for number, (name, values, is_global) in zip(range(1, ATTRIBUTES + 1), told, strict=False):
        row[f"Attribute {number} name"] = typed(name)
        row[f"Attribute {number} value(s)"] = _listed(values)
        row[f"Attribute {number} visible"] = "1" if is_of_all else ""
        row[f"Attribute {number} global"] = "1" if is_global else "0"
    return row


def _each(values: Iterable[str]) -> list[str]:
    """Each value once, however it is spelled."""
    return list({key_of(value): value for value in values}.values())


def _listed(values: Iterable[str]) -> str:
    """Values apart by a comma and a space; a comma of their own has a backslash before it."""
    return ", ".join(value.replace(",", "\\,") for value in values)

"""Products in the columns that an import reads, a row each.

To import such a file again changes nothing. Photographs have no column: without their files an
import leaves them alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from django.conf import settings

from shop.catalog.exports.saying import amount, listed, moment, typed
from shop.catalog.exports.shelf import Shelf
from shop.catalog.imports.markup import text_of
from shop.catalog.imports.rows import ATTRIBUTE
from shop.catalog.imports.tables import MAX_COLUMNS
from shop.catalog.models import Product

WORDS = ("name", "kind", "season", "usage", "style", "brand", "material")
CODES = ("sku", "gender", "gtin", "mpn", "status")
COLUMNS = (
    *("sku", "name", "category", "price", "sale_price", "sale_from", "sale_until", "colour"),
    *("sizes", "skus", "prices", "stock", "description", "gender", "kind", "season", "usage"),
    *("style", "brand", "material", "gtin", "mpn", "status"),
)


def columns(shelf: Shelf) -> list[str]:
    """Those of all products, the texts in further languages, and the facts that some have."""
    told = [f"{text}_{language}" for language in _languages() for text in ("name", "description")]
    named: Counter[str] = Counter()
    for product in shelf.products.only("attributes").order_by().iterator():
        named.update(attribute.name for attribute in product.attributes)
    room = MAX_COLUMNS - len(COLUMNS) - len(told)
    # Names that differ in case alone would be one column.
    facts = {name.lower(): f"{ATTRIBUTE}{name}" for name, _times in reversed(named.most_common())}
    return [*COLUMNS, *told, *sorted(list(facts.values())[-room:])]


def rows(shelf: Shelf) -> Iterator[dict[str, str]]:
    """A row for each product."""
    for product, pieces in shelf.one_by_one():
        yield _facts(product, shelf) | _sizes(product, pieces) | _further(product)


def _facts(product: Product, shelf: Shelf) -> dict[str, str]:
    return {
        "category": typed(shelf.way(product)),
        "description": _described(product.description),
        "price": str(product.price),
        "sale_price": amount(product.sale_price_cents),
        "sale_from": moment(product.sale_from, "sale_from"),
        "sale_until": moment(product.sale_until, "sale_until"),
        "colour": listed([typed(colour) for colour in product.colours]),
        **{name: typed(getattr(product, name)) for name in WORDS},
        **{name: str(getattr(product, name)) for name in CODES},
    }


def _sizes(product: Product, pieces: Mapping[str, int]) -> dict[str, str]:
    """What it comes in; the stock only where every size is counted."""
    sizes = [variant.size for variant in product.variants]
    offers = product.offers()
    is_counted = all(offer.sku in pieces for offer in offers)
    return {
        "sizes": listed(sizes) if any(sizes) else "",
        "skus": listed([variant.sku for variant in product.variants]),
        "prices": _prices(product),
        "stock": "|".join(str(pieces[offer.sku]) for offer in offers) if is_counted else "",
    }


def _prices(product: Product) -> str:
    """What each size usually costs, where one has a price of its own."""
    own = [variant.price_cents for variant in product.variants]
    if all(cents is None for cents in own):
        return ""
    return "|".join(amount(product.price_cents if cents is None else cents) for cents in own)


def _further(product: Product) -> dict[str, str]:
    """Its texts in other languages, and further facts."""
    told = {f"{ATTRIBUTE}{each.name}": typed(each.value) for each in product.attributes}
    for text in product.texts:
        told[f"name_{text.language}"] = typed(text.name)
        told[f"description_{text.language}"] = _described(text.description)
    return told


def _described(text: str) -> str:
    return typed(text.replace("\r\n", "\n"), text_of)


def _languages() -> list[str]:
    """The languages besides the shop's own."""
    return [
        language for language, _name in settings.LANGUAGES if language != settings.LANGUAGE_CODE
    ]

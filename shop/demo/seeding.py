"""From drawn products to the rows of an import, and to pieces on the shelves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

from django.conf import settings

from drawings.ahead import drawn_ahead
from drawings.catalogue import DemoProduct
from drawings.styles import Category as Shelf
from drawings.styles import Group, Words
from drawings.wardrobe import categories
from shop.catalog.imports import ImportRow
from shop.catalog.imports.rows import ReadPicture
from shop.catalog.models import Category, Product
from shop.catalog.parts import Text
from shop.stock.counting import count
from shop.stock.models import Stock

# By the code of a language.
type Told = dict[str, Words]


def prepare_categories() -> dict[str, str]:
    """Make the demo's categories that are missing, in their order, each told in every language.

    Returns their primary keys (text) by the names that drawn products have, whatever a merchant
    calls them and wherever they lie since. One that a version without languages made is told the
    others.
    """
    keys = {}
    for position, shelf in enumerate(categories()):
        category = Category.objects.filter(slug=shelf.slug).first()
        if category is None:
            above = _made(shelf.group, position) if shelf.group else None
            category = _made(shelf, position, above)
        keys[shelf.name] = str(_told(category, shelf).pk)
    return keys


def _made(shelf: Shelf | Group, position: int, parent: Category | None = None) -> Category:
    own, texts = _words(shelf)
    facts = {"name": own.name, "description": own.text, "position": position, "texts": texts}
    return Category.objects.get_or_create(slug=shelf.slug, defaults={**facts, "parent": parent})[0]


def _told(category: Category, shelf: Shelf) -> Category:
    own, texts = _words(shelf)
    if category.name == own.name and not category.texts:
        category.texts = texts
        category.save()
    return category


def _words(shelf: Shelf | Group) -> tuple[Words, list[Text]]:
    """Name and description in the shop's own language, and in the others."""
    own, others = _own_first({"en": Words(shelf.name, shelf.line), "de": shelf.german})
    return own, [
        Text(language=language, name=words.name, description=words.text)
        for language, words in others.items()
    ]


def rows_of(
    products: Iterable[DemoProduct], shelves: dict[str, str], drawers: int
) -> Iterator[ImportRow]:
    """Import rows in the products' order, their pictures drawn ahead by that many processes.

    `shelves` are the categories as `prepare_categories` names them.
    """
    return (
        _row(product, shelves[product.category], pictures)
        for product, pictures in drawn_ahead(products, drawers)
    )


def _own_first(told: Told) -> tuple[Words, Told]:
    """The words in the shop's own language, and those in the others."""
    others = {
        language: words for language, words in told.items() if language != settings.LANGUAGE_CODE
    }
    return told[settings.LANGUAGE_CODE], others


def stock_shelves(products: Iterable[DemoProduct]) -> None:
    """Count the pieces of the products that nobody has counted yet, some sizes sold out."""
    for product in Product.objects.filter(sku__in=[product.sku for product in products]):
        if not Stock.objects.filter(product=str(product.pk)).exists():
            pieces = {offer.sku: pieces_of(offer.sku) for offer in product.offers()}
            count(str(product.pk), pieces, key="demo")


def pieces_of(sku: str) -> int:
    """How many pieces the demo has of a SKU: none of one in twelve, few of some."""
    # Two bytes of a hash that treats neighbouring SKUs as strangers, which a checksum does not.
    first, second = sha256(sku.encode()).digest()[:2]
    if first % 12 == 0:
        return 0
    return 1 + second % 3 if first % 12 < 3 else 4 + second % 17


def _row(product: DemoProduct, shelf: str, photographs: Iterable[ReadPicture]) -> ImportRow:
    english = Words(product.name, product.description)
    own, others = _own_first({"en": english, "de": product.german})
    return ImportRow(
        sku=product.sku,
        name=own.name,
        category=product.category,
        category_id=shelf,
        gender=product.gender,
        kind=product.kind,
        colours=[product.colour] if product.colour else [],
        season=product.season,
        usage=product.usage,
        price_cents=product.price_cents,
        description=own.text,
        sizes=product.sizes,
        photographs=tuple(photographs),
        line=product.sku,
        style=product.style,
        texts={language: (words.name, words.text) for language, words in others.items()},
    )

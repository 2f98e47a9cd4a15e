"""From drawn products to the rows of an import, and to pieces on the shelves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

from drawings.ahead import drawn_ahead
from drawings.catalogue import DemoProduct
from drawings.wardrobe import categories
from shop.catalog.imports import ImportRow
from shop.catalog.imports.rows import ReadPicture
from shop.catalog.models import Category, Product
from shop.stock.counting import count
from shop.stock.models import Stock


def prepare_categories() -> None:
    """Make the demo's categories that are missing, in their order, each with its line."""
    for position, shelf in enumerate(categories()):
        Category.objects.get_or_create(
            slug=shelf.slug,
            defaults={"name": shelf.name, "position": position, "description": shelf.line},
        )


def rows_of(products: Iterable[DemoProduct], drawers: int) -> Iterator[ImportRow]:
    """Import rows in the products' order, their pictures drawn ahead by that many processes."""
    return (_row(product, pictures) for product, pictures in drawn_ahead(products, drawers))


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


def _row(product: DemoProduct, photographs: Iterable[ReadPicture]) -> ImportRow:
    return ImportRow(
        sku=product.sku,
        name=product.name,
        category=product.category,
        gender=product.gender,
        kind=product.kind,
        colours=[product.colour] if product.colour else [],
        season=product.season,
        usage=product.usage,
        price_cents=product.price_cents,
        description=product.description,
        sizes=product.sizes,
        photographs=tuple(photographs),
        line=product.sku,
        style=product.style,
    )

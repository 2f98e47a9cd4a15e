"""Which sizes of a product show as available, as told by whoever counts the pieces."""

from __future__ import annotations

from collections.abc import Mapping

from shop.catalog.models import Product
from shop.config.routers import catalogue_connection


def show_available(product_id: str, available: Mapping[str, bool]) -> bool:
    """Show the sizes with these SKUs as available or sold out, and leave the others as they are.

    Returns whether that was news. What is gone from the catalogue is passed over. Each size is
    written by itself, so that a product that is saved at the same time keeps everything else.
    Raises what MongoDB raises.
    """
    product = Product.objects.with_ids([product_id]).first()
    if product is None:
        return False
    offers = product.offers()
    news = [one for one in offers if available.get(one.sku, one.available) != one.available]
    for offer in news:
        _write(product, offer.sku, not offer.available)
    return bool(news)


def _write(product: Product, sku: str, available: bool) -> None:
    documents = catalogue_connection().get_collection(Product._meta.db_table)
    # By its key alone, which the stand-in finds without a look at every other product.
    documents.update_one(
        {"_id": product.pk},
        {
            "$set": {"variants.$[one].available" if product.variants else "available": available},
            "$currentDate": {"revision": True},
        },
        array_filters=[{"one.sku": sku}] if product.variants else None,
    )

"""New products saved many at once, by the rules by which `Product.save` saves one.

For products without photographs, of which the recommender need not be told. One insertion brings
them all, in place of a dozen questions for each.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from bson import ObjectId
from django.db.utils import IntegrityError
from pymongo.errors import BulkWriteError

from claims import leases
from shop.catalog import skus
from shop.catalog.models import FormerAddress, Product
from shop.catalog.signals import products_saved, products_saving
from shop.config.routers import catalogue_connection

# Readers of what changed look back further than that.
SOON = timedelta(seconds=1)


def take_skus(products: Sequence[Product]) -> bool:
    """Take the SKUs of new products before they are saved, giving each size without one one.

    Whether all of them could be had; else none is taken, and each has to be saved by itself.
    """
    for product in products:
        # Its id is known before its document is written.
        product.pk = ObjectId()
    return skus.take_new(products)


def save(products: Sequence[Product]) -> None:
    """Save new products that have their SKUs by `take_skus`, as many as can be saved at once.

    Those that stay new have an address or a number that somebody was faster to take. Each can be
    made again and saved by itself, and takes its SKUs over as from somebody who died.
    """
    for product in products:
        product.derive()
    saved = _inserted(list(_with_slugs(products)))
    if saved:
        products_saved.send(Product, products=saved, are_new=True)


def _with_slugs(products: Sequence[Product]) -> Iterator[Product]:
    """Those of the products for which there is a free address, which they get."""
    wanted = {product.pk: list(product.new_slugs()) for product in products}
    used = _used({slug for slugs in wanted.values() for slug in slugs})
    for product in products:
        product.slug = next((slug for slug in wanted[product.pk] if slug not in used), "")
        if product.slug:
            used.add(product.slug)
            yield product


def _used(slugs: Collection[str]) -> set[str]:
    """Those at which something is, or which lead to where it is now."""
    led = FormerAddress.objects.filter(kind=Product._meta.model_name, slug__in=slugs)
    there = Product.objects.filter(slug__in=slugs).order_by()
    return {slug for found in (there, led) for slug in found.values_list("slug", flat=True)}


def _inserted(products: Sequence[Product]) -> Sequence[Product]:
    """Insert the products; those that could be."""
    if not products:
        return []
    products_saving.send(Product, products=products)
    asked = _clock()
    for product in products:
        product.revision = asked
    saved = products[: _insert(products)]
    if _clock() - asked > SOON:
        # Somebody may have looked past them already.
        Product.objects.filter(pk__in=[product.pk for product in saved]).touch()
    for product in saved:
        product.mark_as_stored()
    return saved


def _insert(products: Sequence[Product]) -> int:
    """How many of the products were inserted, before one that could not be."""
    try:
        Product.objects.bulk_create(products)
    except IntegrityError as refused:
        if not isinstance(refused.__cause__, BulkWriteError):
            raise
        return int(refused.__cause__.details["nInserted"])
    return len(products)


def _clock() -> datetime:
    connection = catalogue_connection()
    connection.ensure_connection()
    return leases.now(connection.connection)

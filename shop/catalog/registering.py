"""The registry of SKUs made to fit the catalogue.

SKUs are registered when a product is saved. What was saved before there was a registry is not, nor
what is in a backup; and whoever is killed while saving leaves a registration that nobody needs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import batched
from typing import NamedTuple

from django.utils.translation import gettext as _

from shop.catalog.models import Product
from shop.catalog.skus import Use, in_use, repeated, uses_by_others
from shop.skus import registry
from shop.skus.keys import key_of
from shop.skus.models import Registration

CHUNK = 500
READ = ("sku", "name", "variants")


class Differences(NamedTuple):
    """What does not fit.

    `missing` are SKUs that no one is registered for, by the id of the product that has them, `idle`
    registrations of which no product has the SKU. `clashes` are products that have a SKU which is
    another's, each with a sentence of it: only a person can tell what is right.
    """

    missing: dict[str, list[str]]
    idle: Collection[Registration]
    clashes: list[tuple[Product, str]]


def differences() -> Differences:
    """Compare every product with the registry. Raises one of DATABASE_ERRORS."""
    found = Differences({}, list(_idle()), [])
    wanted: dict[str, Use] = {}
    products = Product.objects.only(*READ).order_by("pk")
    for some in batched(products.iterator(CHUNK), CHUNK, strict=False):
        _compare(some, wanted, found)
    return found


def mend(found: Differences) -> None:
    """Make the registry fit, and note the clashes for the admin. Raises one of DATABASE_ERRORS."""
    registry.release(found.idle)
    for owner, skus in found.missing.items():
        # Who saved one of them meanwhile has it.
        with suppress(registry.Taken):
            registry.take(owner, skus)
    registry.note_clashes({str(product.pk) for product, _sentence in found.clashes})


def clashing() -> list[tuple[Product, str]]:
    """The clashes of products that were noted for some, and that they still have."""
    products = Product.objects.with_ids(registry.clashing())
    return [(product, sentence) for product in products for sentence in _clashes_of(product)]


def _compare(products: Sequence[Product], wanted: dict[str, Use], found: Differences) -> None:
    """Add what differs of these products; `wanted` are the uses that miss a registration so far."""
    rows = registry.registered(sku for product in products for sku in product.skus())
    others = [
        (product, key, sku)
        for product in products
        for key, sku in _by_key(product).items()
        if not (key in rows and rows[key].owner == str(product.pk))
    ]
    uses = in_use([rows[key] for _product, key, _sku in others if key in rows], _find)
    for product, key, sku in others:
        use = uses.get(key) or wanted.setdefault(key, Use(sku, str(product.pk), product))
        if use.product is product:
            found.missing.setdefault(str(product.pk), []).append(sku)
        elif use.product is not None:
            found.clashes.append((product, str(use.refusal(sku))))
    for product in products:
        found.clashes.extend((product, sentence) for sentence in _twice(product))


def _by_key(product: Product) -> dict[str, str]:
    """The product's SKUs; of two that are one the first."""
    return {key_of(sku): sku for sku in reversed(product.skus())}


def _clashes_of(product: Product) -> Iterator[str]:
    uses = uses_by_others(product, product.skus(), _find)
    for sku in product.skus():
        if use := uses.get(key_of(sku)):
            yield str(use.refusal(sku))
    yield from _twice(product)


def _twice(product: Product) -> Iterator[str]:
    for sku in repeated(variant.sku for variant in product.variants):
        yield _("The SKU %(sku)s is there twice.") % {"sku": sku}


def _idle() -> Iterator[Registration]:
    rows = Registration.objects.order_by("owner", "pk")
    for some in batched(rows.iterator(CHUNK), CHUNK, strict=False):
        uses = in_use(some, _find)
        yield from (row for row in some if row.key not in uses)


def _find(ids: Iterable[str]) -> Iterable[Product]:
    return Product.objects.with_ids(ids).only(*READ)

"""One sellable piece has one SKU in the whole shop, whatever case or script it is written in.

What a product is sold by (its sizes' SKUs, or its own) and its own number, which imports know it
by, are registered for it in SQL before its document is written (`shop.skus`). So no other product
can have them, while a size may have its own product's. What killed processes leave there is passed
over here, and cleared away by `registering`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple, Protocol

from django.utils import timezone
from django.utils.translation import gettext as _

from shop.catalog.naming import ONE_SIZE, name_variants
from shop.catalog.parts import Variant
from shop.skus import registry
from shop.skus.keys import key_of
from shop.skus.models import Registration

# Longer than it takes to write a document whose SKUs were just registered.
BEING_SAVED = timedelta(minutes=1)


class HasSkus(Protocol):
    """What is asked of a product here."""

    pk: Any
    sku: str
    name: str
    variants: list[Variant]

    def skus(self) -> list[str]: ...


# From ids to the products that there are.
Find = Callable[[Iterable[str]], Iterable[HasSkus]]


class SkuTaken(Exception):
    """Something else has the SKU. Its text is a sentence for a person, naming what.

    `number` is the SKU that the other product is known by, where there is one.
    """

    def __init__(self, reason: str, number: str = "") -> None:
        super().__init__(reason)
        self.number = number


class SkuBeingTaken(SkuTaken):
    """A product that is just being saved may come to have the SKU: in a minute one knows.

    `sku` is the one that was wanted, `owner` the id that the product will have.
    """

    def __init__(self, reason: str, sku: str, owner: str) -> None:
        super().__init__(reason)
        self.sku = sku
        self.owner = owner


class Use(NamedTuple):
    """A SKU and the product that has it, with its id; None where that is just being saved."""

    sku: str
    owner: str
    product: HasSkus | None

    def refusal(self, sku: str) -> SkuTaken:
        """Why nobody else can have it, as spelled by who wants it."""
        if self.product is None:
            text = _("The SKU %(sku)s is just being given to a product: try again in a minute.")
            return SkuBeingTaken(text % {"sku": sku}, sku, self.owner)
        text = _("The SKU %(sku)s is taken: %(product)s (%(number)s) has it.")
        if self.sku != sku:
            text = _(
                "The SKU %(sku)s is taken: %(product)s (%(number)s) has %(theirs)s, which differs "
                "in its letters' case or script alone."
            )
        product = self.product
        facts = {"sku": sku, "theirs": self.sku, "product": product.name, "number": product.sku}
        return SkuTaken(text % facts, product.sku)


class ChangeOfSkus(NamedTuple):
    """What pieces are sold by now, by the SKU before; what `came` and `went` nobody can match."""

    moved: dict[str, str]
    came: tuple[str, ...]
    went: tuple[str, ...]


def change_of_skus(before: Sequence[Variant], now: Sequence[Variant]) -> ChangeOfSkus:
    """Which pieces got other SKUs.

    A SKU that is still there keeps its pieces, whatever its size is called now. Of the others the
    same size is the same pieces; a product without sizes comes in one size.
    """
    there, here = {v.sku for v in before}, {v.sku for v in now}
    gone = {_key_of_piece(v): v.sku for v in before if v.sku not in here}
    new = {_key_of_piece(v): v.sku for v in now if v.sku not in there}
    moved = {sku: new[key] for key, sku in gone.items() if key in new}
    came = tuple(sku for sku in new.values() if sku not in moved.values())
    went = tuple(sku for sku in gone.values() if sku not in moved)
    return ChangeOfSkus(moved, came, went)


def _key_of_piece(variant: Variant) -> tuple[str, str]:
    return key_of(variant.size or ONE_SIZE), key_of(variant.colour)


def take(product: HasSkus, find: Find) -> list[Registration]:
    """Register what the product is known and sold by, giving each size without a SKU one.

    Returns what is registered for it besides. Raises SkuTaken, with nothing registered and no size
    named, where a SKU that was stated is there twice or is another product's.
    """
    unnamed = [variant for variant in product.variants if not variant.sku]
    refused: set[str] = set()
    try:
        while True:
            name_variants(product.sku, product.variants, but=refused)
            _refuse_twice(product)
            try:
                return registry.take(str(product.pk), product.skus())
            except registry.Taken as taken:
                uses = in_use(taken.holders, find)
                registry.release(row for row in taken.holders if row.key not in uses)
                made = {key_of(variant.sku) for variant in unnamed} - refused
                refused |= _refused(uses, product.skus(), made)
                _unname(unnamed)
    except SkuTaken:
        _unname(unnamed)
        raise


def take_new(products: Iterable[HasSkus]) -> bool:
    """Register what each of these new products is known and sold by, naming sizes as `take` does.

    Whether all could be had; else nothing is registered and no size named, and `take` says of each
    product why not.
    """
    products = list(products)
    unnamed = [variant for product in products for variant in product.variants if not variant.sku]
    try:
        for product in products:
            name_variants(product.sku, product.variants)
            _refuse_twice(product)
        registry.take_new({str(product.pk): product.skus() for product in products})
    except (SkuTaken, registry.Taken):
        _unname(unnamed)
        return False
    return True


def _refused(uses: dict[str, Use], skus: Iterable[str], made: Collection[str]) -> set[str]:
    """The keys of those in use, if all of them were made here and so can be made otherwise."""
    for sku in skus:
        if (key := key_of(sku)) in uses and key not in made:
            raise uses[key].refusal(sku)
    return set(uses)


def _refuse_twice(product: HasSkus) -> None:
    if twice := next(repeated([variant.sku for variant in product.variants]), None):
        raise SkuTaken(_("The SKU %(sku)s is there twice.") % {"sku": twice})


def _unname(variants: Iterable[Variant]) -> None:
    for variant in variants:
        variant.sku = ""


def repeated(texts: Iterable[str]) -> Iterator[str]:
    """Those of the texts that an earlier one equals, whatever their case, width or script."""
    seen: set[str] = set()
    for text in texts:
        if (key := key_of(text)) in seen:
            yield text
        seen.add(key)


def uses_by_others(product: HasSkus, skus: Iterable[str], find: Find) -> dict[str, Use]:
    """By their keys those of these SKUs that other products have."""
    return in_use(registry.others(str(product.pk), skus), find)


def in_use(registrations: Collection[Registration], find: Find) -> dict[str, Use]:
    """By their keys those of the registrations that a product needs, or soon may."""
    products = {str(product.pk): product for product in find({row.owner for row in registrations})}
    uses: dict[str, Use] = {}
    for row in registrations:
        product = products.get(row.owner)
        if product and row.key in map(key_of, product.skus()):
            uses[row.key] = Use(row.sku, row.owner, product)
        elif row.since > timezone.now() - BEING_SAVED:
            uses[row.key] = Use(row.sku, row.owner, None)
    return uses

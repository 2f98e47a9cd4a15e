"""Products to be written into a file, a few at a time, and what other shops hold as one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import batched, chain
from typing import Any, cast

from bson import ObjectId
from django.db.models import QuerySet
from django.utils.text import slugify

from shop.catalog.models import Category, Product, Tree
from shop.catalog.naming import ONE_SIZE
from shop.catalog.parts import Photograph, Variant
from shop.catalog.signals import pieces_written
from shop.catalog.templatetags.storefront import largest
from shop.skus.keys import key_of

# Products that are in memory, and whose pieces are asked for, at once.
AT_ONCE = 250


@dataclass(frozen=True)
class Shelf:
    """Products, and the scheme and host of the shop that they are of."""

    products: QuerySet[Product]
    origin: str

    @cached_property
    def tree(self) -> Tree:
        return Tree(Category.objects.in_order())

    def way(self, product: Product) -> str:
        """The way to its category: `Women > Coats`."""
        return " > ".join(category.name for category in self.tree.way(product.category_id))

    def address(self, photograph: Photograph) -> str:
        return self.origin + largest(photograph)

    def one_by_one(self) -> Iterator[tuple[Product, Mapping[str, int]]]:
        """The products in order, and how many pieces are on hand of what is counted of them."""
        ids = self.products.order_by("pk").values_list("pk", flat=True)
        for some in batched(ids, AT_ONCE, strict=False):
            yield from _read(some)

    def designs(self) -> Iterator[Design]:
        """The products, those together that are one design in several colours."""
        handles: set[str] = set()
        for some in self._by_style():
            read = list(_read(list(chain.from_iterable(some))))
            products = {product.pk: product for product, _pieces in read}
            pieces = read[0][1] if read else {}
            for ids in some:
                there = [products[each] for each in ids if each in products]
                for together in _alike(there):
                    handle = _handle(together[0], handles)
                    yield Design(handle, together, pieces)

    def _by_style(self) -> Iterator[list[list[ObjectId]]]:
        """The ids of each style's products; of several styles, as many as are read at once."""
        styles: dict[Any, list[ObjectId]] = {}
        for key, style in self.products.order_by("pk").values_list("pk", "style"):
            # Django's stubs take every key for a number.
            styles.setdefault(style or key, []).append(cast(ObjectId, key))
        some: list[list[ObjectId]] = []
        for ids in styles.values():
            some.append(ids)
            if sum(map(len, some)) >= AT_ONCE:
                yield some
                some = []
        if some:
            yield some


@dataclass(frozen=True)
class Design:
    """Products that other shops hold as one, known by its handle, in colours to choose from.

    `pieces` are those on hand, by SKU, of what is counted.
    """

    handle: str
    products: list[Product]
    pieces: Mapping[str, int]

    @property
    def first(self) -> Product:
        """That which says what all of them have in common."""
        return self.products[0]

    def offers(self) -> Iterator[tuple[Product, Variant]]:
        return ((product, offer) for product in self.products for offer in product.offers())

    @cached_property
    def has_colours(self) -> bool:
        """Whether a colour is chosen."""
        return any(colour_of(product, offer) for product, offer in self.offers())

    @cached_property
    def has_sizes(self) -> bool:
        """Whether a size is chosen."""
        return any(key_of(size_of(offer)) != key_of(ONE_SIZE) for _product, offer in self.offers())

    @property
    def shows_colours(self) -> bool:
        """Whether its offers have photographs of their own."""
        own = any(offer.photographs for _product, offer in self.offers())
        return own or len(self.products) > 1

    @property
    def photographs(self) -> list[Photograph]:
        return [photograph for product in self.products for photograph in product.photographs]


def colour_of(product: Product, offer: Variant) -> str:
    """The one colour that an offer comes in; none where it comes in several at once."""
    return offer.colour or (product.colour if len(product.colours) == 1 else "")


def size_of(offer: Variant) -> str:
    return offer.size or ONE_SIZE


def _read(ids: Iterable[Any]) -> Iterator[tuple[Product, Mapping[str, int]]]:
    """Those of the products that are still there, in this order, each with the pieces of all."""
    ids = list(ids)
    found = {product.pk: product for product in Product.objects.filter(pk__in=ids).order_by()}
    pieces = _pieces_of(found.values())
    return ((found[key], pieces) for key in ids if key in found)


def _pieces_of(products: Iterable[Product]) -> dict[str, int]:
    """How many are on hand, by SKU, of what is counted."""
    skus = [offer.sku for product in products for offer in product.offers()]
    answers = pieces_written.send(Product, skus=skus)
    # Django's stubs know of no answers but texts.
    counted = (cast(Mapping[str, int], answer) for _receiver, answer in answers)
    return dict(chain.from_iterable(each.items() for each in counted))


def _alike(products: Iterable[Product]) -> list[list[Product]]:
    """The products of a style, those together that are told apart by their colour alone."""
    designs: dict[tuple[Any, ...], list[Product]] = {}
    for product in products:
        key = _in_common(product)
        while not all(map(partial(_differ, product), designs.get(key, ()))):
            key = (*key, product.pk)
        designs.setdefault(key, []).append(product)
    return list(designs.values())


def _differ(product: Product, other: Product) -> bool:
    """Whether each comes in one colour, which is not the other's."""
    here, there = ({key_of(colour_of(each, o)) for o in each.offers()} for each in (product, other))
    return len(here) == len(there) == 1 and "" not in here | there and here.isdisjoint(there)


def _in_common(product: Product) -> tuple[Any, ...]:
    """What other shops say once for all colours."""
    return (
        *(product.name, product.description, product.brand, product.category_id, product.gender),
        *(product.material, product.status, product.kind, product.season, product.usage),
        *(f"{attribute.name}={attribute.value}" for attribute in product.attributes),
    )


def _handle(product: Product, used: set[str]) -> str:
    """What a design is known by: its style, so that it is found again, or the product's address."""
    candidates = (slugify(product.style), product.slug, f"{product.slug}-{product.pk}")
    handle = next(each for each in candidates if each and each not in used)
    used.add(handle)
    return handle

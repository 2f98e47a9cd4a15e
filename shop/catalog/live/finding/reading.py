"""What the words of published products are, read from MongoDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import batched
from typing import Any

from bson import ObjectId
from django.conf import settings

from shop.catalog.live.reading import AT_ONCE, products_collection
from shop.catalog.live.words import Document
from shop.catalog.models import Category, Status
from shop.catalog.models.tree import Tree

FIELDS = (
    *("sku", "name", "texts", "description", "category_id", "gender", "kind", "brand", "colours"),
    *("season", "usage", "material", "attributes", "gtin", "mpn", "variants", "available"),
    *("position", "status"),
)


def documents(keys: Iterable[bytes]) -> Iterator[list[Document]]:
    """Those of these products that are published, some at a time, each time in no order."""
    tree = Tree(Category.objects.in_order())
    fields = dict.fromkeys(FIELDS, 1)
    for some in batched(keys, AT_ONCE, strict=False):
        found = products_collection().find({"_id": {"$in": list(map(ObjectId, some))}}, fields)
        yield [_document(one, tree) for one in found if one.get("status") == Status.PUBLISHED.value]


def _document(product: Mapping[str, Any], tree: Tree) -> Document:
    own = settings.LANGUAGE_CODE
    texts = product.get("texts") or ()
    variants = product.get("variants") or ()
    offers = variants or [product]
    return Document(
        id=str(product["_id"]),
        names={own: product["name"], **_told(texts, "name")},
        texts={own: product.get("description") or "", **_told(texts, "description")},
        shelves=tuple(
            {own: shelf.name, **{text.language: text.name for text in shelf.texts if text.name}}
            for shelf in tree.way(product.get("category_id"))
        ),
        kind=product.get("kind") or "",
        brand=product.get("brand") or "",
        colours=tuple(product.get("colours") or ()),
        gender=product.get("gender") or "",
        season=product.get("season") or "",
        usage=product.get("usage") or "",
        material=product.get("material") or "",
        attributes=tuple((one["name"], one["value"]) for one in product.get("attributes") or ()),
        codes=tuple(
            filter(
                None,
                (
                    *(product.get(name) for name in ("sku", "gtin", "mpn")),
                    *(variant.get("sku") for variant in variants),
                ),
            )
        ),
        available=any(offer.get("available", True) for offer in offers),
        position=product.get("position") or 0,
    )


def _told(texts: Iterable[Mapping[str, Any]], field: str) -> dict[str, str]:
    return {text["language"]: text[field] for text in texts if text.get(field)}

"""What the live catalogue asks of MongoDB: what changed, what went, and facts of products."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import batched
from typing import Any, NamedTuple

from bson import ObjectId
from bson.codec_options import CodecOptions
from django.conf import settings
from pymongo.collection import Collection

from claims import leases
from shop.catalog import changes
from shop.catalog.live.facts import FIELDS, Facts, facts_of, milliseconds
from shop.catalog.models import Category, Product
from shop.config.routers import catalogue_connection

type Revisions = dict[bytes, int]
type Document = dict[str, Any]

AWARE: CodecOptions[Document] = CodecOptions(tz_aware=True)
AT_ONCE = 500

LANGUAGES = tuple(code for code, _ in settings.LANGUAGES)


def now() -> datetime:
    """What MongoDB's clock says."""
    return leases.now(catalogue_connection().database.client)


def changed_since(moment: datetime) -> Revisions:
    """The products written at or after that moment: their revisions, in milliseconds, by key."""
    return _revisions({"revision": {"$gte": moment}})


def unrevised() -> Revisions:
    """The products whose revision is still to come, as 0."""
    return _revisions({"revision": None})


def everything() -> Revisions:
    """All products."""
    return _revisions({})


def count() -> int:
    """How many products there are."""
    return products_collection().estimated_document_count()


class Removed(NamedTuple):
    """The keys of the products that went, and whether a category did."""

    products: set[bytes]
    categories: bool


def removed_since(moment: datetime) -> Removed:
    """What went at or after that moment, and is gone."""
    found = changes.removals_since(moment)
    products = [one.item for one in found if one.kind == Product._meta.model_name]
    keys = {ObjectId(item).binary for item in products}
    return Removed(keys, categories=len(found) > len(products))


def category_changed_since(moment: datetime) -> bool:
    """Whether one was written at or after that moment, or has no revision yet."""
    return Category.objects.written_since(moment).exists()


def categories() -> tuple[Document, ...]:
    """The documents of all categories in their order of display."""
    found = _collection(Category).find({}).sort([("position", 1), ("name", 1)])
    return tuple(found)


def facts(keys: Iterable[bytes], at: datetime) -> Iterator[list[Facts]]:
    """The facts at a moment of those of these products that are there, some at a time."""
    fields = dict.fromkeys(FIELDS, 1)
    for some in batched(keys, AT_ONCE, strict=False):
        found = products_collection().find({"_id": {"$in": list(map(ObjectId, some))}}, fields)
        yield [facts_of(document, at, LANGUAGES) for document in found]


def _revisions(wanted: dict[str, Any]) -> Revisions:
    found = products_collection().find(wanted, {"revision": 1})
    return {one["_id"].binary: milliseconds(one.get("revision")) for one in found}


def products_collection() -> Collection[Document]:
    """The documents of all products, their moments with a time zone."""
    return _collection(Product)


def _collection(model: type[Product] | type[Category]) -> Collection[Document]:
    collection: Collection[Document] = catalogue_connection().get_collection(model._meta.db_table)
    return collection.with_options(codec_options=AWARE)


def moment(milliseconds: int) -> datetime:
    """The moment of so many milliseconds since 1970."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)

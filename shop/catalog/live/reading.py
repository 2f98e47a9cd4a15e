"""What the live catalogue asks of MongoDB: which products changed, which went, and their facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import batched
from typing import Any

from bson import ObjectId
from bson.codec_options import CodecOptions
from django.conf import settings
from pymongo.collection import Collection

from claims import leases
from shop.catalog import changes
from shop.catalog.live.facts import FIELDS, Facts, facts_of, milliseconds
from shop.catalog.models import Product
from shop.config.routers import catalogue_connection

type Revisions = dict[bytes, int]

AWARE: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)
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


def removed_since(moment: datetime) -> set[bytes]:
    """The keys of the products that went at or after that moment, and are gone."""
    kind = Product._meta.model_name
    found = changes.removals_since(moment)
    return {ObjectId(removal.item).binary for removal in found if removal.kind == kind}


def facts(keys: Iterable[bytes], at: datetime) -> Iterator[list[Facts]]:
    """The facts at a moment of those of these products that are there, some at a time."""
    fields = dict.fromkeys(FIELDS, 1)
    for some in batched(keys, AT_ONCE, strict=False):
        found = products_collection().find({"_id": {"$in": list(map(ObjectId, some))}}, fields)
        yield [facts_of(document, at, LANGUAGES) for document in found]


def _revisions(wanted: dict[str, Any]) -> Revisions:
    found = products_collection().find(wanted, {"revision": 1})
    return {one["_id"].binary: milliseconds(one.get("revision")) for one in found}


def products_collection() -> Collection[dict[str, Any]]:
    """The documents of all products, their moments with a time zone."""
    collection: Collection[dict[str, Any]] = catalogue_connection().get_collection(
        Product._meta.db_table
    )
    return collection.with_options(codec_options=AWARE)


def moment(milliseconds: int) -> datetime:
    """The moment of so many milliseconds since 1970."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)

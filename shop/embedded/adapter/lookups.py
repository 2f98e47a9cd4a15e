"""Filters with an `_id` or an indexed field read only the documents that may match."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from bson import ObjectId
from mongoeco.core.query_plan import (
    AndCondition,
    EqualsCondition,
    GreaterThanOrEqualCondition,
    InCondition,
)
from mongoeco.engines import SQLiteEngine, sqlite

from shop.embedded.adapter.answers import ANY_OF, Fragment


def look_up_by_index() -> None:
    """Has keys and indexes used wherever a filter names them.

    mongoeco does so where one such equality is the whole filter. With a second condition beside it,
    as in every conditional update, with $in, or for the dates since one, it reads the collection.

    Storing 16 vectors: 215 -> 79 ms with 1,000 products, by `python -m bench stand_in`.
    """
    translate = SQLiteEngine._translate_query_plan_with_multikey

    def translate_with_keys(self: Any, db: str, collection: str, plan: Any) -> Fragment:
        if isinstance(plan, AndCondition) and any(map(_names_documents, plan.clauses)):
            # Few rows are left, so the general form of the other conditions is cheap, and mongoeco
            # need not read the collection to find out whether a field ever holds an array.
            fragments = [
                translate_with_keys(self, db, collection, clause)
                if _names_documents(clause)
                else sqlite.translate_query_plan(clause)
                for clause in plan.clauses
            ]
            return _all_of(fragments)
        if values := _texts(plan):
            keys = _keys_of(self, db, collection, plan.field, values)
            if keys is not None:
                return keys
        fragment: Fragment = translate(self, db, collection, plan)
        if isinstance(plan, GreaterThanOrEqualCondition) and isinstance(plan.value, datetime):
            since = _keys_since(self, db, collection, plan)
            return _all_of([since, fragment]) if since else fragment
        return fragment

    SQLiteEngine._translate_query_plan_with_multikey = translate_with_keys


def _all_of(fragments: list[Fragment]) -> Fragment:
    sql = " AND ".join(f"({part})" for part, _ in fragments)
    return sql, [parameter for _, parameters in fragments for parameter in parameters]


def _names_documents(plan: Any) -> bool:
    return getattr(plan, "field", None) == "_id" and bool(_texts(plan))


def _texts(plan: Any) -> list[Any]:
    """The values of an equality or $in, where all are text or ObjectIds; else none."""
    if isinstance(plan, EqualsCondition):
        values = [plan.value]
    elif isinstance(plan, InCondition):
        values = list(plan.values)
    else:
        return []
    return values if all(isinstance(value, str | ObjectId) for value in values) else []


def _keys_of(
    engine: Any, db: str, collection: str, field: str, values: list[Any]
) -> Fragment | None:
    """The same as the field's being one of the values; None where no index tells."""
    if field == "_id":
        keys = json.dumps([engine._storage_key(value) for value in values])
        return f"documents.storage_key {ANY_OF}", [keys]
    index = engine._find_scalar_index(db, collection, field)
    kinds, names = zip(*map(engine._multikey_value_signature, values), strict=True)
    kind = kinds[0]
    if index is None or set(kinds) != {kind} or not _holds(index, field, kind):
        return None
    # An array's elements are entries of the second table, everything else of the first.
    sql = (
        "documents.storage_key IN ("  # noqa: S608 (only a constant is put in)
        "SELECT storage_key FROM scalar_index_entries WHERE collection_id = ? AND index_name = ? "
        f"AND type_score = ? AND element_key {ANY_OF} "
        "UNION ALL "
        "SELECT storage_key FROM multikey_entries WHERE collection_id = ? AND index_name = ? "
        f"AND element_type = ? AND element_key {ANY_OF})"
    )
    place = [_number(engine, db, collection), index["name"]]
    score, keys = engine._multikey_type_score(kind), json.dumps(names)
    return sql, [*place, score, keys, *place, kind, keys]


def _keys_since(engine: Any, db: str, collection: str, plan: Any) -> Fragment | None:
    """What follows from dates from one on, whose entries are in order as text."""
    index = engine._find_scalar_index(db, collection, plan.field)
    if index is None or not _holds(index, plan.field, "datetime"):
        return None
    kind, key = engine._multikey_value_signature(plan.value)
    sql = (
        "documents.storage_key IN ("
        "SELECT storage_key FROM scalar_index_entries WHERE collection_id = ? AND index_name = ? "
        "AND type_score = ? AND element_key >= ?)"
    )
    place = [_number(engine, db, collection), index["name"]]
    return sql, [*place, engine._multikey_type_score(kind), key]


def _number(engine: Any, db: str, collection: str) -> int | None:
    number: int | None = engine._lookup_collection_id(engine._require_connection(), db, collection)
    return number


def _holds(index: Any, field: str, kind: str) -> bool:
    """Whether an index has every value of a kind.

    The backend's unique indexes have the text only, of fields that are never arrays.
    """
    return (index.get("partial_filter_expression") or None) in (None, {field: {"$type": kind}})

"""Mends the faults of mongoeco 4.11.0 that django-mongodb-backend and pymongo run into.

The version is pinned, since the patches reach into it. tests/shop/embedded/test_adapter.py shows
each fault mended; a newer mongoeco that passes without a patch makes that patch superfluous.
"""

from __future__ import annotations

from typing import Any

from mongoeco.api._async._database_admin_read_commands import (
    DatabaseAdminReadCommandService,
    DistinctCommandResult,
)
from mongoeco.core.aggregation.extensions import register_aggregation_expression_operator
from mongoeco.core.bson_ordering import bson_equality_key
from mongoeco.core.bson_scalars import BsonInt64
from mongoeco.core.filtering import QueryEngine
from mongoeco.engines import SQLiteEngine, _sqlite_write_ops, sqlite
from mongoeco.wire.executor import WireCommandExecutor

# MongoDB spells it buildInfo but takes either; pymongo's server_info() sends this one.
LOWER_CASE_BUILD_INFO = "buildinfo"


def apply() -> None:
    """Patches mongoeco in this process, which must happen before a server is made."""
    register_aggregation_expression_operator("$not", negation)
    _normalise_requests()
    _insert_without_full_scans()
    DatabaseAdminReadCommandService.execute_distinct_command = distinct


def negation(document: Any, spec: Any, variables: Any, dialect: Any, context: Any) -> bool:
    """The expression {$not: x}, which mongoeco lacks; the backend writes it for `isnull=False`."""
    operand = spec[0] if isinstance(spec, list) and len(spec) == 1 else spec
    value = context.evaluate_expression_with_missing(document, operand, variables)
    return value is context.missing_sentinel or value is None or value is False or value == 0


def _normalise_requests() -> None:
    """Rewrites each command as it arrives, before mongoeco looks at it."""
    build = WireCommandExecutor._build_request_context

    def build_normalised(self: Any, body: dict[str, Any], **options: Any) -> Any:
        if next(iter(body), None) == LOWER_CASE_BUILD_INFO:
            body = {"buildInfo": body[LOWER_CASE_BUILD_INFO]} | body
            del body[LOWER_CASE_BUILD_INFO]
        body = narrow(body)
        if "aggregate" in body:
            flatten_projections(body.get("pipeline"))
        return build(self, body, **options)

    WireCommandExecutor._build_request_context = build_normalised


def narrow(value: Any) -> Any:
    """The value with Int64 numbers as plain ones, in place where it can be.

    mongoeco holds an Int64 and an int32 of the same value for different, while the backend writes
    one and queries with the other. With no Int64 stored, {$type: "long"} must match plain ones too.
    """
    if isinstance(value, BsonInt64):
        return value.value
    if isinstance(value, dict):
        for key, part in value.items():
            value[key] = ["int", "long"] if (key, part) == ("$type", "long") else narrow(part)
    elif isinstance(value, list):
        value[:] = [narrow(part) for part in value]
    return value


def flatten_projections(pipeline: Any) -> None:
    """Rewrites {$project: {a: {b: 1}}} to {"a.b": 1}, in place: mongoeco knows only the latter.

    The backend nests it for embedded models.
    """
    for stage in pipeline if isinstance(pipeline, list) else ():
        if not isinstance(stage, dict):
            continue
        if isinstance(stage.get("$project"), dict):
            stage["$project"] = dict(_flat_fields(stage["$project"]))
        for branch in (stage.get("$facet") or {}).values():
            flatten_projections(branch)
        for joining in ("$lookup", "$unionWith"):
            if isinstance(stage.get(joining), dict):
                flatten_projections(stage[joining].get("pipeline"))


def _flat_fields(spec: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    fields: list[tuple[str, Any]] = []
    for key, value in spec.items():
        nested = isinstance(value, dict) and value and not any(k.startswith("$") for k in value)
        if nested:
            fields += _flat_fields(value, f"{prefix}{key}.")
        else:
            fields.append((prefix + key, value))
    return fields


def _insert_without_full_scans() -> None:
    """Keeps an insert's cost independent of the collection's size.

    mongoeco reads every document at each insert, for two cases which the shop does not have:
    an `_id` that is a number (ours are ObjectIds and text), and a unique index on a field that is
    an array in one document and a scalar in another.
    """
    validate = SQLiteEngine._validate_document_against_unique_indexes

    def validate_by_key(self: Any, *args: Any, **options: Any) -> Any:
        return validate(self, *args, **(options | {"scan_payload_id": False}))

    def holds_arrays(self: Any, db: str, collection: str, document: Any, index: Any) -> bool:
        return any(self._array_paths_for_index_field(document, field) for field in index["fields"])

    def never(value: Any) -> bool:
        return False

    SQLiteEngine._validate_document_against_unique_indexes = validate_by_key
    SQLiteEngine._unique_index_uses_multikey_values = holds_arrays
    sqlite.id_contains_numeric_value = never
    _sqlite_write_ops.id_contains_numeric_value = never


async def distinct(
    self: Any, collection_name: str, key: str, operation: Any, *, session: Any = None
) -> Any:
    """`distinct` in one pass; mongoeco compares each value with every one found before.

    It also counts a missing field as a null, which MongoDB does not.
    """
    found: dict[Any, Any] = {}
    collection = self._admin._database.get_collection(collection_name)
    async for document in collection._build_cursor(operation, session=session):
        for value in _values_at(document, key):
            found.setdefault(_equality_key(value), value)
    return DistinctCommandResult(values=list(found.values()))


def _values_at(document: Any, key: str) -> list[Any]:
    values = QueryEngine.extract_values(document, key)
    if values:
        # An array comes first as a whole, then element by element.
        return list(values[1:] if isinstance(values[0], list) else values)
    present, value = QueryEngine._get_field_value(document, key)
    return [value] if present and not isinstance(value, list) else []


def _equality_key(value: Any) -> Any:
    key = bson_equality_key(value)
    try:
        hash(key)
    except TypeError:
        return repr(key)
    return key

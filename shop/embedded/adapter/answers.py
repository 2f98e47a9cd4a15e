"""What mongoeco answers wrongly, or not at all, made right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bson import ObjectId
from mongoeco.api._async._database_admin_read_commands import (
    DatabaseAdminReadCommandService,
    DistinctCommandResult,
)
from mongoeco.core.aggregation.extensions import register_aggregation_expression_operator
from mongoeco.core.bson_ordering import bson_equality_key
from mongoeco.core.bson_scalars import BsonInt64
from mongoeco.core.filtering import QueryEngine
from mongoeco.core.paths import get_document_value
from mongoeco.engines import SQLiteEngine, sqlite_query
from mongoeco.wire import executor

# MongoDB spells it buildInfo but takes either; pymongo's server_info() sends this one.
LOWER_CASE_BUILD_INFO = "buildinfo"

# MongoDB's code, and what SQLite calls it: of its files, and of the memory that they share.
OUT_OF_DISK_SPACE = 14031
FULL_DISK = ("SQLITE_FULL", "SQLITE_IOERR_SHMSIZE")

# SQL and its parameters.
Fragment = tuple[str, list[Any]]

# The elements of a parameter that is a JSON array, of any length.
ANY_OF = "IN (SELECT value FROM json_each(?))"


def know_negation() -> None:
    """The expression {$not: x}, which mongoeco lacks; the backend writes it for `isnull=False`."""

    def negation(document: Any, spec: Any, variables: Any, dialect: Any, context: Any) -> bool:
        operand = spec[0] if isinstance(spec, list) and len(spec) == 1 else spec
        value = context.evaluate_expression_with_missing(document, operand, variables)
        return value is context.missing_sentinel or value is None or value is False or value == 0

    register_aggregation_expression_operator("$not", negation)


def normalise_requests() -> None:
    """Rewrites each command as it arrives, before mongoeco looks at it."""
    build = executor.build_request_context

    def build_normalised(body: dict[str, Any], **options: Any) -> Any:
        if next(iter(body), None) == LOWER_CASE_BUILD_INFO:
            body = {"buildInfo": body[LOWER_CASE_BUILD_INFO]} | body
            del body[LOWER_CASE_BUILD_INFO]
        body = narrow(body)
        flatten_projections(body.get("pipeline"))
        return build(body, **options)

    executor.build_request_context = build_normalised


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


def take_long_lists() -> None:
    """$in and $nin of any number of values.

    mongoeco makes an expression of each value, inside that of the values before it, which SQLite
    refuses from 499 on ("expression tree is too large").
    """
    translate = sqlite_query._translate_membership

    def membership(field: str, values: Sequence[Any], *, negated: bool, **options: Any) -> Fragment:
        by_kind: dict[type | None, list[Any]] = {}
        for value in values:
            by_kind.setdefault(type(value) if _fits_json(value) else None, []).append(value)

        def fragment_of(*some: Any) -> Fragment:
            fragment: Fragment = translate(field, some, negated=False, **options)
            return fragment

        others = by_kind.pop(None, None)
        fragments = [_in_one(list(map(fragment_of, some))) for some in by_kind.values()]
        if others or not fragments:
            fragments.append(fragment_of(*others or ()))
        sql = " OR ".join(f"({part})" for part, _ in fragments)
        parameters = [parameter for _, parameters in fragments for parameter in parameters]
        return f"NOT COALESCE(({sql}), 0)" if negated else sql, parameters

    def in_with_index(
        self: Any, number: int, db: str, name: str, plan: Any, index: Any
    ) -> Fragment:
        fragment: Fragment = sqlite_query.translate_query_plan(plan)
        return fragment

    sqlite_query._translate_membership = membership
    SQLiteEngine._translate_in_with_multikey = in_with_index


def _fits_json(value: Any) -> bool:
    """Whether SQLite reads from JSON the same value that it takes as a parameter."""
    return isinstance(value, int | ObjectId | datetime) or (
        isinstance(value, str) and "\0" not in value
    )


def _in_one(fragments: list[Fragment]) -> Fragment:
    """One condition for those of several values of a kind, which differ in parameters only."""
    (sql,) = {sql for sql, _ in fragments}
    columns = zip(*(parameters for _, parameters in fragments), strict=True)
    return sql.replace("= ?", ANY_OF), [json.dumps(sorted(set(column))) for column in columns]


def tell_distinct_values() -> None:
    """`distinct` without the null that mongoeco counts for each missing field.

    And in one pass; it compares each value with every one found before, which takes seconds where
    there are thousands.
    """

    async def distinct(
        self: Any, collection_name: str, key: str, operation: Any, *, session: Any = None
    ) -> Any:
        found: dict[Any, Any] = {}
        collection = self._admin._database.get_collection(collection_name)
        async for document in collection._build_cursor(operation, session=session):
            for value in _values_at(document, key):
                found.setdefault(_equality_key(value), value)
        return DistinctCommandResult(values=list(found.values()))

    DatabaseAdminReadCommandService.execute_distinct_command = distinct


def _values_at(document: Any, key: str) -> list[Any]:
    values = QueryEngine.extract_values(document, key)
    if values:
        # An array comes first as a whole, then element by element.
        return list(values[1:] if isinstance(values[0], list) else values)
    present, value = get_document_value(document, key)
    return [value] if present and not isinstance(value, list) else []


def _equality_key(value: Any) -> Any:
    key = bson_equality_key(value)
    try:
        hash(key)
    except TypeError:
        return repr(key)
    return key


def tell_a_full_disk() -> None:
    """Gives the fault the code that MongoDB gives it; mongoeco has SQLite's words only."""
    build = executor.build_error_document

    def build_with_code(error: Exception) -> dict[str, Any]:
        document: dict[str, Any] = build(error)
        if getattr(error, "sqlite_errorname", None) in FULL_DISK:
            document |= {"code": OUT_OF_DISK_SPACE, "codeName": "OutOfDiskSpace"}
        return document

    executor.build_error_document = build_with_code


PATCHES = (
    know_negation,
    normalise_requests,
    take_long_lists,
    tell_distinct_values,
    tell_a_full_disk,
)

"""Mends the faults of mongoeco 4.11.0 that django-mongodb-backend and pymongo run into.

The version is pinned, since the patches reach into it. tests/shop/embedded/test_adapter.py shows
each fault mended; a newer mongoeco that passes without a patch makes that patch superfluous.
"""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from datetime import datetime
from typing import Any

from bson import ObjectId
from mongoeco.api._async._database_admin_read_commands import (
    DatabaseAdminReadCommandService,
    DistinctCommandResult,
)
from mongoeco.api._async._database_admin_write_commands import DatabaseAdminWriteCommandService
from mongoeco.api._async.collection import AsyncCollection
from mongoeco.core.aggregation.extensions import register_aggregation_expression_operator
from mongoeco.core.bson_ordering import bson_equality_key
from mongoeco.core.bson_scalars import BsonInt64
from mongoeco.core.filtering import QueryEngine
from mongoeco.core.operation_context import ChangePublicationPolicy
from mongoeco.core.query_plan import (
    AndCondition,
    EqualsCondition,
    GreaterThanOrEqualCondition,
    InCondition,
)
from mongoeco.engines import SQLiteEngine, _sqlite_write_ops, results, sqlite
from mongoeco.engines._sqlite_write_scope import sqlite_write_scope
from mongoeco.engines.adapter import EngineSpiAdapter
from mongoeco.wire import executor
from mongoeco.wire.executor import WireCommandExecutor

# MongoDB spells it buildInfo but takes either; pymongo's server_info() sends this one.
LOWER_CASE_BUILD_INFO = "buildinfo"

# What a `find` can do, in the order in which it does it.
FIND_OPTIONS = {
    "$match": "filter",
    "$sort": "sort",
    "$skip": "skip",
    "$limit": "limit",
    "$project": "projection",
}
NOT_FOR_FIND = {"aggregate", "pipeline", "cursor"}

WRITING_COMMANDS = (
    "command_insert",
    "command_update",
    "command_delete",
    "execute_find_and_modify",
)

# MongoDB's code, and what SQLite calls it: of its files, and of the memory that they share.
OUT_OF_DISK_SPACE = 14031
FULL_DISK = ("SQLITE_FULL", "SQLITE_IOERR_SHMSIZE")

# SQL and its parameters.
Fragment = tuple[str, list[Any]]

# Whether (database, collection, field) has held an array since the server started, for those that
# were asked for or written.
_has_arrays: dict[tuple[str, str, str], bool] = {}

# Held by the command that writes.
_writing = asyncio.Lock()


def apply() -> None:
    """Patches mongoeco in this process, which must happen before a server is made."""
    register_aggregation_expression_operator("$not", negation)
    _normalise_requests()
    _insert_without_full_scans()
    _look_up_by_index()
    _plan_without_full_scans()
    _write_without_change_streams()
    _commit_by_command()
    _tell_a_full_disk()
    SQLiteEngine._run_blocking = run_at_once
    SQLiteEngine._can_use_dedicated_reader = never_dedicated
    SQLiteEngine._decode_codec_payload = decode
    SQLiteEngine._sort_requires_python = sort_requires_python
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
            body = as_find(body)
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


def as_find(command: dict[str, Any]) -> dict[str, Any]:
    """An aggregation that only filters, sorts and cuts, as the `find` that answers the same.

    The backend reads everything by aggregation, with `{$addFields: {a: "$a"}}` before each sort.
    mongoeco sorts and cuts a `find` in SQL; in an aggregation it first takes every document that
    the filter lets through out of SQL, which is ten times slower for a page of 24.
    """
    stages = [stage for stage in command["pipeline"] if not _changes_nothing(stage)]
    options: dict[str, Any] = {}
    remaining = list(FIND_OPTIONS)
    for stage in stages:
        (operator, value), *more = stage.items()
        if more or operator not in remaining or not _fits_find(operator, value):
            return command
        del remaining[: remaining.index(operator) + 1]
        options[FIND_OPTIONS[operator]] = value
    rest = {key: part for key, part in command.items() if key not in NOT_FOR_FIND}
    return {"find": command["aggregate"]} | options | command.get("cursor", {}) | rest


def _changes_nothing(stage: dict[str, Any]) -> bool:
    fields = stage.get("$addFields")
    return fields is not None and all(value == f"${name}" for name, value in fields.items())


def _fits_find(operator: str, value: Any) -> bool:
    # A computed field is the aggregation's own.
    return operator != "$project" or all(part in (0, 1) for part in value.values())


def _insert_without_full_scans() -> None:
    """Keeps an insert's cost independent of the collection's size.

    mongoeco reads every document at each insert, for two cases which the shop does not have:
    an `_id` that is a number (ours are ObjectIds and text), and a unique index on a field that is
    an array in one document and a scalar in another.
    """
    validate = SQLiteEngine._validate_document_against_unique_indexes

    def validate_by_key(self: Any, db: str, collection: str, document: Any, **options: Any) -> Any:
        _note_arrays(db, collection, document)
        return validate(self, db, collection, document, **(options | {"scan_payload_id": False}))

    def holds_arrays(self: Any, db: str, collection: str, document: Any, index: Any) -> bool:
        return any(self._array_paths_for_index_field(document, field) for field in index["fields"])

    def never(value: Any) -> bool:
        return False

    SQLiteEngine._validate_document_against_unique_indexes = validate_by_key
    SQLiteEngine._unique_index_uses_multikey_values = holds_arrays
    sqlite.id_contains_numeric_value = never
    _sqlite_write_ops.id_contains_numeric_value = never


def _look_up_by_index() -> None:
    """Lets a filter with an `_id` or an indexed field read only the documents that may match.

    mongoeco uses its keys and indexes when such an equality is the whole filter. With a second
    condition beside it, as in every conditional update, with $in or for the dates since one, it
    reads the collection.
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
        fragment: Fragment = translate(self, db, collection, plan)
        keys = _keys(self, db, collection, plan)
        return _all_of([keys, fragment]) if keys else fragment

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


def _keys(engine: Any, db: str, collection: str, plan: Any) -> Fragment | None:
    """A condition on the documents' keys that follows from the plan; None where none does."""
    if isinstance(plan, GreaterThanOrEqualCondition) and isinstance(plan.value, datetime):
        return _keys_since(engine, db, collection, plan)
    values = _texts(plan)
    if not values:
        return None
    if plan.field == "_id":
        keys = [engine._storage_key(value) for value in values]
        return f"documents.storage_key IN ({_marks(keys)})", keys
    index = engine._find_scalar_index(db, collection, plan.field)
    number = engine._lookup_collection_id(engine._require_connection(), db, collection)
    kinds = {engine._multikey_value_signature(value)[0] for value in values}
    if index is None or len(kinds) > 1 or not _holds(index, plan.field, *kinds):
        return None
    (kind,) = kinds
    keys = [engine._multikey_value_signature(value)[1] for value in values]
    # An array's elements are entries of the second table, everything else of the first.
    sql = (
        "documents.storage_key IN ("  # noqa: S608 (only question marks are put in)
        "SELECT storage_key FROM scalar_index_entries WHERE collection_id = ? AND index_name = ? "
        f"AND type_score = ? AND element_key IN ({_marks(keys)}) "
        "UNION ALL "
        "SELECT storage_key FROM multikey_entries WHERE collection_id = ? AND index_name = ? "
        f"AND element_type = ? AND element_key IN ({_marks(keys)}))"
    )
    name, score = index["name"], engine._multikey_type_score(kind)
    return sql, [number, name, score, *keys, number, name, kind, *keys]


def _keys_since(engine: Any, db: str, collection: str, plan: Any) -> Fragment | None:
    """The same for dates from one on, whose entries are in order as text."""
    index = engine._find_scalar_index(db, collection, plan.field)
    if index is None or not _holds(index, plan.field, "datetime"):
        return None
    number = engine._lookup_collection_id(engine._require_connection(), db, collection)
    kind, key = engine._multikey_value_signature(plan.value)
    sql = (
        "documents.storage_key IN ("
        "SELECT storage_key FROM scalar_index_entries WHERE collection_id = ? AND index_name = ? "
        "AND type_score = ? AND element_key >= ?)"
    )
    return sql, [number, index["name"], engine._multikey_type_score(kind), key]


def _holds(index: Any, field: str, kind: str) -> bool:
    """Whether an index has every value of a kind.

    The backend's unique indexes have the text only, of fields that are never arrays.
    """
    return (index.get("partial_filter_expression") or None) in (None, {field: {"$type": kind}})


def _marks(values: list[Any]) -> str:
    return ", ".join("?" * len(values))


def _plan_without_full_scans() -> None:
    """Answers without reading the collection what mongoeco asks of it after every write.

    To choose between SQL and Python, it wants to know whether a field holds anywhere a Decimal128
    (never here: money is whole cents), bytes or an undefined (nothing here is compared with them),
    or an array (which is noted as it is written).
    """
    is_array = SQLiteEngine._field_is_top_level_array_in_collection

    def contains_type(self: Any, db: str, collection: str, field: str, kind: str) -> bool:
        return False

    def is_array_anywhere(self: Any, db: str, collection: str, field: str) -> bool:
        if field == "_id":
            return False
        place = (db, collection, field)
        if place not in _has_arrays:
            _has_arrays[place] = bool(is_array(self, db, collection, field))
        return _has_arrays[place]

    SQLiteEngine._field_contains_tagged_value_type_in_collection = contains_type
    SQLiteEngine._field_is_top_level_array_in_collection = is_array_anywhere


def _note_arrays(db: str, collection: str, document: Any) -> None:
    for field, value in document.items():
        if isinstance(value, list):
            _has_arrays[db, collection, field] = True


def _write_without_change_streams() -> None:
    """Spares every write what feeds `watch()`, which the shop does not use.

    mongoeco writes each change a second time and then hands it over under a lease, with a thread of
    its own for each document: two thirds of the cost of a write. It also copies what a document was
    and what it became once more than it needs to.
    """
    new_context = AsyncCollection._new_operation_context

    def without_publication(self: Any, **options: Any) -> Any:
        return new_context(self, **(options | {"publication": ChangePublicationPolicy.DISABLED}))

    def nothing(self: Any, sink: Any) -> None:
        return None

    def itself(document: Any) -> Any:
        return document

    AsyncCollection._new_operation_context = without_publication
    results.deepcopy = itself
    EngineSpiAdapter.prepare_change_delivery = nothing
    EngineSpiAdapter.dispatch_committed_changes = nothing


def _commit_by_command() -> None:
    """Commits once for each command that writes; mongoeco does so for each document.

    What fails within the command is undone alone, and the rest of it stays, as before.
    """
    for name in WRITING_COMMANDS:
        plain = getattr(DatabaseAdminWriteCommandService, name)
        setattr(DatabaseAdminWriteCommandService, name, _in_one_transaction(plain))


def _in_one_transaction(command: Any) -> Any:
    async def execute(self: Any, spec: Any, *, session: Any = None, **options: Any) -> Any:
        engine = self._admin._engine
        # One at a time: nobody is answered before its own writes are committed.
        async with _writing:
            connection = engine._require_connection(session)
            scope = sqlite_write_scope(
                connection,
                begin_write=lambda current: engine._begin_write(current, session),
                commit_write=lambda current: engine._commit_write(current, session),
                rollback_write=lambda current: engine._rollback_write(current, session),
            )
            with scope:
                try:
                    return await command(self, spec, session=session, **options)
                finally:
                    scope.commit()

    return execute


def _tell_a_full_disk() -> None:
    """Gives the fault the code that MongoDB gives it; mongoeco has SQLite's words only."""
    build = executor.build_error_document

    def build_with_code(error: Exception) -> dict[str, Any]:
        document: dict[str, Any] = build(error)
        if getattr(error, "sqlite_errorname", None) in FULL_DISK:
            document |= {"code": OUT_OF_DISK_SPACE, "codeName": "OutOfDiskSpace"}
        return document

    executor.build_error_document = build_with_code


async def run_at_once(self: Any, work: Any, /, *args: Any, **options: Any) -> Any:
    """Do the engine's work in the server's own thread; mongoeco hands it to one of a pool.

    The engine's lock and Python's let one of them work at a time anyway, and the handing over
    costs a quarter of a write.
    """
    return copy_context().run(work, *args, **options)


def never_dedicated(self: Any, context: Any) -> bool:
    """Read through the connection that there is; mongoeco opens one for each read of many.

    What such a read selects is held in memory until it is fetched. Opening and closing was a sixth
    of the cost of a small read.
    """
    return False


def decode(self: Any, payload: Any, *, preserve_bson_wrappers: bool) -> Any:
    """A stored document; mongoeco inspects its own decoder's signature before each."""
    return self._codec.decode(payload, preserve_bson_wrappers=preserve_bson_wrappers)


def sort_requires_python(self: Any, db: str, collection: str, plan: Any, sort: Any) -> bool:
    """Whether SQL cannot sort as MongoDB does, told without reading the collection.

    mongoeco looks for arrays and tagged numbers among the documents at every sorted read. Arrays
    are noted as they are written, and there are no such numbers (see `narrow`).
    """
    if not sort:
        return False
    if self._plan_has_array_traversing_paths(db, collection, plan):
        return True
    return any(
        self._field_traverses_array_in_collection(db, collection, field)
        or self._field_is_top_level_array_in_collection(db, collection, field)
        for field, _ in sort
    )


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

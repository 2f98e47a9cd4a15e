"""What mongoeco answers slowly, made fast.

What each patch gains is the processor's time in the stand-in with 1,000 products and their vectors,
by `python -m bench stand_in`; what reads the collection costs five times that with 5,000.
"""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from typing import Any

from mongoeco.api._async._database_admin_write_commands import DatabaseAdminWriteCommandService
from mongoeco.core.operation_context import ChangePublicationPolicy, OperationContext
from mongoeco.engines import SQLiteEngine
from mongoeco.engines._sqlite_write_scope import sqlite_write_scope
from mongoeco.engines.adapter import EngineSpiAdapter
from mongoeco.wire import executor

from shop.embedded.adapter.lookups import look_up_by_index

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

# Whether (database, collection, field) has held an array since the server started, for those that
# were asked for or written.
_has_arrays: dict[tuple[str, str, str], bool] = {}

# Held by the command that writes.
_writing = asyncio.Lock()


def read_by_find() -> None:
    """Has what a `find` can answer answered by one; see `as_find`.

    A page of a category: 32 -> 10 ms; the admin's list: 190 -> 91 ms.
    """
    build = executor.build_request_context

    def build_as_find(body: dict[str, Any], **options: Any) -> Any:
        return build(as_find(body) if "aggregate" in body else body, **options)

    executor.build_request_context = build_as_find


def as_find(command: dict[str, Any]) -> dict[str, Any]:
    """An aggregation that only filters, sorts and cuts, as the `find` that answers the same.

    The backend reads everything by aggregation, with `{$addFields: {a: "$a"}}` before each sort.
    mongoeco sorts and cuts a `find` in SQL; in an aggregation it first takes every document that
    the filter lets through out of SQL.
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
    cursor: dict[str, Any] = command.get("cursor", {})
    return {"find": command["aggregate"]} | options | cursor | rest


def _changes_nothing(stage: dict[str, Any]) -> bool:
    fields = stage.get("$addFields")
    return fields is not None and all(value == f"${name}" for name, value in fields.items())


def _fits_find(operator: str, value: Any) -> bool:
    # A computed field is the aggregation's own.
    return operator != "$project" or all(part in (0, 1) for part in value.values())


def insert_without_full_scans() -> None:
    """Keeps an insert's cost independent of the collection's size.

    mongoeco reads every document at each insert for the sake of an `_id` that is a number of one
    kind in one document and of another in the other; ours are ObjectIds and text.

    16 new products at once: 680 -> 60 ms. One alone is written by an upsert, which reads no other.
    """
    validate = SQLiteEngine._validate_document_against_unique_indexes

    def validate_by_key(self: Any, db: str, collection: str, document: Any, **options: Any) -> Any:
        return validate(self, db, collection, document, **(options | {"scan_payload_id": False}))

    SQLiteEngine._validate_document_against_unique_indexes = validate_by_key


def plan_without_full_scans() -> None:
    """Answers without reading the collection what mongoeco asks of it after every write.

    To choose between SQL and Python, it wants to know whether a field holds anywhere a Decimal128
    (never here: money is whole cents), bytes or an undefined (nothing here is compared with them),
    or an array (which is noted as it is written).

    Storing 16 vectors: 420 -> 70 ms; what changed in the last seconds: 19 -> 5.3 ms.
    """
    is_array = SQLiteEngine._field_is_top_level_array_in_collection
    validate = SQLiteEngine._validate_document_against_unique_indexes

    def contains_type(self: Any, db: str, collection: str, field: str, kind: str) -> bool:
        return False

    def is_array_anywhere(self: Any, db: str, collection: str, field: str) -> bool:
        if field == "_id":
            return False
        place = (db, collection, field)
        if place not in _has_arrays:
            _has_arrays[place] = bool(is_array(self, db, collection, field))
        return _has_arrays[place]

    def validate_and_note(self: Any, db: str, collection: str, document: Any, **kw: Any) -> Any:
        for field, value in document.items():
            if isinstance(value, list):
                _has_arrays[db, collection, field] = True
        return validate(self, db, collection, document, **kw)

    SQLiteEngine._field_contains_tagged_value_type_in_collection = contains_type
    SQLiteEngine._field_is_top_level_array_in_collection = is_array_anywhere
    SQLiteEngine._validate_document_against_unique_indexes = validate_and_note


def sort_without_full_scans() -> None:
    """Whether SQL cannot sort as MongoDB does, told without reading the collection.

    mongoeco looks for arrays and tagged numbers among the documents at every sorted read. Arrays
    are noted as they are written, and there are no such numbers (see `answers.narrow`).

    A page of a category: 16 -> 9 ms.
    """

    def requires_python(self: Any, db: str, collection: str, plan: Any, sort: Any) -> bool:
        if not sort:
            return False
        if self._plan_has_array_traversing_paths(db, collection, plan):
            return True
        return any(
            self._field_traverses_array_in_collection(db, collection, field)
            or self._field_is_top_level_array_in_collection(db, collection, field)
            for field, _ in sort
        )

    SQLiteEngine._sort_requires_python = requires_python


def commit_by_command() -> None:
    """Commits once for each command that writes; mongoeco does so for each document.

    What fails within the command is undone alone, and the rest of it stays, as before.

    And spares every write what feeds `watch()`, which the shop does not use: mongoeco writes each
    change a second time and hands it over by a connection of its own, which would wait for ours.

    Storing 16 vectors: 92 -> 55 ms, not counting the waits for the disk.
    """
    create = OperationContext.create

    def without_publication(**options: Any) -> Any:
        return create(**(options | {"publication": ChangePublicationPolicy.DISABLED}))

    def nothing(self: Any, sink: Any) -> None:
        return None

    OperationContext.create = without_publication
    EngineSpiAdapter.prepare_change_delivery = nothing
    EngineSpiAdapter.dispatch_committed_changes = nothing
    for name in WRITING_COMMANDS:
        plain = getattr(DatabaseAdminWriteCommandService, name)
        setattr(DatabaseAdminWriteCommandService, name, _in_one_transaction(plain))


def _in_one_transaction(command: Any) -> Any:
    async def execute(self: Any, spec: Any, *, session: Any = None, **options: Any) -> Any:
        engine = self._admin._engine
        runtime = engine._session_runtime
        # One at a time: nobody is answered before its own writes are committed.
        async with _writing:
            scope = sqlite_write_scope(
                engine._require_connection(session),
                begin_write=lambda current: runtime.begin_write(current, session),
                commit_write=lambda current: runtime.commit_write(current, session),
                rollback_write=lambda current: runtime.rollback_write(current, session),
            )
            with scope:
                try:
                    return await command(self, spec, session=session, **options)
                finally:
                    scope.commit()

    return execute


def run_at_once() -> None:
    """Does the engine's work in the server's own thread; mongoeco hands it to one of a pool.

    The engine's lock and Python's let one of them work at a time anyway.

    Reading 250 vectors: 28 -> 20 ms, not counting the waits for another thread.
    """

    async def run(self: Any, work: Any, /, *args: Any, **options: Any) -> Any:
        return copy_context().run(work, *args, **options)

    SQLiteEngine._run_blocking = run


def read_by_one_connection() -> None:
    """Reads through the connection that there is; mongoeco opens one for each read of many.

    What such a read selects is held in memory until it is fetched, so that one which filters in
    Python until it has enough takes longer: the admin's search 42 -> 82 ms.

    A saved product: 21 -> 14 ms; what changed in the last seconds: 8 -> 6.5 ms.
    """

    def never_dedicated(self: Any, context: Any) -> bool:
        return False

    SQLiteEngine._can_use_dedicated_reader = never_dedicated


def decode_at_once() -> None:
    """Decodes a stored document; mongoeco inspects its own decoder's signature before each.

    Reading 250 vectors: 27 -> 22 ms; the admin's search 95 -> 79 ms.
    """

    def decode(self: Any, payload: Any, *, preserve_bson_wrappers: bool) -> Any:
        return self._codec.decode(payload, preserve_bson_wrappers=preserve_bson_wrappers)

    SQLiteEngine._decode_codec_payload = decode


PATCHES = (
    read_by_find,
    insert_without_full_scans,
    look_up_by_index,
    plan_without_full_scans,
    sort_without_full_scans,
    commit_by_command,
    run_at_once,
    read_by_one_connection,
    decode_at_once,
)

"""What the servers' own errors are taken for."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest
from django.core.exceptions import FieldError
from django.db import DatabaseError, Error, IntegrityError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite
from kombu.exceptions import OperationalError as BrokerError
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    NotPrimaryError,
    OperationFailure,
    ServerSelectionTimeoutError,
)

from recommender.search import SearchUnavailable
from shop.config.environment import Environment
from shop.web.trouble import Trouble, trouble_of
from tests.postgres import Postgres
from tests.small_disk import fill, mounted


def because(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        OperationFailure("database or disk is full", 14031),
        because(DatabaseError(), OperationFailure("database or disk is full", 14031)),
        because(SearchUnavailable("away"), OperationFailure("full", 14031)),
        BulkWriteError({"writeErrors": [{"index": 0, "code": 14031, "errmsg": "full"}]}),
    ],
)
def test_no_room(error: Exception) -> None:
    assert trouble_of(error) is Trouble.NO_ROOM


@pytest.mark.parametrize(
    "error",
    [
        AutoReconnect("connection closed"),
        NotPrimaryError("not primary"),
        ServerSelectionTimeoutError("nobody there"),
        because(DatabaseError(), ServerSelectionTimeoutError("nobody there")),
        SearchUnavailable("The store is away."),
        BrokerError("no broker"),
        ConnectionRefusedError(errno.ECONNREFUSED, "the mail server is away"),
        OSError(errno.EROFS, "Read-only file system"),
    ],
)
def test_away(error: Exception) -> None:
    assert trouble_of(error) is Trouble.AWAY


@pytest.mark.parametrize(
    "error",
    [
        None,
        ZeroDivisionError(),
        FileNotFoundError(errno.ENOENT, "No such file"),
        PermissionError(errno.EACCES, "Permission denied"),
        IntegrityError(),
        FieldError(),
        because(DatabaseError(), OperationFailure("unknown operator: $nothing", 2)),
        # Numbers that would say a full or a broken disk if the system said them.
        OperationFailure("path not viable", errno.ENOSPC),
        OperationFailure("graph contains cycle", errno.EIO),
        BulkWriteError({"writeErrors": [{"index": 0, "code": errno.ENOSPC, "errmsg": "path"}]}),
        OSError(14031, "no number of the system's"),
        BulkWriteError({"writeErrors": [{"index": 0, "code": 11000, "errmsg": "duplicate"}]}),
    ],
)
def test_a_fault_of_our_own(error: Exception | None) -> None:
    assert trouble_of(error) is None


def test_what_was_answered_without_its_cause_is_taken_for_itself() -> None:
    error = ZeroDivisionError()
    error.__context__ = AutoReconnect("connection closed")
    assert trouble_of(error) is Trouble.AWAY
    error.__suppress_context__ = True
    assert trouble_of(error) is None


# The real servers


def error_of(connection: BaseDatabaseWrapper, statement: str) -> Exception:
    """What Django says of a statement that fails."""
    with pytest.raises(Error) as raised, connection.cursor() as cursor:
        cursor.execute(statement)
    return raised.value


def sqlite_error(file: Path, statement: str) -> Exception:
    # A command at the start would leave a connection open where it fails.
    facts = {"NAME": str(file), "OPTIONS": {"timeout": 0}}
    connection = SQLite(connections["default"].settings_dict | facts, "trial")
    try:
        return error_of(connection, statement)
    finally:
        connection.close()


@pytest.mark.django_db
def test_sqlite_on_a_full_disk(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", megabytes=1) as disk:
        with sqlite3.connect(disk / "db") as made:
            made.execute("CREATE TABLE t (x)")
        made.close()
        fill(disk)
        error = sqlite_error(disk / "db", "INSERT INTO t VALUES (randomblob(9000))")
    assert trouble_of(error) is Trouble.NO_ROOM


@pytest.mark.django_db
def test_sqlite_that_is_damaged_or_empty(tmp_path: Path) -> None:
    (tmp_path / "damaged").write_bytes(b"no database" * 1000)
    assert trouble_of(sqlite_error(tmp_path / "damaged", "SELECT 1 FROM t")) is Trouble.AWAY
    assert trouble_of(sqlite_error(tmp_path / "empty", "SELECT 1 FROM t")) is Trouble.AWAY


@pytest.mark.django_db
def test_sqlite_that_somebody_holds(tmp_path: Path) -> None:
    holder = sqlite3.connect(tmp_path / "db", isolation_level=None)
    holder.execute("PRAGMA journal_mode=WAL")
    holder.execute("BEGIN IMMEDIATE")
    error = sqlite_error(tmp_path / "db", "CREATE TABLE t (x)")
    holder.close()
    assert trouble_of(error) is Trouble.AWAY


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["SELECT", "SELECT nothing FROM sqlite_master"])
def test_wrong_sql_stays_a_fault_of_our_own(tmp_path: Path, statement: str) -> None:
    assert trouble_of(sqlite_error(tmp_path / "db", statement)) is None


@pytest.mark.django_db
def test_postgresql(postgres: Postgres) -> None:
    address = Environment({"A": postgres.new_database("trouble")}).sql_database("A", Path())
    connection = PostgreSQL(connections["default"].settings_dict | address, "trial")

    assert trouble_of(error_of(connection, "SELECT nothing")) is None
    assert trouble_of(error_of(connection, "SELECT 1 FROM nothing")) is Trouble.AWAY
    assert (
        trouble_of(error_of(connection, "SELECT pg_terminate_backend(pg_backend_pid())"))
        is Trouble.AWAY
    )
    assert trouble_of(error_of(connection, "SELECT 1")) is Trouble.AWAY
    connection.close()
    connection.settings_dict["NAME"] = "another"
    assert trouble_of(error_of(connection, "SELECT 1")) is Trouble.AWAY

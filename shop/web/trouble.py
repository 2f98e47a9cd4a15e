"""Whether an error says that something the shop stands on is away or full, and is no fault of ours.

Every client says so in words of its own; here they are put into ours, once for the whole shop.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable, Iterator
from enum import Enum
from http import HTTPStatus

from django.db.utils import InterfaceError, OperationalError
from kombu.exceptions import OperationalError as BrokerError
from pymongo.errors import BulkWriteError, ConnectionFailure, OperationFailure

from recommender.search import SearchUnavailable


class Trouble(Enum):
    """What is the matter; its value is the status of the answer."""

    NO_ROOM = HTTPStatus.INSUFFICIENT_STORAGE
    AWAY = HTTPStatus.SERVICE_UNAVAILABLE


# By who says them and where, since the same number means something else to another.
SYSTEM, SQLITE, POSTGRESQL, MONGODB = "errno", "sqlite_errorname", "sqlstate", "code"
NO_ROOM_CODES = {
    *((SYSTEM, errno.ENOSPC), (SYSTEM, errno.EDQUOT)),
    *((SQLITE, "SQLITE_FULL"), (SQLITE, "SQLITE_IOERR_SHMSIZE")),
    (POSTGRESQL, "53100"),
    (MONGODB, 14031),
}
AWAY_CODES = {
    *((SYSTEM, errno.EROFS), (SYSTEM, errno.EIO), (SYSTEM, errno.ESTALE)),
    *((SQLITE, "SQLITE_CORRUPT"), (SQLITE, "SQLITE_NOTADB")),
    # No such table: the shop is being set up. Read-only: a stand-by took over.
    *((POSTGRESQL, "42P01"), (POSTGRESQL, "25006")),
}
AWAY_ERRORS = (
    *(OperationalError, InterfaceError, ConnectionFailure, BrokerError, SearchUnavailable),
    # Whatever is reached by a socket: the mail server too.
    *(ConnectionError, TimeoutError, socket.gaierror),
)


def trouble_of(error: BaseException | None) -> Trouble | None:
    """What an error, or one that caused it, says; None for a fault of our own."""
    chain = list(_chain(error))
    if any(not NO_ROOM_CODES.isdisjoint(_codes(cause)) for cause in chain):
        return Trouble.NO_ROOM
    if any(_is_away(cause) for cause in chain) and not any(map(_is_wrong_sql, chain)):
        return Trouble.AWAY
    return None


def sentence_of(error: BaseException | None) -> str | None:
    """What to tell at a terminal or in a log; None for a fault of our own."""
    trouble = trouble_of(error)
    return f"{trouble.value.phrase}: {cause_of(error)}" if trouble else None


def cause_of(error: BaseException | None) -> str:
    """In one line, what an error came from: clients wrap theirs in Django's."""
    cause, *_ = str(error and (error.__cause__ or error)).splitlines() or [""]
    return cause.split(", Timeout:")[0]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _is_away(error: BaseException) -> bool:
    return isinstance(error, AWAY_ERRORS) or not AWAY_CODES.isdisjoint(_codes(error))


def _is_wrong_sql(error: BaseException) -> bool:
    """What SQLite, and it alone, calls an operational error too."""
    is_wrong = getattr(error, "sqlite_errorname", None) == "SQLITE_ERROR"
    return is_wrong and not str(error).startswith("no such table")


def _codes(error: BaseException) -> Iterable[tuple[str, object]]:
    if isinstance(error, BulkWriteError):
        return [(MONGODB, fault.get("code")) for fault in error.details["writeErrors"]]
    if isinstance(error, OperationFailure):
        return [(MONGODB, error.code)]
    return [(name, getattr(error, name, None)) for name in (SYSTEM, SQLITE, POSTGRESQL)]

"""Lines of logs, as text for people or JSON for machines, and the files that children log to.

Some addresses of the shop open something to whoever knows them: an order, a new password. In no
line do they stand in full.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

MOST_LOG_BYTES = 5_000_000

# After which parts of an address a secret comes.
SECRET_PLACES = (
    "/orders/",
    "/withdraw/",
    "/wishlist/of/",
    "/alerts/",
    "/account/password/reset/key/",
    "/account/confirm-email/",
    "/photo/",
    "/feeds/",
)
# In a query such as ?next= the slashes are encoded. The admin's /orders/ go on with a model's name.
_SLASH = "(?:/|%2F)+"
_PLACES = "|".join(place.strip("/").replace("/", _SLASH) for place in SECRET_PLACES)
_SECRETS = re.compile(
    rf"(?<!/admin)({_SLASH}(?:{_PLACES}){_SLASH})(?:(?!%2F)[^/\s\"'?&])+", re.IGNORECASE
)
# The picture of a search, wherever its file's name stands: the key opens the search too.
_QUERIES = re.compile(rf"(queries{_SLASH})[0-9a-f]{{32}}", re.IGNORECASE)
INSTEAD = "..."


def without_secrets(text: str) -> str:
    """The text with the secret part of every address, and of the name of a file, left out."""
    return _QUERIES.sub(rf"\1{INSTEAD}", _SECRETS.sub(rf"\1{INSTEAD}", text))


class TextLines(logging.Formatter):
    """time level logger: message, then the traceback where there is one."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


class JsonLines(logging.Formatter):
    """time, level, logger, process, message, and the traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": without_secrets(record.getMessage()),
        }
        if record.exc_info:
            line["error"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class OneLineForRefusals(logging.Filter):
    """Tells what a request did wrong without a traceback.

    Such requests come from anybody, as often as they like. Django answers them with a status below
    500, and tells what looks like an attack to loggers of their own.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        refused = getattr(record, "status_code", 500) < 500
        if refused or record.name.startswith("django.security."):
            record.exc_info = record.exc_text = None
        return True


def open_log(path: Path) -> IO[bytes]:
    """The file, for appending, so that several may write to it; only its owner can read it."""
    return open(path, "ab", opener=_for_its_owner)


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def rotate(path: Path) -> None:
    """Moves what a log holds to PATH.1 once that is much, so that logs take a bounded room.

    Copied and cut, since those who write keep the file open. Where there is no room for the copy,
    it waits.
    """
    with suppress(OSError):
        if path.stat().st_size < MOST_LOG_BYTES:
            return
        with open_log(older := path.with_name(f"{path.name}.1")):
            shutil.copyfile(path, older)
        os.truncate(path, 0)

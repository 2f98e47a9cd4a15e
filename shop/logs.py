"""Structured logs, one JSON object a line, and the files that children of the shop log to."""

from __future__ import annotations

import json
import logging
import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

MOST_LOG_BYTES = 5_000_000


class JsonLines(logging.Formatter):
    """time, level, logger, process, message, and the traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


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

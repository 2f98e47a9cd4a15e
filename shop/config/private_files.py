"""What the shop writes is for its own user alone: its database, logs, mails and photographs."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

OTHERS = 0o077
# What older versions left readable, under VITRINE_VAR.
FROM_BEFORE = ("db.sqlite3*", "*.log", "run/*.log")


def keep_private(folder: Path) -> None:
    """Makes the folder where it is missing; nobody else gets into it, now or later.

    The mask is this process's and that of every process it starts, so it holds for other folders
    too. What belongs to somebody else, or lies on a disk that takes no change, stays as it is.
    """
    os.umask(OTHERS)
    folder.mkdir(parents=True, exist_ok=True)
    for path in (folder, *(found for pattern in FROM_BEFORE for found in folder.glob(pattern))):
        with suppress(OSError):
            _close_to_others(path)


def _close_to_others(path: Path) -> None:
    mode = path.stat().st_mode
    if mode & OTHERS:
        path.chmod(mode & ~OTHERS & 0o7777)

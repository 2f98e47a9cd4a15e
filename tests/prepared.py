"""A shop's folder as its first start leaves it, made once for all processes of tests.

Databases with their tables, static files, a merchant: to make them takes ten seconds of a core.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from claims import locks

# Where processes of tests share what one of them makes: the folder of the one that began them.
SHARED = "TESTS_SHARED_FOLDER"
# But for its encoders, and for what is of a run.
KEPT = ("db.sqlite3", "mongo", "secret_key", "static")


def copy(var: Path, make: Callable[[Path], None]) -> None:
    """Fills a new shop's folder; `make` fills the first of all, which nobody uses afterwards."""
    folder = Path(os.environ[SHARED], "prepared")
    with locks.locked(folder.with_suffix(".lock")):
        if not folder.exists():
            made = folder.with_suffix(".partial")
            # A test that could not make it left it behind: whoever makes it holds the lock.
            shutil.rmtree(made, ignore_errors=True)
            made.mkdir()
            make(made)
            made.rename(folder)
    for name in KEPT:
        if (folder / name).is_dir():
            shutil.copytree(folder / name, var / name)
        else:
            shutil.copy2(folder / name, var / name)

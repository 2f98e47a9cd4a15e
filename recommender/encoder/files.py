"""What is read from a file that seldom changes."""

import hashlib
from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path


def read_once[T](read: Callable[[Path], T]) -> Callable[[Path], T]:
    """Remember what a function reads from a file until the file changes."""

    @lru_cache
    def remembered(file: Path, changed: int, size: int) -> T:
        """Time and size are there to notice that the file has changed."""
        return read(file)

    @wraps(read)
    def current(file: Path) -> T:
        status = file.stat()
        return remembered(file, status.st_mtime_ns, status.st_size)

    return current


@read_once
def digest(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()

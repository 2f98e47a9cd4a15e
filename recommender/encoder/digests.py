"""What tells one weights file from another."""

import hashlib
from functools import lru_cache
from pathlib import Path


def digest(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal; remembered until the file changes."""
    status = file.stat()
    return _digest(file, status.st_mtime_ns, status.st_size)


@lru_cache
def _digest(file: Path, changed: int, size: int) -> str:
    """Time and size are there to notice that the file has changed."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()

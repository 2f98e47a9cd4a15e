"""Secrets that are made once and kept in a file."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path


def kept_secret(path: Path, *, length: int = 50) -> str:
    """The secret in the file, made at the first call from `length` random bytes, as text.

    Only the file's owner can read it, and of two processes that make it at once both get the same.
    """
    if not path.exists():
        # mkstemp's file is private; a link, unlike a rename, never replaces one made meanwhile.
        descriptor, draft = tempfile.mkstemp(".partial", f"{path.name}.", path.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(secrets.token_urlsafe(length))
            with suppress(FileExistsError):
                os.link(draft, path)
        except OSError:
            Path(draft).unlink()
            raise
        Path(draft).unlink()
    return path.read_text(encoding="utf-8")

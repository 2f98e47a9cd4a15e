"""File locks that the kernel gives back when a process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

NOTE_LENGTH = 40


def open_lock(path: Path) -> IO[str]:
    """The lock's file, open for reading and writing; closing it gives a lock back."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8")


def try_exclusive(file: IO[str]) -> bool:
    """Takes the lock for this process alone; False when any process holds it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def take(file: IO[str]) -> None:
    """Takes the lock for this process alone, waiting for it first."""
    fcntl.flock(file, fcntl.LOCK_EX)


def share(file: IO[str]) -> None:
    """Takes the lock beside other sharers, once nobody holds it alone."""
    fcntl.flock(file, fcntl.LOCK_SH)


def give_back(file: IO[str]) -> None:
    fcntl.flock(file, fcntl.LOCK_UN)


def is_held(path: Path) -> bool:
    """Whether some process holds the lock exclusively at this moment."""
    if not path.exists():
        return False
    with open_lock(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds the lock exclusively, waiting for it first."""
    with open_lock(path) as file:
        take(file)
        yield


def write_note(file: IO[str], note: str) -> None:
    """Replaces what the lock's file says; readers see it whether or not they hold the lock.

    All notes are equally long, so that one write replaces the other, whole and without more room.
    """
    file.seek(0)
    file.write(note.ljust(NOTE_LENGTH))
    file.flush()


def read_note(path: Path) -> str:
    return path.read_text(encoding="utf-8").rstrip() if path.exists() else ""

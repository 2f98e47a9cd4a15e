"""Disks of their own for tests: small ones that fill up, and ones that cannot be written."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

FILLER = "something else"


@contextmanager
def mounted(folder: Path, *, megabytes: float) -> Iterator[Path]:
    """A disk in memory at a folder, made when missing; skips the test where that is not allowed."""
    folder.mkdir(exist_ok=True)
    size = round(megabytes * 1024**2)
    _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        yield folder
    finally:
        # Lazily: what a test opened may still be mapped.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def make_read_only(disk: Path) -> None:
    """Let nothing be written to a mounted disk any more, by root neither."""
    _mount("-o", "remount,ro", str(disk))


def fill(disk: Path) -> None:
    """Take all the room that is left."""
    with suppress(OSError), (disk / FILLER).open("ab", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))


def make_room(disk: Path) -> None:
    (disk / FILLER).unlink()


def _mount(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, check=False)
    if os.geteuid() or done.returncode:
        pytest.skip("needs the right to mount a disk in memory")

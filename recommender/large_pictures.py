"""Large pictures are decoded one at a time, each in a process of its own with a limit on memory.

The process that serves pages never holds them, gets all memory back, and survives whatever they
do. This module is both ends: `decoded_apart`, and what `python -m recommender.large_pictures` runs.
"""

from __future__ import annotations

import os
import resource
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO

import pillow_heif
from PIL import AvifImagePlugin, Image

from claims import locks
from recommender.decoding import TooManyParts, decoded, opened, planned

# By `decoding.planned`. The process itself, the file and rounding add some 60 MB.
MOST_BYTES = 640_000_000
SLACK_BYTES = 20_000_000

PATIENCE_SECONDS = 20
LOOK_EVERY_SECONDS = 0.05
# The largest take some three seconds of a processor, which they may have to wait for.
TIME_LIMIT_SECONDS = 60
PROCESSOR_SECONDS = 20
# The processor belongs to the pages first.
NICENESS = 5

# Of one process at once: the others of its threads are for pages.
_places = BoundedSemaphore(3)

SIZE = struct.Struct("<II")
DAMAGED, TOO_COSTLY = 3, 4


class TooBusy(Exception):
    """Others have large pictures decoded: it may be tried again soon."""


class TooCostly(Exception):
    """Decoding took more memory or time than it may, or the process was killed."""


class Undecodable(Exception):
    """The decoders found the picture damaged."""


def decoded_apart(data: bytes, side: int, lock: Path) -> Image.Image:
    """`decoding.decoded` of a file's content in a process of its own, once `lock` is free.

    Raises TooBusy, TooCostly or Undecodable.
    """
    if not _places.acquire(blocking=False):
        raise TooBusy
    try:
        with _alone(lock) as held:
            return _received(_run(data, side, held))
    finally:
        _places.release()


@contextmanager
def _alone(lock: Path) -> Iterator[IO[str]]:
    """Keeps other processes of this machine from decoding large pictures. Raises TooBusy."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    with locks.open_lock(lock) as file:
        while not locks.try_exclusive(file):
            if time.monotonic() > deadline:
                raise TooBusy
            time.sleep(LOOK_EVERY_SECONDS)
        yield file


def _run(data: bytes, side: int, lock: IO[str]) -> bytes:
    """What the process wrote. It holds the lock too, should this one be killed meanwhile."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__, str(side)],
            cwd=Path(__file__).parents[1],
            env=os.environ | {"MALLOC_ARENA_MAX": "1"},
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=[lock.fileno()],
            timeout=TIME_LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TooCostly from error
    if done.returncode < 0 or done.returncode == TOO_COSTLY:
        # Killed, by the kernel or by a decoder that found no memory, or out of memory in Python.
        raise TooCostly
    if done.returncode:
        raise Undecodable
    return done.stdout


def _received(written: bytes) -> Image.Image:
    return Image.frombytes("RGB", SIZE.unpack_from(written), written[SIZE.size :])


# In the process of its own


def main(side: int) -> None:
    os.nice(NICENESS)
    data = sys.stdin.buffer.read()
    _limit()
    try:
        picture = opened(data)
        planned(picture, side)
        picture = decoded(picture)
    except Exception as error:
        sys.exit(TOO_COSTLY if _of_cost(error) else DAMAGED)
    sys.stdout.buffer.write(SIZE.pack(*picture.size))
    sys.stdout.buffer.write(picture.tobytes())


def _of_cost(error: Exception) -> bool:
    """Decoders tell by words only that they found no memory: "Memory allocation error: ..."."""
    words = str(error).lower()
    return isinstance(error, MemoryError | TooManyParts) or "memory" in words or "alloc" in words


def _limit() -> None:
    """Bound this process before it meets what a stranger made."""
    # A decoder's threads would each take memory, and more than one processor.
    AvifImagePlugin.DEFAULT_MAX_THREADS = pillow_heif.options.DECODE_THREADS = 1
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    own = Path("/proc/self")
    # Only Linux keeps a process to its limit of memory, and says how much it has.
    if own.exists():
        pages = int((own / "statm").read_text().split()[0])
        most = pages * resource.getpagesize() + MOST_BYTES + SLACK_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        # Where the machine's memory ends first, the kernel ends this process and no other.
        (own / "oom_score_adj").write_text("1000")


if __name__ == "__main__":
    main(int(sys.argv[1]))

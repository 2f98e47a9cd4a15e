"""Memory that a process shares with those that it is forked into, for what may be lost any time.

It lies in no file and in no server: it comes before the processes and goes with the last of them.
Nobody ever waits for anybody: what one process writes over while another one reads, or two write at
once, or one that was killed left half written, is known by its digest and counts as not there.
"""

from __future__ import annotations

import hashlib
import mmap
import struct
import time
from typing import NamedTuple

KEY_BYTES = 16
SLOT_BYTES = 32 * 1024
# A key has so many slots to lie in, of which the one that was written to first is taken.
SLOTS_OF_A_KEY = 4
# The key, the digest, when it was written in seconds of the machine's clock, and the length.
_HEAD = struct.Struct(f"<{KEY_BYTES}s16sdI")
MOST_BYTES = SLOT_BYTES - _HEAD.size


class _Head(NamedTuple):
    key: bytes
    digest: bytes
    written: float
    length: int


class SharedMemory:
    """Up to `slots` contents, at most MOST_BYTES each, by keys of KEY_BYTES that are digests.

    The system gives the memory for a slot when it is first written to. Any thread of any of the
    processes may call this.
    """

    def __init__(self, slots: int) -> None:
        self._groups = slots // SLOTS_OF_A_KEY
        self.forget()

    def forget(self) -> None:
        """Begin anew, in a memory that is no longer that of the processes that there are."""
        self._memory = mmap.mmap(-1, self._groups * SLOTS_OF_A_KEY * SLOT_BYTES)

    def get(self, key: bytes) -> bytes | None:
        """What was put there last; None where that is gone."""
        heads = {start: self._head(start) for start in self._starts(key)}
        # Two processes that put it at once may have put it into two slots.
        its_own = [start for start, head in heads.items() if head.written and head.key == key]
        if not its_own:
            return None
        start = max(its_own, key=lambda start: heads[start].written)
        begin = start + _HEAD.size
        content = self._memory[begin : begin + heads[start].length]
        return content if _digest(key, content) == heads[start].digest else None

    def put(self, key: bytes, content: bytes) -> None:
        """Keep it, in the place of what is oldest; what is too large is not kept."""
        if len(content) > MOST_BYTES:
            return
        heads = {start: self._head(start) for start in self._starts(key)}
        start = min(heads, key=lambda start: (heads[start].key != key, heads[start].written))
        head = _Head(key, _digest(key, content), time.monotonic(), len(content))
        self._memory[start : start + _HEAD.size + len(content)] = _HEAD.pack(*head) + content

    def _starts(self, key: bytes) -> range:
        """Where the slots of a key begin."""
        group = int.from_bytes(key[:8]) % self._groups * SLOTS_OF_A_KEY
        return range(group * SLOT_BYTES, (group + SLOTS_OF_A_KEY) * SLOT_BYTES, SLOT_BYTES)

    def _head(self, start: int) -> _Head:
        return _Head(*_HEAD.unpack_from(self._memory, start))


def _digest(key: bytes, content: bytes) -> bytes:
    return hashlib.blake2b(content, key=key, digest_size=16).digest()

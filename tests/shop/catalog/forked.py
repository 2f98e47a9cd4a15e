"""What tests have done by processes that share a memory: forked from one that made it before.

That one is a server process without threads: forking the tests' own would not be safe.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.synchronize import Event
from typing import Any

from shop.catalog.shared_memory import KEY_BYTES, SharedMemory

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])

KEY = b"k" * KEY_BYTES
BYTES = 20_000
MEMORY = SharedMemory(4)


def start(target: Callable[..., None], *arguments: Any) -> multiprocessing.Process:
    process = CONTEXT.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def put(content: bytes) -> None:
    MEMORY.put(KEY, content)


def put_again_and_again(sign: bytes, begun: Event) -> None:
    """Without end, under a key that all share and under one of its own."""
    while True:
        for key in (KEY, sign * KEY_BYTES):
            MEMORY.put(key, sign * BYTES)
        begun.set()


def tell(wire: Any) -> None:
    wire.send(MEMORY.get(KEY))


def read_again_and_again(times: int, wire: Any) -> None:
    """Tell which contents there were, and how often one was there."""
    seen: dict[bytes, int] = {}
    for _ in range(times):
        content = MEMORY.get(KEY)
        if content is not None:
            seen[content] = seen.get(content, 0) + 1
    wire.send(seen)

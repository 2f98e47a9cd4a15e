"""What tests have done in processes of their own, which may die of it.

They are forked from a server process without threads: forking the tests' own would not be safe.
"""

import multiprocessing
import resource
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from recommender.serving import building
from recommender.serving.keeper import IndexKeeper
from tests.recommender.serving import stocking

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])

TOO_LARGE = -signal.SIGXFSZ
"""The exit code of who wrote more than it may."""


def start(target: Callable[..., None], *arguments: Any) -> multiprocessing.Process:
    process = CONTEXT.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


# Builders


def build(folder: Path, graph: bool = False) -> int:
    _live_in(folder, graph)
    return building.build(always=True)


def build_unless_busy(folder: Path) -> int | None:
    try:
        return build(folder)
    except building.Busy:
        return None


def build_when_told(folder: Path, begun: Event, go_on: Event) -> None:
    """Stand still in the middle of building."""

    def wait(done: int, total: int) -> None:
        begun.set()
        go_on.wait()

    _live_in(folder)
    building.build(always=True, progress=wait)


def build_and_die(folder: Path, limit: int, graph: bool) -> None:
    """Build, and die by the kernel's hand when a file grows beyond `limit` bytes."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    build(folder, graph)


def build_within(folder: Path, limit: int, graph: bool) -> int:
    """Build where no file finds room for more than `limit` bytes; raises OSError."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        return build(folder, graph)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _live_in(folder: Path, graph: bool = False) -> None:
    settings.INDEX_DIR = folder
    settings.INDEX_SCAN_BELOW = 1 if graph else 1_000_000
    settings.INDEX_FACTORY = stocking.WHOLE


# Readers


def answer(folder: Path, wire: Connection) -> None:
    """Look when told so; answer with what is found near a query, the nearest first."""
    _live_in(folder)
    own = IndexKeeper()
    view = own.look()
    wire.send(len(view.index))
    while True:
        asked: np.ndarray | None = wire.recv()
        if asked is None:
            view = own.look()
            wire.send(len(view.index))
        else:
            wire.send(view.index.search(asked, len(view.index))[0].tolist())

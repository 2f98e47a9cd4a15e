"""What tests have done in processes of their own, which may die of it.

They are forked from a server process without threads: forking the tests' own would not be safe.
"""

import multiprocessing
import resource
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from recommender.index import building

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])

TOO_LARGE = -signal.SIGXFSZ
"""The exit code of who wrote more than it may."""


def start(target: Callable[..., None], *arguments: Any) -> multiprocessing.Process:
    process = CONTEXT.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def build_and_die(folder: Path, limit: int, graph: bool) -> None:
    """Build, and die by the kernel's hand when a file grows beyond `limit` bytes."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    build(folder, graph)


def build(folder: Path, graph: bool = False) -> None:
    settings.INDEX_DIR = folder
    settings.INDEX_SCAN_BELOW = 1 if graph else 1_000_000
    building.build(always=True)

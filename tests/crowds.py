"""Processes that do something to one database at the same moment.

`python -m tests.crowds` is what they are forked from: it loads the shop once for all of them.
"""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing.synchronize import Barrier
from typing import Any

import django

from tests.processes import PROJECT, python


class Crowds:
    """Calls functions of a module, each in a process of its own, by the names of JSON's values."""

    def __init__(self, process: subprocess.Popen[str], module: str) -> None:
        self._process = process
        self._module = module

    def call(self, function: str, *arguments: Any) -> Any:
        return self.at_once((function, *arguments))[0]

    def at_once(self, *calls: tuple[Any, ...]) -> list[Any]:
        """What each call, a function's name and its arguments, returned."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([(self._module, *call) for call in calls]) + "\n")
        self._process.stdin.flush()
        answer: list[Any] = json.loads(self._process.stdout.readline())
        return answer


@contextmanager
def crowds(environment: Mapping[str, str], module: str) -> Iterator[Crowds]:
    with subprocess.Popen(
        python("-m", "tests.crowds"),
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Crowds(process, module)


def _meet(everybody: Barrier) -> None:
    global _everybody
    _everybody = everybody


def _call(module: str, function: str, *arguments: Any) -> Any:
    called = getattr(import_module(module), function)
    _everybody.wait()
    return called(*arguments)


def main() -> None:
    django.setup()
    for line in sys.stdin:
        calls = json.loads(line)
        forking = multiprocessing.get_context("fork")
        everybody = forking.Barrier(len(calls))
        with ProcessPoolExecutor(len(calls), forking, _meet, (everybody,)) as pool:
            answers = [pool.submit(_call, *call) for call in calls]
            print(json.dumps([answer.result() for answer in answers]), flush=True)


if __name__ == "__main__":
    main()

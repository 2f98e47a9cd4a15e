"""Processes that tests start, watch, kill and end."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
START_SECONDS = 60.0
STOP_SECONDS = 20.0
# Below the ephemeral ones of Linux and macOS, and so many that two processes choose differently.
PORTS = (10_000, 32_000)


def wait_until(condition: Callable[[], object], seconds: float = START_SECONDS) -> None:
    """Returns once the condition is true; fails the test when it never is."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds:.0f} s: {condition}")
        time.sleep(0.05)


def free_port() -> int:
    """A port that nobody takes before it is bound: not one of those that the kernel hands out."""
    while True:
        port = random.SystemRandom().randrange(*PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


class Process:
    """A program that writes to a log and answers when it is ready.

    `environment` replaces this process's own. The program leads a process group, by which its
    children are known.
    """

    def __init__(
        self,
        command: list[str],
        log: Path,
        answers: Callable[[], bool],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._command = command
        self._answers = answers
        self._environment = environment
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns once it answers; fails the test with the end of its log if it ends instead."""
        self.launch()
        wait_until(self.answers)

    def launch(self) -> None:
        """Returns at once, for a test that watches it from its first moment on."""
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                cwd=PROJECT,
                env=self._environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            pytest.fail(f"{self._command} ended:\n{self.log.read_text(errors='replace')[-3000:]}")
        return self._answers()

    def kill(self) -> None:
        """Ends it as a crash would; fails the test when its children go on without it."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        wait_until(self._has_no_children_left)

    def _has_no_children_left(self) -> bool:
        try:
            self._signal_all(0)
        except ProcessLookupError:
            return True
        return False

    def freeze(self) -> None:
        """Stops it and its children where they stand, until `thaw`."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, number: int) -> None:
        assert self._process is not None
        os.killpg(self._process.pid, number)

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()


def python(*arguments: str) -> list[str]:
    """A command that runs this Python."""
    return [sys.executable, *arguments]

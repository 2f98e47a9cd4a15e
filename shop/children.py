"""Child processes that live and end together."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

STOP_SECONDS = 10.0
LOG_LINES_SHOWN = 15


class ChildDied(Exception):
    """A child ended by itself; the message holds the end of its log."""


class Children:
    """Starts processes in a folder that log to files; none outlives the `with` block."""

    def __init__(self, folder: Path, logs: Path) -> None:
        self._folder = folder
        self._logs = logs
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Children:
        return self

    def __exit__(self, *exception: object) -> None:
        self.end()

    def start(self, name: str, command: Sequence[str]) -> None:
        with self.log(name).open("wb") as log:
            # A group of its own, so that a Ctrl-C at the terminal reaches the parent alone, which
            # then ends the children with theirs.
            self._processes[name] = subprocess.Popen(
                command,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def check(self) -> None:
        """Raises ChildDied when a child has ended."""
        for name, process in self._processes.items():
            if (status := process.poll()) is not None:
                lines = self.log(name).read_text(errors="replace").splitlines()
                end = "\n".join(lines[-LOG_LINES_SHOWN:])
                raise ChildDied(f"The {name} ended with status {status}:\n{end}")

    def end(self) -> None:
        """Asks every child to end, and kills those that do not within some seconds."""
        for process in self._processes.values():
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._processes.values():
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal_group(process, signal.SIGKILL)
                process.wait()
        self._processes.clear()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if process.poll() is None:
        os.killpg(process.pid, number)

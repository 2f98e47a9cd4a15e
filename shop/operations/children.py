"""Child processes that are kept running, and end with their parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from shop.config.logs import open_log, rotate
from shop.embedded.restarts import Restarts

STOP_SECONDS = 10.0
LOG_LINES_SHOWN = 15
WITH_PARENT = Path(__file__).with_name("with_parent.py")


@dataclass
class Child:
    """A command, its process while it runs, and when it is started again while it does not."""

    name: str
    command: Sequence[str]
    log: Path
    restarts: Restarts = field(default_factory=Restarts)
    process: subprocess.Popen[bytes] | None = None
    # Monotonic seconds.
    next_start: float = 0.0

    def last_words(self) -> str:
        """The end of its log."""
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join(lines[-LOG_LINES_SHOWN:])


class Children:
    """Starts processes in a folder that log to files; none outlives the `with` block.

    `tell` is given a sentence whenever one ended by itself.
    """

    def __init__(self, folder: Path, logs: Path, tell: Callable[[str], None]) -> None:
        self._folder = folder
        self._logs = logs
        self._tell = tell
        self._children: dict[str, Child] = {}

    def __enter__(self) -> Children:
        return self

    def __exit__(self, *exception: object) -> None:
        self.end()

    def start(self, name: str, command: Sequence[str]) -> Child:
        child = Child(name, command, self._logs / f"{name}.log")
        self._children[name] = child
        self._launch(child)
        return child

    def tend(self) -> None:
        """Starts again what has ended, after a pause that grows while it ends again and again."""
        for child in self._children.values():
            if child.process is not None and child.process.poll() is not None:
                # What it leaves behind would hold its port.
                signal_group(child.process, signal.SIGTERM)
                self._leave(child, told_end(child.process.returncode))
            if child.process is None and time.monotonic() >= child.next_start:
                try:
                    self._launch(child)
                # No room, no process to be had: that may pass.
                except OSError as fault:
                    self._leave(child, f"cannot be started ({fault})")
            rotate(child.log)

    def _leave(self, child: Child, why: str) -> None:
        pause = child.restarts.ended()
        child.process, child.next_start = None, time.monotonic() + pause
        self._tell(
            f"The {child.name} {why} and is started again in {pause:.1f} s; "
            f"{child.log} may say why."
        )

    def _launch(self, child: Child) -> None:
        child.restarts.begun()
        with open_log(child.log) as log:
            # A group of its own, so that a Ctrl-C at the terminal reaches the parent alone, which
            # then ends the children with theirs.
            child.process = subprocess.Popen(
                with_parent(child.command),
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def end(self) -> None:
        """Asks every child to end, and kills those that do not within some seconds."""
        processes = [child.process for child in self._children.values() if child.process]
        self._children.clear()
        end_groups(processes)


def told_end(status: int) -> str:
    """How a process ended, by its status."""
    return f"was killed (signal {-status})" if status < 0 else f"ended with status {status}"


def with_parent(command: Sequence[str]) -> list[str]:
    """The command as one that ends with this process, should that be killed."""
    return [sys.executable, str(WITH_PARENT), str(os.getpid()), *command]


def end_groups(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Asks processes that lead groups to end, and kills what does not within some seconds."""
    for process in processes:
        signal_group(process, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            signal_group(process, signal.SIGKILL)
            process.wait()


def signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signals the group that a process leads, which may outlive it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)

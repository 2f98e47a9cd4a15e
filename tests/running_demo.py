"""`manage.py demo` as a person runs it: one process at a terminal, over a folder of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests import prepared
from tests.encoders import lend_encoders
from tests.processes import PROJECT, free_port, python, wait_until
from tests.running_shop import prepare

# A whole demo, on a machine that does other things too.
FILL_SECONDS = 900.0


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """As a shell has it for what it starts in its background; children inherit that.

    In this process, as code between fork and exec may hang where there are threads.
    """
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class Demo:
    """`settings` are environment variables over those of a fresh checkout.

    It starts on an empty folder, or on one where the tables and the static files are there already.
    """

    def __init__(self, var: Path, *, empty: bool = False, **settings: str) -> None:
        self.var = var
        lend_encoders(var)
        if not empty:
            prepared.copy(var, prepare)
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._settings = {"VITRINE_VAR": str(var)} | settings
        self.output = var / "output.log"

    def start(self, *arguments: str) -> None:
        """Returns once the shop is served."""
        self.launch(*arguments)
        self.wait_for("Ctrl-C")

    def launch(self, *arguments: str) -> None:
        own = ("VITRINE_", "DJANGO_", "DATABASE_URL", "MONGODB_URI", "REDIS_URL")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
        with self.output.open("wb") as output, _interrupts_ignored():
            self.process = subprocess.Popen(
                python("manage.py", "demo", f"--port={self.port}", *arguments),
                cwd=PROJECT,
                env=kept | self._settings,
                stdout=output,
                stderr=output,
            )

    def wait_for(self, words: str) -> None:
        """Returns once it has said so."""

        def said() -> bool:
            assert self.process.poll() is None, self.said()
            return words in self.said()

        wait_until(said, FILL_SECONDS)

    def said(self) -> str:
        return self.output.read_text()

    def end(self, by: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(by)
        return self.process.wait(60)

    def get(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}") as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def children(self, word: str = "") -> list[int]:
        """Every process of this folder, found by its environment, whose command has the word."""
        mark = f"VITRINE_VAR={self.var}".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                environment = (process / "environ").read_bytes().split(b"\0")
                if mark in environment and word.encode() in (process / "cmdline").read_bytes():
                    found.append(int(process.name))
            except OSError:
                continue  # It ended, or belongs to somebody else.
        return found

    def kill(self) -> None:
        """Ends whatever is still there."""
        if self.process.poll() is None:
            self.end()
        for pid in self.children():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

"""The process that keeps one embedded server running while anybody uses it.

Users hold a shared lock for as long as they live. The keeper restarts a server that dies, however
often, and ends the server and itself once it can take that lock alone. The kernel returns the locks
of a process that was killed, so there is nothing to count and nothing left behind.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from claims import locks
from shop.config.logs import open_log, rotate
from shop.embedded import places
from shop.embedded.restarts import Restarts
from shop.embedded.servers import SERVERS, ProgramMissing, Server

logger = logging.getLogger("shop.embedded.keeper")

# What the keeper's lock says of the server, behind the keeper's process id.
STARTING, READY, FAILING = "starting", "ready", "failing"
LOOK_SECONDS = 0.1
# Bridges the moment between two commands of a script, so that the second finds the server warm.
LINGER_SECONDS = 1.0
STOP_SECONDS = 15.0
START_SECONDS = 60.0
# After so many ends in a row, whoever waits for the server is told. It is tried again all the same.
ENDS_TO_TELL = 3


class Keeper:
    """Starts, watches, restarts and ends one server."""

    def __init__(self, var: Path, server: Server, note: IO[str]) -> None:
        self._var = var
        self._server = server
        self._note = note
        self._log = places.log_file(var, server.name)
        self._server_lock = locks.open_lock(places.server_lock(var, server.name))
        self._users = locks.open_lock(places.users_lock(var, server.name))
        self._restarts = Restarts()
        self._process: subprocess.Popen[bytes] | None = None
        # Monotonic seconds.
        self._next_start = 0.0
        self._ending = False

    def run(self) -> None:
        """Returns when the last user is gone or a SIGTERM came; the server is ended then."""
        signal.signal(signal.SIGTERM, self._end_soon)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            self._end_stray()
            while not self._ending and not self._unused():
                self._tend()
                rotate(self._log)
                time.sleep(LOOK_SECONDS)
        finally:
            self._stop()

    def _end_soon(self, *args: object) -> None:
        self._ending = True

    def _unused(self) -> bool:
        """Whether no user was seen for a while; the users' lock is then kept, so none can come."""
        deadline = time.monotonic() + LINGER_SECONDS
        while locks.try_exclusive(self._users):
            if time.monotonic() > deadline:
                return True
            locks.give_back(self._users)
            time.sleep(LOOK_SECONDS)
        return False

    def _end_stray(self) -> None:
        """Ends the server of a keeper that was killed: it still holds the server's lock."""
        path = places.server_lock(self._var, self._server.name)
        deadline = time.monotonic() + STOP_SECONDS
        while locks.is_held(path) and not self._ending:
            pid = locks.read_note(path)
            if not pid:
                logger.error("A stray %s holds %s: end it by hand.", self._server.name, path)
                time.sleep(STOP_SECONDS)
                continue
            late = time.monotonic() > deadline
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL if late else signal.SIGTERM)
            time.sleep(LOOK_SECONDS)
        locks.take(self._server_lock)

    def _tend(self) -> None:
        """Starts the server where it does not run and its time has come."""
        if self._process is not None and self._process.poll() is not None:
            self._leave(f"ended with status {self._process.returncode}")
        if self._process is None and time.monotonic() >= self._next_start:
            try:
                self._start()
            # No room for its files, no process to be had: that may pass.
            except (OSError, TimeoutError) as fault:
                self._stop()
                self._leave(f"does not start: {fault}")

    def _leave(self, why: str) -> None:
        self._process = None
        pause = self._restarts.ended()
        self._next_start = time.monotonic() + pause
        self._tell(FAILING if self._restarts.ends >= ENDS_TO_TELL else STARTING)
        logger.warning("%s %s; it is tried again in %.1f s", self._server.name, why, pause)

    def _start(self) -> None:
        self._server.folder.mkdir(parents=True, exist_ok=True)
        if isinstance(self._server.address, str):
            Path(self._server.address).unlink(missing_ok=True)
        self._restarts.begun()
        with open_log(self._log) as log:
            # The server inherits the lock with the open file, and holds it until it ends.
            self._process = subprocess.Popen(
                self._server.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[self._server_lock.fileno()],
            )
        locks.write_note(self._server_lock, str(self._process.pid))
        if self._comes_to_answer(self._process):
            self._tell(READY)
            logger.info("%s answers (process %d)", self._server.name, self._process.pid)

    def _comes_to_answer(self, process: subprocess.Popen[bytes]) -> bool:
        """False where it ended instead, or need not go on. Raises TimeoutError."""
        deadline = time.monotonic() + START_SECONDS
        while not self._server.answers():
            if process.poll() is not None or self._ending:
                return False
            if time.monotonic() > deadline:
                raise TimeoutError(f"it did not answer within {START_SECONDS:.0f} s")
            time.sleep(0.02)
        return True

    def _tell(self, standing: str) -> None:
        # A disk without room for a note may have room for the server.
        with suppress(OSError):
            locks.write_note(self._note, f"{os.getpid()} {standing}")

    def _stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def main(name: str, var: Path) -> int:
    """Keeps the server `name`; returns at once when another process keeps it already."""
    open_log(log := places.log_file(var, name)).close()
    logging.basicConfig(
        filename=log,
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    with locks.open_lock(places.keeper_lock(var, name)) as note:
        if not locks.try_exclusive(note):
            return 0
        locks.write_note(note, f"{os.getpid()} {STARTING}")
        try:
            Keeper(var, SERVERS[name](var), note).run()
        except (ProgramMissing, OSError) as fault:
            logger.error("%s cannot be kept running: %s", name, fault)
            return 1
        except Exception:
            # Nobody reads what a keeper prints.
            logger.exception("%s cannot be kept running", name)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))

"""The process that keeps one embedded server running while anybody uses it.

Users hold a shared lock for as long as they live. The keeper restarts a server that dies, and ends
the server and itself once it can take that lock alone. The kernel returns the locks of a process
that was killed, so there is nothing to count and nothing left behind.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from shop.embedded import locks, places
from shop.embedded.servers import SERVERS, Server

logger = logging.getLogger("shop.embedded.keeper")

READY = "ready"
LOOK_SECONDS = 0.1
# Bridges the moment between two commands of a script, so that the second finds the server warm.
LINGER_SECONDS = 1.0
STOP_SECONDS = 15.0
START_SECONDS = 60.0
# A server that dies this often within this time will not be helped by another start.
MOST_DEATHS = 5
DEATHS_WITHIN_SECONDS = 20.0


class ServerFailed(Exception):
    """The server does not start, or dies again and again."""


class Keeper:
    """Starts, watches, restarts and ends one server."""

    def __init__(self, var: Path, server: Server, note: IO[str]) -> None:
        self._var = var
        self._server = server
        self._note = note
        self._log = places.log_file(var, server.name).open("a", encoding="utf-8")
        self._server_lock = locks.open_lock(places.server_lock(var, server.name))
        self._users = locks.open_lock(places.users_lock(var, server.name))
        self._deaths: list[float] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = False

    def run(self) -> None:
        """Returns when the last user is gone or a SIGTERM came; the server is ended then."""
        signal.signal(signal.SIGTERM, self._end_soon)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            self._end_stray()
            self._start()
            while not self._ending and not self._unused():
                if self._process is not None and self._process.poll() is not None:
                    self._restart(self._process.returncode)
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
        while locks.is_held(path):
            late = time.monotonic() > deadline
            os.kill(int(locks.read_note(path)), signal.SIGKILL if late else signal.SIGTERM)
            time.sleep(LOOK_SECONDS)
        locks.take(self._server_lock)

    def _start(self) -> None:
        locks.write_note(self._note, f"{os.getpid()} starting")
        self._server.folder.mkdir(parents=True, exist_ok=True)
        if isinstance(self._server.address, str):
            Path(self._server.address).unlink(missing_ok=True)
        # The server inherits the lock with the open file, and holds it until it ends.
        self._process = subprocess.Popen(
            self._server.command,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            pass_fds=[self._server_lock.fileno()],
        )
        locks.write_note(self._server_lock, str(self._process.pid))
        self._wait_until_it_answers(self._process)
        locks.write_note(self._note, f"{os.getpid()} {READY}")
        logger.info("%s answers (process %d)", self._server.name, self._process.pid)

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._server.answers():
            if process.poll() is not None:
                return  # The watch sees the death and counts it.
            if time.monotonic() > deadline:
                raise ServerFailed(f"it did not answer within {START_SECONDS:.0f} s")
            time.sleep(0.02)

    def _restart(self, status: int) -> None:
        now = time.monotonic()
        self._deaths = [at for at in self._deaths if now - at < DEATHS_WITHIN_SECONDS] + [now]
        if len(self._deaths) >= MOST_DEATHS:
            raise ServerFailed(f"it ended {MOST_DEATHS} times, last with status {status}")
        logger.warning("%s ended with status %d: starting it again", self._server.name, status)
        self._start()

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
    logging.basicConfig(
        filename=places.log_file(var, name),
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    with locks.open_lock(places.keeper_lock(var, name)) as note:
        if not locks.try_exclusive(note):
            return 0
        locks.write_note(note, f"{os.getpid()} starting")
        try:
            Keeper(var, SERVERS[name](var), note).run()
        except (ServerFailed, OSError) as fault:
            logger.error("%s cannot be kept running: %s", name, fault)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))

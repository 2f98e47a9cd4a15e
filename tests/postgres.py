"""A PostgreSQL of the tests' own: a fresh cluster in a folder, reached through a unix socket."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.processes import Process

SUPERUSER = "vitrine"
# Debian keeps the servers off the PATH; the newest comes last.
DEBIAN_FOLDERS = "/usr/lib/postgresql"
CONNECTIONS = 250


def program_folder() -> Path | None:
    """Where `initdb` and `postgres` lie, if they are installed."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path(DEBIAN_FOLDERS).glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class Postgres:
    """Runs from `start` to `stop`; the server refuses root, so as root it runs as somebody else."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        # A unix socket's path must be short, and the server's user must get to it.
        self._folder = Path(tempfile.mkdtemp(prefix="vitrine-pg-"))
        self._user = _unprivileged_user() if os.geteuid() == 0 else ""
        if self._user:
            shutil.chown(self._folder, self._user)
        self._server = Process(
            self._as_user(
                *(str(programs / "postgres"), "-D", str(self._folder / "data")),
                *("-k", str(self._folder), "-c", "listen_addresses="),
                *("-c", f"max_connections={CONNECTIONS}", "-c", "fsync=off"),
            ),
            self._folder / "log",
            self._answers,
        )

    def start(self) -> None:
        initdb = str(self._programs / "initdb")
        data = str(self._folder / "data")
        subprocess.run(
            self._as_user(initdb, "-D", data, "-U", SUPERUSER, "-A", "trust", "-N", "-E", "UTF8"),
            cwd=self._folder,
            check=True,
            capture_output=True,
        )
        self._server.start()

    def stop(self) -> None:
        self._server.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def kill(self) -> None:
        """Ends it as a crash would, until `resume`."""
        self._server.kill()

    def resume(self) -> None:
        self._server.start()

    def new_database(self, name: str, like: str = "template1") -> str:
        """A copy of a database, by default of an empty one, as DATABASE_URL takes its address."""
        subprocess.run(
            [str(self._programs / "createdb"), *self._client(), f"--template={like}", name],
            check=True,
            capture_output=True,
        )
        return f"postgresql://{SUPERUSER}@/{name}?host={self._folder}"

    def _answers(self) -> bool:
        command = [str(self._programs / "pg_isready"), *self._client(), "-q"]
        return subprocess.run(command).returncode == 0

    def _client(self) -> tuple[str, ...]:
        return ("-h", str(self._folder), "-U", SUPERUSER)

    def _as_user(self, *command: str) -> list[str]:
        if not self._user:
            return list(command)
        return ["setpriv", f"--reuid={self._user}", "--clear-groups", "--", *command]


def _unprivileged_user() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"

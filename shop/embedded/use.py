"""How a process of the shop uses the embedded servers: it holds a lock while it lives."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from django.conf import settings

from claims import locks
from shop.embedded import places
from shop.embedded.keeper import FAILING, LINGER_SECONDS, READY, START_SECONDS, STOP_SECONDS
from shop.embedded.servers import SERVERS, ProgramMissing

PROJECT = Path(__file__).parents[2]

_users: dict[str, IO[str]] = {}
_keepers: dict[str, subprocess.Popen[bytes]] = {}


class EmbeddedServerFailed(RuntimeError):
    """An embedded server cannot be started; the message says what to install, or names its log."""


def ensure_running() -> None:
    """Starts the embedded servers that the settings call for and waits until they answer.

    The servers stay until this process and every other user has ended, or called `release`.
    Raises EmbeddedServerFailed; what it began to use then is tried again and again meanwhile.
    """
    for name in settings.EMBEDDED_SERVERS:
        _hold(settings.VAR_DIR, name)
    for name in settings.EMBEDDED_SERVERS:
        _wait_until_ready(settings.VAR_DIR, name)


def revive() -> None:
    """Brings back the keepers that were killed, without waiting for their servers."""
    for name in _users:
        _start_keeper_if_missing(settings.VAR_DIR, name)


def release() -> None:
    """Gives up this process's use and waits until the servers are gone, or others keep them."""
    names = list(_users)
    for name in names:
        _users.pop(name).close()
    for name in names:
        if not _is_used(settings.VAR_DIR, name):
            _wait_until_gone(settings.VAR_DIR, name)
            if keeper := _keepers.pop(name, None):
                # It gives its lock back a moment before it has ended.
                with suppress(subprocess.TimeoutExpired):
                    keeper.wait(STOP_SECONDS)


def _hold(var: Path, name: str) -> None:
    if name not in _users:
        try:
            SERVERS[name](var)
        except ProgramMissing as missing:
            raise EmbeddedServerFailed(str(missing)) from missing
        file = locks.open_lock(places.users_lock(var, name))
        # Waits while a keeper, having seen no user, ends its server.
        locks.share(file)
        _users[name] = file
    _start_keeper_if_missing(var, name)


def _start_keeper_if_missing(var: Path, name: str) -> None:
    """Several processes may do so at once: one keeper gets the lock, the others end."""
    ours = _keepers.get(name)
    if locks.is_held(places.keeper_lock(var, name)) or (ours and ours.poll() is None):
        return
    _keepers[name] = subprocess.Popen(
        [sys.executable, "-m", "shop.embedded.keeper", name, str(var)],
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # A session of its own, so that a Ctrl-C at the terminal reaches the user, not the server.
        start_new_session=True,
    )


def _wait_until_ready(var: Path, name: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while (standing := _standing(var, name)) != READY:
        ours = _keepers.get(name)
        if standing == FAILING or (ours and ours.poll()) or time.monotonic() > deadline:
            _keepers.pop(name, None)
            log = places.log_file(var, name)
            raise EmbeddedServerFailed(f"The embedded '{name}' does not start; {log} says why.")
        _start_keeper_if_missing(var, name)
        time.sleep(0.02)


def _standing(var: Path, name: str) -> str:
    """What the keeper says of its server; empty where there is none."""
    lock = places.keeper_lock(var, name)
    return locks.read_note(lock).rpartition(" ")[2] if locks.is_held(lock) else ""


def _is_used(var: Path, name: str) -> bool:
    with locks.open_lock(places.users_lock(var, name)) as file:
        return not locks.try_exclusive(file)


def _wait_until_gone(var: Path, name: str) -> None:
    deadline = time.monotonic() + LINGER_SECONDS + STOP_SECONDS
    while locks.is_held(places.keeper_lock(var, name)) and time.monotonic() < deadline:
        time.sleep(0.05)

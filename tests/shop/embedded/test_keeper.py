"""Servers that start when used, come back when they die, and end with their last user."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shop.embedded import locks, places
from shop.embedded.servers import SERVERS
from tests.processes import PROJECT, wait_until

USE = """
import sys
from shop.embedded import ensure_running
ensure_running()
print("ready", flush=True)
sys.stdin.read()
"""


class User:
    """A process that uses the embedded MongoDB of a folder until it is told to end."""

    def __init__(self, var: Path) -> None:
        environment = os.environ | {
            "VITRINE_VAR": str(var),
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "DJANGO_SETTINGS_MODULE": "shop.settings",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", USE],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def wait_until_ready(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"ready\n"

    def end(self) -> None:
        self.process.communicate()


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    wait_until(lambda: not locks.is_held(places.keeper_lock(tmp_path, "mongo")))


def server_pid(var: Path) -> int:
    return int(locks.read_note(places.server_lock(var, "mongo")))


def keeper_pid(var: Path) -> int:
    return int(locks.read_note(places.keeper_lock(var, "mongo")).split()[0])


def answers(var: Path) -> bool:
    return SERVERS["mongo"](var).answers()


def test_server_ends_with_its_last_user(var: Path) -> None:
    first, second = User(var), User(var)
    first.wait_until_ready()
    second.wait_until_ready()
    pid = server_pid(var)
    first.end()
    assert answers(var)
    assert server_pid(var) == pid
    second.end()
    wait_until(lambda: not locks.is_held(places.keeper_lock(var, "mongo")))
    assert not answers(var)


def test_server_ends_when_its_user_is_killed(var: Path) -> None:
    user = User(var)
    user.wait_until_ready()
    user.process.kill()
    user.end()
    wait_until(lambda: not answers(var))


def test_dead_server_is_started_again_at_the_same_address(var: Path) -> None:
    user = User(var)
    user.wait_until_ready()
    pid, port = server_pid(var), places.mongo_port(var)
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: server_pid(var) != pid and answers(var))
    assert places.mongo_port(var) == port
    user.end()


def test_next_user_replaces_a_killed_keeper(var: Path) -> None:
    first = User(var)
    first.wait_until_ready()
    pid, port = server_pid(var), places.mongo_port(var)
    os.kill(keeper_pid(var), signal.SIGKILL)
    second = User(var)
    second.wait_until_ready()
    assert server_pid(var) != pid
    assert places.mongo_port(var) == port
    first.end()
    second.end()


def test_port_taken_by_another_program_is_left_to_it(var: Path) -> None:
    with socket.create_server((places.LOOPBACK, 0)) as other:
        (places.run_folder(var) / "mongo.port").write_text(str(other.getsockname()[1]))
        assert places.mongo_port(var) != other.getsockname()[1]


def test_server_that_cannot_start_is_an_error_that_names_its_log(var: Path) -> None:
    (var / "mongo").write_text("a file where the folder should be")
    user = User(var)
    _, _ = user.process.communicate()
    assert user.process.returncode == 1


def test_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    var = tmp_path / ("long" * 30)
    path = places.broker_socket(var)
    assert len(str(path)) <= places.LONGEST_SOCKET_PATH
    assert path == places.broker_socket(var)
    assert path.parent.stat().st_mode & 0o077 == 0
    shutil.rmtree(path.parent)


def test_without_redis_messages_are_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert places.broker_url(tmp_path) == "filesystem://localhost/"

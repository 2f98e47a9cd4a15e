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
from kombu import Connection

from claims import locks
from shop.embedded import places, servers
from shop.embedded.keeper import FAILING
from shop.embedded.servers import SERVERS
from tests.processes import PROJECT, wait_until

pytestmark = pytest.mark.slow

USE = """
import sys
from shop.embedded import EmbeddedServerFailed, ensure_running
try:
    ensure_running()
except EmbeddedServerFailed as failed:
    if sys.argv[1:] != ["patient"]:
        sys.exit(str(failed))
print("ready", flush=True)
sys.stdin.read()
"""
DEATHS = 6


class User:
    """A process that uses an embedded server of a folder until it is told to end.

    A patient one goes on where the server fails.
    """

    def __init__(self, var: Path, server: str = "mongo", *, patient: bool = False) -> None:
        elsewhere = {"mongo": "mongodb://127.0.0.1:1/", "broker": "redis://127.0.0.1:1/0"}
        del elsewhere[server]
        names = {"mongo": "MONGODB_URI", "broker": "REDIS_URL"}
        environment = (
            os.environ
            | {
                "VITRINE_VAR": str(var),
                "DJANGO_SETTINGS_MODULE": "shop.config.settings",
            }
            | {names[other]: address for other, address in elsewhere.items()}
        )
        self.process = subprocess.Popen(
            [sys.executable, "-c", USE, *(["patient"] if patient else [])],
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


def server_pid(var: Path, name: str = "mongo") -> int:
    return int(locks.read_note(places.server_lock(var, name)))


def keeper_pid(var: Path) -> int:
    return int(locks.read_note(places.keeper_lock(var, "mongo")).split()[0])


def answers(var: Path, name: str = "mongo") -> bool:
    return SERVERS[name](var).answers()


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


def test_broker_is_found_in_a_folder_of_any_name(tmp_path: Path) -> None:
    var = tmp_path / "a #1 ?%41@ü"
    user = User(var, "broker")
    user.wait_until_ready()
    with Connection(places.broker_url(var)) as connection:
        connection.ensure_connection(max_retries=1)
        assert connection.default_channel.client.ping()
    user.end()
    wait_until(lambda: not locks.is_held(places.keeper_lock(var, "broker")))


@pytest.mark.parametrize("program", ["redis-server", "valkey-server"])
def test_broker_of_this_machine_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert servers.broker_program() == servers.carried_valkey()
    (tmp_path / program).touch(mode=0o700)
    assert servers.broker_program() == str(tmp_path / program)


def test_without_any_broker_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(servers, "carried_valkey", lambda: None)
    with pytest.raises(servers.ProgramMissing, match="install redis-server or valkey-server, or"):
        servers.broker_server(tmp_path)


def test_broker_that_dies_again_and_again_is_started_again_and_again(var: Path) -> None:
    user = User(var, "broker")
    user.wait_until_ready()
    for _ in range(DEATHS):
        pid = server_pid(var, "broker")
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda pid=pid: server_pid(var, "broker") != pid and answers(var, "broker"))
    user.end()
    wait_until(lambda: not locks.is_held(places.keeper_lock(var, "broker")))


def test_server_that_failed_answers_once_what_kept_it_is_gone(var: Path) -> None:
    obstacle = var / "redis"
    obstacle.write_text("a file where the folder should be")
    user = User(var, "broker")
    wait_until(lambda: locks.read_note(places.keeper_lock(var, "broker")).endswith(FAILING))
    user.end()
    second = User(var, "broker", patient=True)
    wait_until(lambda: locks.is_held(places.keeper_lock(var, "broker")))
    obstacle.unlink()
    wait_until(lambda: answers(var, "broker"))
    second.end()
    wait_until(lambda: not locks.is_held(places.keeper_lock(var, "broker")))

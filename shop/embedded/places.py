"""Where the embedded servers live: their files in VAR_DIR and the addresses they answer at."""

from __future__ import annotations

import hashlib
import os
import socket
import tempfile
from pathlib import Path
from urllib.parse import quote

from claims.locks import is_held, locked

LOOPBACK = "127.0.0.1"
# The kernel refuses longer paths of unix sockets (108 bytes on Linux, 104 on macOS).
LONGEST_SOCKET_PATH = 100


def run_folder(var: Path) -> Path:
    """The folder of locks, ports and logs, made when missing."""
    folder = var / "run"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def keeper_lock(var: Path, name: str) -> Path:
    return run_folder(var) / f"{name}.keeper"


def users_lock(var: Path, name: str) -> Path:
    return run_folder(var) / f"{name}.users"


def server_lock(var: Path, name: str) -> Path:
    return run_folder(var) / f"{name}.server"


def log_file(var: Path, name: str) -> Path:
    return run_folder(var) / f"{name}.log"


def mongo_port(var: Path) -> int:
    """The port of this VAR_DIR's MongoDB, the same for every process that asks.

    A port chosen earlier is kept, unless another program has taken it since.
    """
    run = run_folder(var)
    record = run / "mongo.port"
    with locked(run / "mongo.port.lock"):
        # A record for which the disk had no room is empty.
        port = int(record.read_text() or 0) if record.exists() else 0
        ours = is_held(keeper_lock(var, "mongo")) or is_held(server_lock(var, "mongo"))
        if not port or (not ours and not _is_free(port)):
            port = _free_port()
            record.write_text(str(port))
    return port


def mongo_uri(var: Path) -> str:
    return f"mongodb://{LOOPBACK}:{mongo_port(var)}/"


def broker_socket(var: Path) -> Path:
    """The path of the broker's unix socket: in the run folder, or in a private one if too long."""
    path = run_folder(var) / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    digest = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"vitrine-{os.getuid()}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else")
    return folder / "redis.sock"


def broker_url(var: Path) -> str:
    return f"redis+socket://{quote(str(broker_socket(var)))}?virtual_host=0"


def _free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as probe:
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    try:
        with socket.create_server((LOOPBACK, port)):
            return True
    except OSError:
        return False

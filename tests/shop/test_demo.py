"""`manage.py demo` as a person runs it: one process at a terminal."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from shop.embedded import locks, places
from tests.drawn import write_catalogue
from tests.processes import PROJECT, free_port, python, wait_until

FILL_SECONDS = 180.0


class Demo:
    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = free_port()
        self.output = var / "output.log"
        # Converting the encoder takes long, so the tests share what the first one converted.
        settings.ENCODER_CACHE_DIR.mkdir(exist_ok=True)
        (var / "encoders").symlink_to(settings.ENCODER_CACHE_DIR)

    def start(self, *arguments: str) -> None:
        own = ("VITRINE_", "DJANGO_", "DATABASE_URL", "MONGODB_URI", "REDIS_URL")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
        # A shell starts what runs in the background with Ctrl-C ignored, and children inherit that.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                python("manage.py", "demo", f"--port={self.port}", *arguments),
                cwd=PROJECT,
                env=kept | {"VITRINE_VAR": str(self.var), "VITRINE_ENCODER": "untrained"},
                stdout=output,
                stderr=output,
            )
        wait_until(self._is_welcoming, FILL_SECONDS)

    def _is_welcoming(self) -> bool:
        assert self.process.poll() is None, self.said()
        return "Ctrl-C" in self.said()

    def said(self) -> str:
        return self.output.read_text()

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def get(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}") as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def children(self) -> list[int]:
        """Every process of this folder, found by its environment."""
        mark = f"VITRINE_VAR={self.var}".encode()
        found = []
        for environment in Path("/proc").glob("[0-9]*/environ"):
            try:
                if mark in environment.read_bytes().split(b"\0"):
                    found.append(int(environment.parent.name))
            except OSError:
                continue  # It ended, or belongs to somebody else.
        return found


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    demo = Demo(tmp_path)
    yield demo
    for pid in demo.children():
        os.kill(pid, signal.SIGKILL)


def test_demo_serves_a_catalogue_and_ends_whole(demo: Demo) -> None:
    demo.start("--data", str(write_catalogue(demo.var / "delivery")), "--limit=3")
    assert demo.get("/") == 200
    assert demo.get("/admin/login/") == 200
    (password,) = re.findall(r"password +(\S+)", demo.said())
    assert password == (demo.var / "admin_password").read_text()
    assert len(demo.children()) > 4
    assert demo.interrupt() == 0
    assert demo.children() == []
    assert not locks.is_held(places.keeper_lock(demo.var, "mongo"))


def test_demo_ends_whole_when_a_child_dies(demo: Demo) -> None:
    demo.start("--data", str(write_catalogue(demo.var / "delivery")), "--limit=1")
    (web,) = re.findall(r"Listening at: .* \((\d+)\)", (demo.var / "run/web.log").read_text())
    os.kill(int(web), signal.SIGKILL)
    assert demo.process.wait(60) == 1
    assert "The web ended with status -9" in demo.said()
    wait_until(lambda: demo.children() == [])


def test_taken_port_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        done = subprocess.run(
            python("manage.py", "demo", f"--port={other.getsockname()[1]}"),
            cwd=PROJECT,
            env=os.environ | {"VITRINE_VAR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "Choose another one with --port" in done.stderr
    assert not (tmp_path / "db.sqlite3").exists()

"""`manage.py demo` as a person runs it: one process at a terminal."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pymongo import MongoClient

from claims import locks
from shop.embedded import places
from tests.drawn import BAGS, SHIRTS, write_catalogue
from tests.processes import PROJECT, python, wait_until
from tests.running_demo import Demo

pytestmark = pytest.mark.slow


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    demo = Demo(tmp_path, VITRINE_ENCODER="untrained")
    yield demo
    demo.kill()


@pytest.fixture
def first_demo(tmp_path: Path) -> Iterator[Demo]:
    demo = Demo(tmp_path, empty=True, VITRINE_ENCODER="untrained")
    yield demo
    demo.kill()


def has_ended_whole(demo: Demo, by: signal.Signals) -> bool:
    """Ends it by a signal, and tells whether it leaves nothing behind."""
    ended = demo.end(by) == 0
    left = demo.children() or locks.is_held(places.keeper_lock(demo.var, "mongo"))
    return ended and not left and "Traceback" not in demo.said()


def test_demo_serves_a_catalogue_and_ends_whole(first_demo: Demo) -> None:
    first_demo.start("--data", str(write_catalogue(first_demo.var / "delivery")), "--limit=3")
    assert first_demo.get("/") == 200
    assert first_demo.get("/admin/login/") == 200
    (password,) = re.findall(r"password +(\S+)", first_demo.said())
    assert password == (first_demo.var / "admin_password").read_text()
    first_demo.wait_for("Every photograph can be found.")
    assert "3 created" in first_demo.said()
    assert len(first_demo.children()) > 5
    assert has_ended_whole(first_demo, signal.SIGINT), first_demo.said()


def test_catalogue_is_filled_to_its_end_though_mongodb_dies(demo: Demo) -> None:
    demo.start("--data", str(write_catalogue(demo.var / "delivery")))
    wait_until(lambda: demo.children("import_catalog"))
    os.kill(int(locks.read_note(places.server_lock(demo.var, "mongo"))), signal.SIGKILL)
    demo.wait_for("Every photograph can be found.")
    assert "not complete" not in demo.said()
    with MongoClient(places.mongo_uri(demo.var)) as client:
        assert client["vitrine"].catalog_product.count_documents({}) == SHIRTS + BAGS
    assert has_ended_whole(demo, signal.SIGTERM), demo.said()


def test_folder_that_is_no_catalogue_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"no styles\.csv"):
        call_command("demo", f"--data={tmp_path}")


def test_drawn_catalogue_goes_on_after_a_kill_and_may_be_ended_meanwhile(demo: Demo) -> None:
    demo.start()
    wait_until(lambda: (demo.var / "media/photographs").is_dir())
    drawing = demo.children("seed_demo")
    for pid in drawing:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: set(demo.children("seed_demo")) - set(drawing))
    assert demo.get("/") == 200
    wait_until(lambda: demo.children("multiprocessing"))
    assert demo.end() == 0
    wait_until(lambda: demo.children() == [])


def test_interrupted_before_anything_is_there(first_demo: Demo) -> None:
    first_demo.launch()
    wait_until(lambda: first_demo.children())
    assert first_demo.end() in (0, -signal.SIGTERM)
    wait_until(lambda: first_demo.children() == [])
    assert "Traceback" not in first_demo.said()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--port=-1"], "--port must be a number from 1 to 65535"),
        (["--port=65536"], "--port must be a number from 1 to 65535"),
        (["--limit=3"], "--limit goes with --data"),
        (["--data=/nowhere"], "/nowhere"),
        (["--data=/nowhere", "--limit=0"], "--limit must be at least 1"),
    ],
)
def test_what_cannot_be_meant_is_told_before_anything_starts(
    arguments: list[str], told: str
) -> None:
    with pytest.raises(CommandError, match=told):
        call_command("demo", *arguments)


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

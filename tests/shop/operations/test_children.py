from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shop.operations.children import Child, Children
from tests.processes import PROJECT, python, wait_until

ENDLESS = "import time; print('started', flush=True); time.sleep(600)"
WITH_A_CHILD = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {ENDLESS!r}])
print(child.pid, flush=True)
child.wait()
"""
PARENT = f"""
import sys, time
from pathlib import Path
from shop.operations.children import Children
folder = Path(sys.argv[1])
with Children(folder, folder, print) as children:
    children.start("endless", [sys.executable, "-c", "import os; print(os.getpid()); " {ENDLESS!r}])
    time.sleep(600)
"""


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def first_number(child: Child) -> int:
    wait_until(lambda: "started" in child.log.read_text())
    return int(child.log.read_text().split()[0])


def told_of(children: Children, told: list[str], count: int) -> Callable[[], bool]:
    """Whether so many ends were told, once it has looked."""

    def enough() -> bool:
        children.tend()
        return len(told) >= count

    return enough


@pytest.mark.slow
def test_children_and_their_children_end_with_the_block(tmp_path: Path) -> None:
    told: list[str] = []
    with Children(tmp_path, tmp_path, told.append) as children:
        grandchild = first_number(children.start("parent", python("-c", WITH_A_CHILD)))
        children.tend()
    wait_until(lambda: not is_alive(grandchild))
    assert told == []


def test_what_ends_is_started_again_and_told(tmp_path: Path) -> None:
    told: list[str] = []
    with Children(tmp_path, tmp_path, told.append) as children:
        words = "print('no more thread'); raise SystemExit(3)"
        child = children.start("talker", python("-c", words))
        wait_until(told_of(children, told, 3))
    assert "The talker ended with status 3 and is started again in 0.2 s" in told[0]
    assert "in 0.8 s" in told[2]
    assert child.last_words().splitlines() == ["no more thread"] * 3


@pytest.mark.slow
def test_what_a_dead_child_leaves_behind_ends(tmp_path: Path) -> None:
    told: list[str] = []
    with Children(tmp_path, tmp_path, told.append) as children:
        child = children.start("parent", python("-c", WITH_A_CHILD))
        orphan = first_number(child)
        assert child.process is not None
        child.process.kill()
        wait_until(told_of(children, told, 1))
        wait_until(lambda: not is_alive(orphan))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell children")
def test_children_end_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(python("-c", PARENT, str(tmp_path)), cwd=PROJECT)
    log = tmp_path / "endless.log"
    wait_until(lambda: log.exists() and "started" in log.read_text())
    child = int(log.read_text().split()[0])
    parent.kill()
    parent.wait()
    wait_until(lambda: not is_alive(child))


def test_program_that_is_not_to_be_had_ends_nothing(tmp_path: Path) -> None:
    told: list[str] = []
    program = tmp_path / "program"
    program.write_text(f"#!{sys.executable}\nprint(1)\n{ENDLESS}")
    program.chmod(0o700)
    with Children(tmp_path, tmp_path, told.append) as children:
        child = children.start("gone", [str(program)])
        assert first_number(child) == 1
        away = program.rename(tmp_path / "away")
        assert child.process is not None
        child.process.kill()
        wait_until(told_of(children, told, 2))
        assert "was killed (signal 9)" in told[0]
        assert "ended with status" in told[1]
        away.rename(program)
        wait_until(lambda: children.tend() or child.log.read_text().count("started") == 2)


def test_child_that_ignores_the_request_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shop.operations.children.STOP_SECONDS", 0.2)
    deaf = f"import signal; signal.signal({int(signal.SIGTERM)}, signal.SIG_IGN);"
    with Children(tmp_path, tmp_path, print) as children:
        command = python("-c", f"import os; print(os.getpid()); {deaf} {ENDLESS}")
        pid = first_number(children.start("deaf", command))
    assert not is_alive(pid)


def test_logs_go_on_after_one_another_and_are_their_owners(tmp_path: Path) -> None:
    for word in ("first", "second"):
        with Children(tmp_path, tmp_path, print) as children:
            child = children.start("talker", python("-c", f"print({word!r})"))
            assert child.process is not None
            child.process.wait()
    assert child.log.read_text().split() == ["first", "second"]
    assert child.log.stat().st_mode & 0o777 == 0o600


def test_log_is_rotated_under_its_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shop.config.logs.MOST_LOG_BYTES", 1000)
    with Children(tmp_path, tmp_path, print) as children:
        child = children.start("talker", python("-c", f"print('y' * 1500); {ENDLESS}"))
        wait_until(lambda: child.log.stat().st_size >= 1500)
        children.tend()
        older = tmp_path / "talker.log.1"
        assert older.read_text().startswith("y" * 1500)
        assert older.stat().st_mode & 0o777 == 0o600
        wait_until(lambda: "started" in older.read_text() + child.log.read_text())
        assert child.log.stat().st_size < 1000

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from shop.children import ChildDied, Children
from tests.processes import python, wait_until

ENDLESS = "import time; print('started', flush=True); time.sleep(600)"
WITH_A_CHILD = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {ENDLESS!r}])
print(child.pid, flush=True)
child.wait()
"""


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def first_number(log: Path) -> int:
    wait_until(lambda: "started" in log.read_text())
    return int(log.read_text().split()[0])


def test_children_and_their_children_end_with_the_block(tmp_path: Path) -> None:
    with Children(tmp_path, tmp_path) as children:
        children.start("parent", python("-c", WITH_A_CHILD))
        grandchild = first_number(children.log("parent"))
        children.check()
    wait_until(lambda: not is_alive(grandchild))


def test_death_of_a_child_is_told_with_its_last_words(tmp_path: Path) -> None:
    with Children(tmp_path, tmp_path) as children:
        children.start("talker", python("-c", "print('no more thread'); raise SystemExit(3)"))

        def died() -> bool:
            try:
                children.check()
            except ChildDied:
                return True
            return False

        wait_until(died)
        with pytest.raises(ChildDied, match=r"talker ended with status 3:\nno more thread"):
            children.check()


def test_child_that_ignores_the_request_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shop.children.STOP_SECONDS", 0.2)
    deaf = f"import signal; signal.signal({int(signal.SIGTERM)}, signal.SIG_IGN);"
    with Children(tmp_path, tmp_path) as children:
        children.start("deaf", python("-c", f"import os; print(os.getpid()); {deaf} {ENDLESS}"))
        pid = first_number(children.log("deaf"))
    assert not is_alive(pid)

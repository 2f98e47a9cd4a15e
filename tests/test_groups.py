"""What takes time for as long as it is there ends with the tests that want it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.processes import PROJECT, python

TESTS = """
import pytest
from tests.groups import Ends

events = []


@pytest.fixture(scope="session", autouse=True)
def ends(pytestconfig):
    pytestconfig.pluginmanager.register(Ends())


@pytest.fixture(scope="session")
def running_shop():
    events.append("begun")
    yield
    events.append("ended")


@pytest.fixture(scope="session")
def merchant(running_shop):
    yield
    events.append("left")


def test_one(merchant): events.append("one")
def test_another(running_shop): events.append("another")
def test_without(): assert events == ["begun", "one", "another", "left", "ended"]
def test_later(merchant): assert events[-1] == "begun"
"""


@pytest.mark.slow
def test_a_shop_ends_before_the_first_test_that_wants_none(tmp_path: Path) -> None:
    file = tmp_path / "test_order.py"
    file.write_text(TESTS)
    done = subprocess.run(
        python("-m", "pytest", "-q", f"--rootdir={tmp_path}", "-c", os.devnull, str(file)),
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
    )
    assert "4 passed" in done.stdout, done.stdout

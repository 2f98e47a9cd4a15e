"""`script/bootstrap` installs what is not there yet, and nothing twice."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.processes import PROJECT

LISTS = ("requirements-shop.txt", "requirements.txt", "requirements-dev.txt")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty one with pip, which takes seconds to make."""
    made = tmp_path_factory.mktemp("environment") / ".venv"
    subprocess.run(["python3", "-m", "venv", made], check=True)
    return made


@pytest.fixture
def checkout(environment: Path, tmp_path: Path) -> Path:
    """One whose lists name no package, so that installing them takes a moment."""
    (tmp_path / "script").mkdir()
    shutil.copy(PROJECT / "script" / "bootstrap", tmp_path / "script")
    for name in (*LISTS, "requirements-mcp.txt", "constraints.txt"):
        (tmp_path / name).write_text(f"# {name}\n")
    shutil.copytree(environment, tmp_path / ".venv", symlinks=True)
    return tmp_path


def installed(checkout: Path, *arguments: str) -> str | None:
    """The list that a bootstrap installed; None where it found all that it wanted."""
    done = subprocess.run(
        [checkout / "script" / "bootstrap", *arguments], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[4] if done.stdout else None


@pytest.mark.slow
def test_a_longer_list_holds_the_shorter_ones(checkout: Path):
    assert installed(checkout, "--shop") == "requirements-shop.txt"
    assert installed(checkout, "--shop") is None
    assert installed(checkout) == "requirements.txt"
    assert installed(checkout, "--dev") == "requirements-dev.txt"
    assert [installed(checkout, *one) for one in (["--dev"], [], ["--shop"])] == [None] * 3


@pytest.mark.slow
@pytest.mark.parametrize("name", ["requirements-shop.txt", "constraints.txt"])
def test_a_change_makes_every_list_stale(checkout: Path, name: str):
    installed(checkout, "--dev")
    (checkout / name).write_text("# changed\n")
    assert installed(checkout, "--shop") == "requirements-shop.txt"
    assert installed(checkout, "--shop") is None
    assert installed(checkout, "--dev") == "requirements-dev.txt"

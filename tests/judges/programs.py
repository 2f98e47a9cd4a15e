"""Other shops' programs, installed for a test from their registries."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
import venv
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError

INSTALLING_S = 900.0


def virtual_environment(folder: Path, requirements: Path) -> str:
    """A Python of its own with these packages: the path of its interpreter."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    install = [python, "-m", "pip", "install", "--quiet", "--requirement", str(requirements)]
    subprocess.run(install, check=True, timeout=INSTALLING_S, stdout=sys.stderr)
    return python


def output(command: Sequence[object], environment: Mapping[str, str]) -> str:
    """What a program prints. Its errors are shown."""
    words = list(map(str, command))
    return subprocess.run(
        words, env=dict(environment), check=True, text=True, stdout=subprocess.PIPE
    ).stdout


def has_answered(address: str) -> bool:
    with suppress(OSError):
        with suppress(HTTPError), urllib.request.urlopen(address, timeout=5):  # noqa: S310
            pass
        return True
    return False

"""Processes that do something to one database at the same moment."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence

from tests.processes import PROJECT, python


def in_shell(environment: Mapping[str, str], code: str) -> str:
    """What a piece of code prints in a `manage.py shell` of its own."""
    done = subprocess.run(
        python("manage.py", "shell", "--verbosity=0", "-c", code),
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def at_once(
    environment: Mapping[str, str], modules: Sequence[Sequence[str]], words: Sequence[str]
) -> list[str]:
    """What each process says at its end.

    Each runs one of the `modules`, a name and its arguments, and says "ready". Once all have, each
    is given one of the `words`, a line.
    """
    crowds = [
        subprocess.Popen(
            python("-m", *module),
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for module in modules
    ]
    for crowd in crowds:
        assert crowd.stdout is not None
        assert crowd.stdout.readline() == "ready\n"
    for crowd, word in zip(crowds, words, strict=True):
        assert crowd.stdin is not None
        crowd.stdin.write(word + "\n")
        crowd.stdin.flush()
    return [crowd.communicate()[0] for crowd in crowds]

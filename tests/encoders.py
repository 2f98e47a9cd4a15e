"""Converted encoders, which are kept between runs: to convert one takes longer than most tests."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from tests.processes import PROJECT


def keep_encoders(config: pytest.Config) -> None:
    """Lets the tests' encoders lie in pytest's cache, by the code that makes them.

    The shop itself tells them apart by their weights and by the version of OpenVINO alone.
    """
    code = hashlib.sha256()
    for file in sorted((PROJECT / "recommender" / "encoder").glob("*.py")):
        code.update(file.read_bytes())
    # Without pytest's cache they lie in the folder of the run.
    cache = getattr(config, "cache", None)
    kept = cache.mkdir("encoders") if cache else _folder().with_name("kept-encoders")
    kept.mkdir(exist_ok=True)
    mine = kept / code.hexdigest()[:16]
    for older in set(kept.iterdir()) - {mine}:
        shutil.rmtree(older, ignore_errors=True)
    mine.mkdir(exist_ok=True)
    _folder().symlink_to(mine)


def lend_encoders(var: Path) -> None:
    """Gives them to a shop with a folder of its own."""
    (var / "encoders").symlink_to(_folder())


def _folder() -> Path:
    return Path(os.environ["VITRINE_VAR"], "encoders")

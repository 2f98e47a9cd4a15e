"""A folder of photographs as they lie about, and the catalogue that is made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from recommender.lab.catalogue import preparing, sources
from recommender.lab.catalogue.preparing import Account
from tests.recommender.lab.labelled import COLOURS, OUTLINES, draw, jpeg

EACH = 9


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three kinds of nine photographs, six of each in ``train`` and three in ``test``."""
    folder = tmp_path_factory.mktemp("photographs")
    colours = list(COLOURS)
    for kind in OUTLINES:
        for number in range(EACH):
            part = "train" if number < 6 else "test"
            file = folder / part / kind / f"{number}.jpg"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(jpeg(draw(kind, colours[number % 3], number)))
    return folder


@pytest.fixture(scope="session")
def catalogue(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Account]:
    made = tmp_path_factory.mktemp("prepared") / "shirts"
    return made, preparing.prepare(sources.read(folder), made)

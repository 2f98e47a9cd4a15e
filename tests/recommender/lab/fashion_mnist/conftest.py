"""The four files where they are there, and one comparison of a few hundred of their pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from recommender.conf import conf
from recommender.lab.fashion_mnist import data

if TYPE_CHECKING:
    from recommender.lab.fashion_mnist.data import Parts


@pytest.fixture(scope="session")
def files() -> Path:
    folder = conf.DATA_DIR and conf.DATA_DIR / "fashion-mnist"
    if not folder or data.missing(folder):
        pytest.skip("Fashion-MNIST is not there: VITRINE_DATA_DIR names the folder above it")
    return folder


@pytest.fixture(scope="session")
def few(files: Path) -> Parts:
    return data.read(files, 256)

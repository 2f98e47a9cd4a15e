"""A few hundred pictures of each part."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from recommender.lab.fashion_mnist import data

if TYPE_CHECKING:
    from recommender.lab.fashion_mnist.data import Parts


@pytest.fixture(scope="session")
def few(files: Path) -> Parts:
    return data.read(files, 256)

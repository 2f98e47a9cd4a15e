"""Judges: other shops, installed from their registries, whose catalogues are brought over.

`script/test exchange` runs them; no other run does, since they need the package registries.
"""

from __future__ import annotations

import pytest
from django.conf import settings


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    return None if config.getoption("markexpr") == "judge" else True


@pytest.fixture(scope="session")
def currency() -> str:
    """That of the shop under test."""
    return str(settings.CURRENCY)

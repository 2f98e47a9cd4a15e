"""A server of the tests' own, which the shop may fetch from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.site import Site


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    with Site() as site:
        settings.FETCH_ALLOWED = [site.origin]
        yield site

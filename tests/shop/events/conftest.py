"""A shopper, three shirts, and nothing that waits to be written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.shop.shoppers.conftest import ada, shirts

__all__ = ["ada", "shirts"]


@pytest.fixture(autouse=True)
def nothing_waits(embedded_servers: None) -> Iterator[None]:
    from shop.events.recording import WAITING
    from shop.limits.shared_redis import redis

    redis().delete(WAITING)
    yield
    redis().delete(WAITING)

"""The broker's Redis, in which processes keep what they share for a while."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from redis import Redis


@cache
def redis() -> Redis:
    """This process's connections, made when they are first used."""
    client: Redis = Redis.from_url(settings.COUNTERS_URL, **settings.COUNTERS_PATIENCE)
    return client

"""Counts in Redis, the same for all processes; while it is away each process counts for itself."""

from __future__ import annotations

import hashlib
import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter
from redis import ConnectionPool, RedisError

logger = logging.getLogger(__name__)

# How long a process counts for itself before it asks again for a Redis that was away.
AWAY_SECONDS = 2

type Storage = RedisStorage | MemoryStorage


class TooOften(Exception):
    """Somebody met a limit and may try again in so many whole `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too often, for {seconds:.1f} s")
        self.seconds = max(1, math.ceil(seconds))


def take(kind: str, who: str, *, most: int, seconds: int = 60) -> None:
    """Count one more of a kind for somebody; what is refused does not count.

    Raises TooOften where it is more than `most` within any `seconds`.
    """
    limit = RateLimitItemPerSecond(most, seconds)

    def free_at(storage: Storage) -> float | None:
        window = MovingWindowRateLimiter(storage)
        if window.hit(limit, kind, who):
            return None
        return window.get_window_stats(limit, kind, who).reset_time

    _refuse_until(counts().of(free_at))


@dataclass(frozen=True)
class Attempts:
    """What may be tried `most` times in `seconds`, which the first one begins.

    An attempt is counted before it is made, so that many at once are no more than one by one, and
    is given back where it was right.
    """

    kind: str
    who: str
    most: int
    seconds: int

    def begin(self) -> None:
        """Raises TooOften."""

        def free_at(storage: Storage) -> float | None:
            window = FixedWindowRateLimiter(storage)
            if window.hit(*self._counted):
                return None
            return window.get_window_stats(*self._counted).reset_time

        _refuse_until(counts().of(free_at))

    def give_back(self) -> None:
        counts().of(lambda storage: FixedWindowRateLimiter(storage).hit(*self._counted, cost=-1))

    @property
    def _counted(self) -> tuple[RateLimitItem, str, str]:
        # Whoever tries says who they are, at any length.
        digest = hashlib.sha256(self.who.encode()).hexdigest()
        return RateLimitItemPerSecond(self.most, self.seconds), self.kind, digest


def _refuse_until(free_at: float | None) -> None:
    if free_at is not None:
        raise TooOften(free_at - time.time())


class Counts:
    """Where is counted: `there` in Redis, `here` in this process's memory."""

    def __init__(self, address: str) -> None:
        pool = ConnectionPool.from_url(address, **settings.COUNTERS_PATIENCE)
        self._there = RedisStorage(address, pool, key_prefix=settings.COUNTERS_PREFIX)
        self._here = MemoryStorage()
        self._away_until = 0.0

    def of[T](self, question: Callable[[Storage], T]) -> T:
        return self.ask(lambda: question(self._there), lambda: question(self._here))

    def ask[T](self, there: Callable[[], T], here: Callable[[], T]) -> T:
        """The answer from there; where that is away, from here."""
        if time.monotonic() >= self._away_until:
            try:
                return there()
            except RedisError as away:
                self._away_until = time.monotonic() + AWAY_SECONDS
                logger.warning("This process counts for itself, Redis is away: %s", away)
        return here()

    def forget_all(self) -> None:
        self.of(lambda storage: storage.reset())


@cache
def counts() -> Counts:
    """This process's, connected when it first counts."""
    return Counts(settings.COUNTERS_URL)

"""How often somebody may call, counted in Redis for all processes together.

Without Redis each process counts for itself; while it is away nobody is refused.
"""

from __future__ import annotations

import logging
import math
import time
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from limits import RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter
from ninja.throttling import BaseThrottle

from shop.api.callers import caller_key

logger = logging.getLogger(__name__)

REDIS_PATIENCE_SECONDS = 0.5


class PerMinute(BaseThrottle):
    """So many requests of one kind in any minute, by one address or one user.

    `anonymous` and `known` name the settings that say how many, without and with a token.
    """

    def __init__(self, kind: str, *, anonymous: str, known: str) -> None:
        self._kind = kind
        self._anonymous = anonymous
        self._known = known

    def allow_request(self, request: HttpRequest) -> bool:
        user = caller_key(request)
        most = getattr(settings, self._known if user else self._anonymous)
        limit = RateLimitItemPerMinute(most)
        caller = (self._kind, user or f"address {self.get_ident(request)}")
        try:
            allowed = limiter().hit(limit, *caller)
            if not allowed:
                # Throttles are shared by threads, so what is told of a request stays with it.
                free_at = limiter().get_window_stats(limit, *caller).reset_time
                request.retry_after_seconds = max(1, math.ceil(free_at - time.time()))
        except StorageError as away:
            logger.warning("Requests are not counted: %s", away)
            return True
        return allowed


@cache
def limiter() -> MovingWindowRateLimiter:
    """What counts, connected at the first request of a process."""
    address = settings.API_RATES_STORAGE
    patience = (
        {}
        if address == "memory://"
        else {
            "socket_connect_timeout": REDIS_PATIENCE_SECONDS,
            "socket_timeout": REDIS_PATIENCE_SECONDS,
        }
    )
    return MovingWindowRateLimiter(storage_from_string(address, wrap_exceptions=True, **patience))


EVERYTHING = PerMinute("any", anonymous="API_RATE", known="API_TOKEN_RATE")
PHOTOS = PerMinute("photo", anonymous="API_PHOTO_RATE", known="API_PHOTO_RATE")

"""How often somebody may call."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.http import HttpRequest
from ninja.throttling import BaseThrottle

from shop.api.callers import Call, caller_key
from shop.limits import PHOTO_SEARCH, TooOften, address_of, take


class PerMinute(BaseThrottle):
    """So many requests of one kind in any minute, by whoever they are counted under."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def counted(self, call: Call) -> tuple[str, int]:
        """Whom a call is counted under, and the most that they may."""
        raise NotImplementedError

    def allow_request(self, request: HttpRequest) -> bool:
        call = cast(Call, request)
        who, most = self.counted(call)
        try:
            take(self._kind, who, most=most)
        except TooOften as refused:
            # Throttles are shared by threads, so what is told of a request stays with it.
            call.retry_after_seconds = refused.seconds
            return False
        return True


class PerCaller(PerMinute):
    """By one address or one user.

    `anonymous` and `known` name the settings that say how many, without and with a token.
    """

    def __init__(self, kind: str, *, anonymous: str, known: str) -> None:
        super().__init__(kind)
        self._anonymous = anonymous
        self._known = known

    def counted(self, call: Call) -> tuple[str, int]:
        user = caller_key(call)
        most = getattr(settings, self._known if user else self._anonymous)
        return user or address_of(call), most


EVERYTHING = PerCaller("any", anonymous="API_RATE", known="API_TOKEN_RATE")
PHOTOS = PerCaller(PHOTO_SEARCH, anonymous="API_PHOTO_RATE", known="API_PHOTO_RATE")

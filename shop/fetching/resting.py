"""How long a host is left alone before it is asked again: the same for all processes."""

from __future__ import annotations

from shop.fetching.guard import origin_of
from shop.limits.shared_redis import redis

# What a host is given between two requests.
BETWEEN_S = 0.25
# How long it is known how often a host failed.
REMEMBERED_S = 7200


def rest(address: str, seconds: float = BETWEEN_S) -> None:
    """Leave the host of an address alone for so many seconds."""
    redis().set(_key(address), "", px=max(1, round(seconds * 1000)))


def left(address: str) -> float:
    """For how many seconds more its host is left alone."""
    milliseconds = redis().pttl(_key(address))
    return max(0, int(milliseconds)) / 1000


def failed(address: str) -> int:
    """Note that its host did not answer; how often it did not, one time after the other."""
    number = redis().incr(_failures(address))
    redis().expire(_failures(address), REMEMBERED_S)
    return int(number)


def answered(address: str) -> None:
    """Note that its host answered."""
    redis().delete(_failures(address))


def failures(address: str) -> int:
    """How often its host did not answer, one time after the other, until just now."""
    return int(redis().get(_failures(address)) or 0)


def _key(address: str) -> str:
    _scheme, host, port = origin_of(address)
    return f"fetching:{host}:{port}"


def _failures(address: str) -> str:
    return f"{_key(address)}:failures"

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
    with redis().pipeline() as at_once:
        at_once.hincrby(_failures(address), address, 1)
        at_once.expire(_failures(address), REMEMBERED_S)
        at_once.execute()
    return sum(_failed(address))


def answered(address: str) -> None:
    """Note that its host answered."""
    redis().delete(_failures(address))


def is_silent(address: str, after: int) -> bool:
    """Whether its host did not answer more often than that, one time after the other, until just
    now; and not for one address alone, which may be at fault itself."""
    failures = _failed(address)
    return sum(failures) > after and len(failures) > 1


def _failed(address: str) -> list[int]:
    """How often each address of its host failed since the host answered."""
    return list(map(int, redis().hvals(_failures(address))))


def _key(address: str) -> str:
    _scheme, host, port = origin_of(address)
    return f"fetching:{host}:{port}"


def _failures(address: str) -> str:
    return f"{_key(address)}:failures"

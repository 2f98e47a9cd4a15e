"""Small answers kept in the process for a moment, because every page needs them.

Django's own cache, in the memory of the process as well, keeps the fragments of templates.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from functools import wraps

from cachetools import TTLCache
from django.core.cache import cache
from django.db.utils import DatabaseError
from pymongo.errors import PyMongoError

# The backend lets some of the driver's errors through as they are.
DATABASE_ERRORS = (DatabaseError, PyMongoError)

_forgetters: list[Callable[[], None]] = []


def remembered[**P, R](*, seconds: float) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep a function's answers for `seconds`, one for each set of hashable arguments.

    While the database cannot be reached the last answer serves on, however old; with none to
    serve, the error comes through.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        answers: dict[Hashable, tuple[float, R]] = {}
        _forgetters.append(answers.clear)

        @wraps(function)
        def answer(*args: P.args, **kwargs: P.kwargs) -> R:
            key = (args, tuple(sorted(kwargs.items())))
            known = answers.get(key)
            if known is not None and time.monotonic() < known[0]:
                return known[1]
            try:
                fresh = function(*args, **kwargs)
            except DATABASE_ERRORS:
                if known is None:
                    raise
                fresh = known[1]
            answers[key] = (time.monotonic() + seconds, fresh)
            return fresh

        return answer

    return decorate


class Recent[K, V]:
    """Values that may be up to `seconds` old, at most `most` of them, for all threads."""

    def __init__(self, *, seconds: float, most: int) -> None:
        self._values: TTLCache[K, V] = TTLCache(most, seconds)
        # The library's own is for one thread alone.
        self._lock = threading.Lock()
        _forgetters.append(self._clear)

    def get(self, key: K) -> V | None:
        with self._lock:
            return self._values.get(key)

    def get_or_set(self, key: K, find: Callable[[], V]) -> V:
        value = self.get(key)
        if value is None:
            value = find()
            self.put(key, value)
        return value

    def put(self, key: K, value: V) -> None:
        with self._lock:
            self._values[key] = value

    def _clear(self) -> None:
        with self._lock:
            self._values.clear()


def on_forget(forget: Callable[[], None]) -> None:
    """Have `forget_all` call this as well."""
    _forgetters.append(forget)


def forget_all() -> None:
    """Drop every remembered answer and fragment, for tests that change what lies beneath."""
    cache.clear()
    for forget in _forgetters:
        forget()

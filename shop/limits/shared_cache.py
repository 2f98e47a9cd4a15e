"""The cache in which allauth counts log-ins and the like: one for all processes."""

from __future__ import annotations

from typing import Any

from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache

from shop.limits.counting import counts


class SharedCache(RedisCache):
    """In Redis; while that is away, in this process's memory, so that nobody meets an error.

    Only what counting needs: to add, get, set, delete and clear.
    """

    def add(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("add", *args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("set", *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("delete", *args, **kwargs)

    def clear(self) -> None:
        """Forgets every count; its base would empty the broker as well."""
        counts().forget_all()

    def _ask(self, method: str, *args: Any, **kwargs: Any) -> Any:
        return counts().ask(
            lambda: getattr(super(SharedCache, self), method)(*args, **kwargs),
            lambda: getattr(caches["default"], method)(*args, **kwargs),
        )

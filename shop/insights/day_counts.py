"""What is counted by day while a page is made: in Redis, until a worker brings it into SQL.

No page waits for the database because of a number that nobody looks at before the next minute.
While Redis is away nothing is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from os import fsdecode
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from shop.limits.counting import counts
from shop.limits.shared_redis import redis


class DayCounts(NamedTuple):
    """`counted` and `taken` are the keys in Redis of what is new and of what is being written."""

    counted: str
    taken: str

    def note(self, names: Iterable[str]) -> None:
        """Count one more of each today."""
        today = timezone.localdate().isoformat()

        def count() -> None:
            with redis().pipeline() as at_once:
                for name in names:
                    at_once.hincrby(self.counted, f"{today} {name}", 1)
                at_once.execute()

        counts().ask(count, lambda: None)

    def bring(self, add: Callable[[date, str, int], None]) -> None:
        """Have `add` write what was counted. Raises RedisError and what the database raises.

        Whoever dies just after writing has what came since the last time counted twice.
        """
        client = redis()
        # What a killed task left comes first.
        if not client.exists(self.taken):
            if not client.exists(self.counted):
                return
            client.rename(self.counted, self.taken)
        with transaction.atomic():
            for field, number in client.hgetall(self.taken).items():
                day, name = fsdecode(field).split(" ", 1)
                add(date.fromisoformat(day), name, int(number))
        client.delete(self.taken)

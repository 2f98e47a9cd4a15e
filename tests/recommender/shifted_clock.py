"""Shifts the clock of the process that imports it by the seconds in its first argument.

Only what Python code asks of the clock is shifted, and not the monotonic one, which is no clock.
"""

import datetime
import sys
import time

SHIFT = float(sys.argv[1])

_time, _now = time.time, datetime.datetime.now


class ShiftedDatetime(datetime.datetime):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:
        return _now(tz) + datetime.timedelta(seconds=SHIFT)


time.time = lambda: _time() + SHIFT
time.time_ns = lambda: int(time.time() * 1e9)
datetime.datetime = ShiftedDatetime  # type: ignore[misc]

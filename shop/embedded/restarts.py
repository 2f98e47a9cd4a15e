"""When a program that has ended is started again."""

from __future__ import annotations

import time

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 15.0
# Whatever lived for so long was well, so its next end is the first one of a row.
WELL_SECONDS = 30.0


class Restarts:
    """Ever longer pauses between the starts of a program that ends again and again."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._ends = 0

    @property
    def ends(self) -> int:
        """How often it has ended in a row."""
        return self._ends

    def begun(self) -> None:
        """It was started just now."""
        self._began = time.monotonic()

    def ended(self) -> float:
        """It has ended; returns for how many seconds to leave it."""
        if time.monotonic() - self._began > WELL_SECONDS:
            self._ends = 0
        pause = FIRST_PAUSE_SECONDS * 2.0**self._ends
        self._ends += 1
        return min(pause, LONGEST_PAUSE_SECONDS)

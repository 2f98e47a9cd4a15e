"""Keeps this process's view of all products up to date, from a thread of its own.

A page never waits for a look but for the first, and for that a few seconds at most: what is read by
then is shown, and the rest follows.
"""

from __future__ import annotations

import logging
import os
import threading

from django.db.utils import OperationalError
from pymongo.errors import InvalidOperation

from shop.catalog.live.following import Following, WentBack
from shop.catalog.live.view import View
from shop.catalog.remember import DATABASE_ERRORS
from shop.web.trouble import cause_of

logger = logging.getLogger(__name__)

PAUSE_S = 0.5
FIRST_LOOK_S = 3.0
LOOK_S = 10.0


class NotLoaded(OperationalError):
    """Nothing is in memory, and MongoDB cannot be reached (or not in time)."""


class Keeper[V]:
    """Owns a view, which a subclass brings up to date. Any thread may ask for it."""

    pause_s = PAUSE_S

    def __init__(self, name: str) -> None:
        self._name = name
        self._view: V | None = None
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopped = False
        # Looks are numbered: asked for, and done.
        self._changed = threading.Condition()
        self._asked = self._done = 0

    def look(self) -> V:
        """The view as it is now; a subclass says how, and may `show` others on the way."""
        raise NotImplementedError

    def show(self, view: V) -> None:
        """Have this view answer from now on."""
        self._view = view

    def view(self) -> V:
        """Everything as it was at the last look, which was just now. Raises NotLoaded."""
        self.start()
        if self._view is None:
            self._await_look(1, FIRST_LOOK_S)
        return self._there()

    def fresh_view(self) -> V:
        """Everything as it is now, for whoever has just written to them. Raises NotLoaded."""
        self.start()
        with self._changed:
            self._asked += 1
            asked = self._asked
            self._changed.notify_all()
        self._await_look(asked, LOOK_S)
        return self._there()

    def _there(self) -> V:
        if self._view is None:
            raise NotLoaded("The catalogue is not in memory yet.")
        return self._view

    def _await_look(self, number: int, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._done >= number or self._stopped, seconds)

    def start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._asked = 1
                self._thread.start()

    def stop(self) -> None:
        """End the thread; what is in memory goes on answering, but ages."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        if self._thread:
            self._thread.join()

    def _run(self) -> None:
        trouble = False
        while not self._stopped:
            asked = self._asked
            try:
                self._view = self.look()
            except InvalidOperation:
                # Its client was closed: this process ends.
                return
            except Exception as error:
                # Whatever it is, the view in memory goes on answering. Said once, not every look.
                if not trouble:
                    detail = None if isinstance(error, DATABASE_ERRORS) else error
                    # What Django makes of an error of the driver may say nothing itself.
                    reason = cause_of(error)
                    logger.warning(
                        "The live %s is not refreshed: %s", self._name, reason, exc_info=detail
                    )
                trouble = True
            else:
                if trouble:
                    logger.info("The live %s is refreshed again.", self._name)
                trouble = False
            with self._changed:
                self._done = max(self._done, asked)
                self._changed.notify_all()
                self._changed.wait_for(
                    lambda: self._asked > self._done or self._stopped, self.pause_s
                )


class CatalogueKeeper(Keeper[View]):
    """Owns the view of all products."""

    def __init__(self) -> None:
        super().__init__("catalogue")
        self._following: Following | None = None

    def look(self) -> View:
        following = self._following
        try:
            if following is None or following.is_outdated():
                following = Following.begin(self.show if following is None else _show_nothing)
            view = following.look()
        except WentBack:
            logger.warning("The catalogue went back in time: it is loaded anew.")
            following = Following.begin()
            view = following.view
        self._following = following
        return view


def _show_nothing(view: View) -> None:
    """What is shown already is better than what is not yet whole."""


# By process id, because a thread does not survive a fork.
_keepers: dict[int, CatalogueKeeper] = {}


def keeper() -> CatalogueKeeper:
    """This process's keeper."""
    pid = os.getpid()
    # Threads may each make one at first; all use the one that comes first.
    return _keepers.get(pid) or _keepers.setdefault(pid, CatalogueKeeper())

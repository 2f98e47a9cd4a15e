"""The rules that hold now, as every process knows them within a second."""

from __future__ import annotations

import threading
import time

from django.utils import timezone

from shop.catalog.models import Product
from shop.catalog.remember import DATABASE_ERRORS, on_forget
from shop.catalog.steering import UNSTEERED, Steering
from shop.merchandising.applying import Rules
from shop.merchandising.models import Rule, State

# A server that does not answer keeps one visitor waiting, and that seldom.
LOOK_S, LOOK_WHILE_AWAY_S = 0.8, 10.0


class Following:
    """Asks SQL for the rules on the way of somebody's page, one thread at a time; meanwhile, and
    while SQL is away, the others have what was known last."""

    def __init__(self) -> None:
        self._looking = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Begin anew, with none."""
        self._known: tuple[Rule, ...] = ()
        self._hold = Rules()
        self._next_look = 0.0

    def rules(self) -> Rules:
        """Those that hold now."""
        if time.monotonic() >= self._next_look and self._looking.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._looking.release()
        return self._hold

    def _look(self) -> None:
        pause = LOOK_S
        try:
            self._known = tuple(Rule.objects.not_over().order_by("pk"))
        except DATABASE_ERRORS:
            pause = LOOK_WHILE_AWAY_S
        now = timezone.now()
        self._hold = Rules.of(rule for rule in self._known if rule.state(now) == State.RUNNING)
        self._next_look = time.monotonic() + pause


following = Following()
on_forget(following.forget)


def of_panel(product: Product) -> Steering:
    """What holds now for what looks like a product."""
    try:
        return following.rules().of_panel(product)
    except DATABASE_ERRORS:
        # Nobody knows in which categories it lies.
        return UNSTEERED


def of_search(words: str, language: str) -> Steering:
    """What holds now for a search by words."""
    return following.rules().of_search(words, language)

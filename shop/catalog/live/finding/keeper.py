"""Keeps this process's words up to date, from a thread of its own."""

from __future__ import annotations

import os

from shop.catalog.live import keeper as catalogue
from shop.catalog.live.finding.following import Following
from shop.catalog.live.keeper import Keeper
from shop.catalog.live.words import View

# It asks MongoDB for what changed alone, and the catalogue in memory for whether anything did.
PAUSE_S = 0.1


class WordsKeeper(Keeper[View]):
    """Owns the view of the words."""

    pause_s = PAUSE_S

    def __init__(self) -> None:
        super().__init__("words")
        self._following: Following | None = None

    def fresh_view(self) -> View:
        """The words as they are now, for whoever has just written to them. Raises NotLoaded."""
        catalogue.keeper().fresh_view()
        return super().fresh_view()

    def look(self) -> View:
        products = catalogue.keeper().view()
        following = self._following
        if following is None or following.is_outdated():
            show = self.show if following is None else None
            following = Following()
            if show and following.is_from_snapshot:
                # What is in it can be found even where MongoDB is away for the rest.
                show(following.view)
            following.look(products, show or (lambda view: None))
        self._following = following
        return following.look(products)


# By process id, because a thread does not survive a fork.
_keepers: dict[int, WordsKeeper] = {}


def keeper() -> WordsKeeper:
    """This process's keeper."""
    pid = os.getpid()
    # Threads may each make one at first; all use the one that comes first.
    return _keepers.get(pid) or _keepers.setdefault(pid, WordsKeeper())

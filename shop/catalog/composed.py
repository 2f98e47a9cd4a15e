"""A picture and words in one search: "this, but in leather", "like this under 80".

The picture orders what is found, and words narrow it. Words that nothing that looks alike has are
left out: of a coat in leather, where there is none, one wants the coats and not the leather bags.
Who names a kind wants that kind, whatever the picture shows.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple, Protocol

import numpy as np

from shop.catalog import finding
from shop.catalog.alike import Alike
from shop.catalog.finding import Answer
from shop.catalog.listing import PUBLISHED, live
from shop.catalog.live.view import EVERYTHING, Facets, Narrowing, Selection

# What has all words is alike enough from the score that is called close, or where it comes half as
# near as anything does: of a photograph from the street nothing comes close.
CLOSE, SHARE = 0.5, 0.5


class Find(Protocol):
    """Finds what looks alike, nearest first, among some products or all published ones."""

    def __call__(self, *, among: Selection | None = None) -> list[Alike]: ...


class Composed(NamedTuple):
    """What looks alike and fits; `answer` says which words are kept to, None where there are none.

    `facets` are what could be chosen beside what is; of each design they count one.
    """

    alike: list[Alike]
    answer: Answer | None
    facets: Facets


def compose(
    find: Find,
    words: str = "",
    chosen: Narrowing = EVERYTHING,
    hidden: Collection[str] = (),
) -> Composed:
    """What `find` finds that fits `chosen`, and the words or as many as anything alike has.

    Which words are left out does not depend on what is chosen. The `hidden` are the ids of what
    `find` never finds. Raises NotLoaded and what `find` raises.
    """
    answer, alike = _kept(find, words) if words else (None, None)
    among, keys = (answer.among, answer.keys) if answer else (PUBLISHED, None)
    facets = live().facets(among, chosen, keys, designs=True, hidden=hidden)
    if alike is None or chosen != EVERYTHING:
        alike = find(among=_selection(among, keys, chosen))
    return Composed(alike, answer, facets)


def _kept(find: Find, words: str) -> tuple[Answer | None, list[Alike] | None]:
    """As many of the words as something alike has, and what that is.

    All that anything has at all, where nothing alike has any.
    """
    found: list[tuple[Answer, list[Alike]]] = []
    enough = CLOSE
    for answer in finding.ever_fewer(words):
        selection = _selection(answer.among, answer.keys)
        if selection is not None and not len(selection):
            continue
        alike = find(among=selection)
        if not found and _nearest(alike) < CLOSE:
            enough = min(CLOSE, SHARE * _nearest(find()))
        found.append((answer, alike))
        if alike and _nearest(alike) >= enough:
            return found[-1]
    return found[0] if found else (None, None)


def _nearest(alike: list[Alike]) -> float:
    return max((match.nearness for match in alike), default=0.0)


def _selection(
    among: Narrowing, keys: np.ndarray | None, chosen: Narrowing = EVERYTHING
) -> Selection | None:
    """What fits; None where everything does, which is found faster."""
    if keys is None and among == PUBLISHED and chosen == EVERYTHING:
        return None
    return live().select(among, chosen, keys)

"""What is known of a visitor: what the browser sends along, and what was written down of them.

The browser keeps what was looked at in its window, and sends it with what asks for it. So the next
page knows at once, and of whoever only looks nothing is kept here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.http import HttpRequest

from shop.catalog import finding
from shop.catalog.live.facts import KEY_BYTES
from shop.events import visits
from shop.events.models import Event, Kind

MOST = 40
# What a search finds first stands for it.
FOUND_BY_WORDS, MOST_SEARCHES = 2, 3


class Known(NamedTuple):
    """A product, by its id, that a visitor had to do with, and the searches it stands for."""

    product: str
    kind: Kind
    searches: tuple[str, ...] = ()

    def is_beside(self, other: Known) -> bool:
        """Whether it is still known once the other one, and its searches, are forgotten."""
        is_sought = self.kind == Kind.SEARCH and set(self.searches) <= set(other.searches)
        return self.product != other.product and not is_sought


WEIGHTS = {Kind.SEARCH: 0.5, Kind.VIEW: 1.0, Kind.WISH: 2.0, Kind.BAG: 2.0, Kind.BUY: 1.5}
"""How much each says of somebody's taste."""


def known_of(request: HttpRequest, sent: Sequence[Known] = ()) -> list[Known]:
    """What is known of the visitor, the latest first, each product once; nothing of who wants that.

    `sent` is what the browser says. One query for whoever has something kept here, none for others.
    """
    visit = visits.look_up(request)
    if visits.is_off(request):
        return []
    stored = Event.objects.of(visit)[: 2 * MOST] if visit else []
    return _distinct([*sent, *_of_events(stored)])[:MOST]


def _of_events(events: Iterable[Event]) -> Iterable[Known]:
    searches: dict[str, None] = {}
    for event in events:
        if event.product:
            yield Known(event.product, Kind(event.kind))
        elif len(searches) < MOST_SEARCHES and event.words not in searches:
            searches[event.words] = None
            yield from searched(event.words)


def searched(words: str) -> list[Known]:
    """The products that stand for a search by words."""
    answer = finding.answer(words)
    if answer is None or answer.keys is None:
        return []
    keys = answer.keys[:FOUND_BY_WORDS].tolist()
    ids = (key.ljust(KEY_BYTES, b"\0").hex() for key in keys)
    return [Known(id, Kind.SEARCH, (words,)) for id in ids]


def _distinct(known: Iterable[Known]) -> list[Known]:
    """Each product once, at its latest place, as what says most."""
    first: dict[str, Known] = {}
    for one in known:
        before = first.setdefault(one.product, one)
        searches = dict.fromkeys((*before.searches, *one.searches))
        first[one.product] = Known(one.product, max(before.kind, one.kind), tuple(searches))
    return list(first.values())

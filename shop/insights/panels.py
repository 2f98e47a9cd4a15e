"""What panels bring: how often they were seen, what was opened from them, what of that was bought.

A panel is counted as it comes into sight of a visitor of whom events are written down, so that all
three numbers are of the same people. Seen panels are only counted, by day, under nobody's number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db.models import F, Sum
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shop.events import visits
from shop.events.models import Event, Kind
from shop.insights.day_counts import DayCounts
from shop.insights.models import PanelDay
from shop.trials.models import PANEL, PANELS

SEEN = DayCounts("panels:seen", "panels:taken")
# No page has more of them.
MOST = 8
# What was bought so long after it was opened from a panel still counts as its work.
CREDIT = timedelta(days=7)

# What a test of two rankings gave stands in the panel that it tests.
OF_TRIALS = dict.fromkeys(PANELS.values(), PANEL)

NAMES: Mapping[str, str | Promise] = {
    "alike": _("Looks alike"),
    "similar": _("Looks alike, in a list"),
    "for-you": _("For you"),
    "viewed": _("What was looked at last"),
    "bought": _("Bought together"),
    "also-viewed": _("People also viewed"),
    "look": _("Complete the look"),
    "goes-with": _("Goes with your bag"),
}


class Work(NamedTuple):
    """What panels did: seen, opened (pages of products, from a panel), and bought of that."""

    seen: int = 0
    opened: int = 0
    bought: int = 0

    @property
    def percent(self) -> float | None:
        """Of those seen, how many led on; None where none was seen."""
        return 100 * self.opened / self.seen if self.seen else None


@dataclass(frozen=True)
class Brought:
    """What one panel brought in all, and on each day on which it did anything, the latest first."""

    panel: str
    total: Work
    days: list[tuple[date, Work]]

    @property
    def name(self) -> str:
        """As merchants call it."""
        return str(NAMES.get(self.panel, self.panel))


def note_seen(request: HttpRequest, panels: Iterable[str]) -> None:
    """Count that these panels came into sight, if events of this visitor are written down."""
    if visits.visit_of(request) is not None:
        SEEN.note(panels)


def write_seen() -> None:
    """Bring what was counted into the database. Raises RedisError and what that raises."""
    SEEN.bring(_add_seen)


def _add_seen(day: date, panel: str, times: int) -> None:
    row, _ = PanelDay.objects.get_or_create(day=day, panel=panel)
    PanelDay.objects.filter(pk=row.pk).update(seen=F("seen") + times)


def brought(days: int) -> list[Brought]:
    """What each panel brought today and on the days before, so many in all; the busiest first."""
    first = timezone.localdate() - timedelta(days=days - 1)
    since = timezone.make_aware(datetime.combine(first, time.min))
    opened, bought = _opened_and_bought(since)
    seen = _seen(first)
    keys = seen.keys() | opened.keys() | bought.keys()
    of_panels: dict[str, list[tuple[date, Work]]] = {}
    for day, panel in sorted(keys, reverse=True):
        key = day, panel
        of_panels.setdefault(panel, []).append((day, Work(seen[key], opened[key], bought[key])))
    found = [Brought(panel, _sum(rows), rows) for panel, rows in of_panels.items()]
    return sorted(found, key=lambda one: (-one.total.seen, -one.total.opened, one.panel))


def _sum(rows: Iterable[tuple[date, Work]]) -> Work:
    numbers = zip(*(work for _, work in rows), strict=True)
    return Work(*map(sum, numbers))


def _seen(first: date) -> Counter[tuple[date, str]]:
    rows = PanelDay.objects.filter(day__gte=first).values_list("day", "panel")
    return Counter({(day, panel): seen for day, panel, seen in rows.annotate(Sum("seen"))})


def _opened_and_bought(
    since: datetime,
) -> tuple[Counter[tuple[date, str]], Counter[tuple[date, str]]]:
    """By day and panel. A purchase counts on its own day, for the last panel that led there.

    A product counts once a day for a visitor and panel: who loads its page again sends the same.
    """
    views: set[tuple[date, str, tuple[int, str]]] = set()
    bought: Counter[tuple[date, str]] = Counter()
    led: dict[tuple[int, str], tuple[datetime, str]] = {}
    events = Event.objects.between(since - CREDIT).filter(kind__in=(Kind.VIEW, Kind.BUY))
    # A view that nothing led to credits nobody.
    events = events.exclude(kind=Kind.VIEW, panel="").order_by("pk")
    for event in events.iterator(chunk_size=5000):
        key, at = (event.visit, event.product), event.at
        day = timezone.localtime(at).date()
        if event.kind == Kind.VIEW:
            panel = OF_TRIALS.get(event.panel, event.panel)
            led[key] = at, panel
            if at >= since:
                views.add((day, panel, key))
        elif key in led and at - led[key][0] <= CREDIT:
            bought[day, led[key][1]] += at >= since
    return Counter((day, panel) for day, panel, _key in views), +bought

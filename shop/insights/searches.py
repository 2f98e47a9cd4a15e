"""What people looked for in vain, counted by words and day."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import F
from django.utils import timezone

from shop.insights.day_counts import DayCounts
from shop.insights.models import LONGEST_WORDS, FruitlessSearch, PanelDay

# Whoever tries every word there is must not fill the database.
MOST_WORDS_A_DAY = 1000
IN_VAIN = DayCounts("searches:in-vain", "searches:taken")
KEPT = timedelta(days=365)


def note_fruitless(words: str) -> None:
    """Count one search that found nothing, however it was spaced and capitalised."""
    if normal := " ".join(words.lower().split())[:LONGEST_WORDS]:
        IN_VAIN.note([normal])


def write_fruitless() -> None:
    """Bring what was counted into the database. Raises RedisError and what that raises."""
    IN_VAIN.bring(_add_fruitless)


def _add_fruitless(day: date, words: str, times: int) -> None:
    of_day = FruitlessSearch.objects.filter(day=day)
    if of_day.filter(words=words).update(times=F("times") + times):
        return
    if of_day.count() < MOST_WORDS_A_DAY:
        FruitlessSearch.objects.create(day=day, words=words, times=times)


def forget_old() -> None:
    """Drop counters of more than a year ago."""
    end = timezone.localdate() - KEPT
    FruitlessSearch.objects.before(end).delete()
    PanelDay.objects.filter(day__lt=end).delete()

"""What people looked for in vain, counted by words and day."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from shop.insights.models import LONGEST_WORDS, FruitlessSearch, PanelDay

# Whoever tries every word there is must not fill the database.
MOST_WORDS_A_DAY = 1000
KEPT = timedelta(days=365)


def count_fruitless(words: str) -> None:
    """Count one search that found nothing, however it was spaced and capitalised."""
    normal = " ".join(words.lower().split())[:LONGEST_WORDS]
    if not normal:
        return
    today = FruitlessSearch.objects.filter(day=timezone.localdate())
    if today.filter(words=normal).update(times=F("times") + 1):
        return
    if today.count() < MOST_WORDS_A_DAY:
        # Somebody else may have begun the same counter meanwhile: one search less is no harm.
        again = FruitlessSearch(day=timezone.localdate(), words=normal)
        FruitlessSearch.objects.bulk_create([again], ignore_conflicts=True)


def forget_old() -> None:
    """Drop counters of more than a year ago."""
    end = timezone.localdate() - KEPT
    FruitlessSearch.objects.before(end).delete()
    PanelDay.objects.filter(day__lt=end).delete()

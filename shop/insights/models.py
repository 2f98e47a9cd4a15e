"""Counters of what happens too often to be written down one by one."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Sum
from django.utils import timezone

LONGEST_WORDS = 80


class FruitlessSearchQuerySet(models.QuerySet["FruitlessSearch"]):
    def of_last(self, days: int) -> FruitlessSearchQuerySet:
        """Searches of today and of the days before, so many in all."""
        return self.filter(day__gt=timezone.localdate() - timedelta(days=days))

    def most_wanted(self, most: int) -> list[tuple[str, int]]:
        """The words that were looked for most often in vain, and how often."""
        counted = self.order_by().values_list("words").annotate(times=Sum("times"))
        return list(counted.order_by("-times", "words")[:most])

    def before(self, day: date) -> FruitlessSearchQuerySet:
        return self.filter(day__lt=day)


class FruitlessSearch(models.Model):
    """How often words were looked for in vain on a day."""

    day = models.DateField()
    words = models.CharField(max_length=LONGEST_WORDS)
    times = models.PositiveIntegerField(default=1)

    objects = FruitlessSearchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "words"], name="searched_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.words}: {self.times}"

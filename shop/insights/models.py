"""Counters of what happens too often to be written down one by one."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Sum
from django.utils import timezone

from shop.events.models import LONGEST_PANEL

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


class PanelDay(models.Model):
    """How often a panel came into sight on a day, of visitors of whom events are written down."""

    day = models.DateField()
    panel = models.CharField(max_length=LONGEST_PANEL)
    seen = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "panel"], name="panel_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.panel}, {self.day}: {self.seen}"


class WantedLook(models.Model):
    """What the encoder made of a picture that nothing in the shop is near; no picture.

    `vector` is float16 (d,), `key` keeps one results' page from being counted twice.
    """

    key = models.CharField(max_length=32, unique=True)
    day = models.DateField()
    encoder = models.CharField(max_length=64)
    vector = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["day"], name="wanted_by_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.key}"

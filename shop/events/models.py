"""Events, and the numbers under which those of shoppers are kept."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

LONGEST_WORDS = 80
LONGEST_PANEL = 16
RANDOM_BITS = 20


def new_visit() -> int:
    """A number that says nothing: 62 random bits, and not 0."""
    return secrets.randbits(62) or 1


def new_id() -> int:
    """The id of an event that happens now."""
    return first_id(timezone.now()) | secrets.randbits(RANDOM_BITS)


def first_id(moment: datetime) -> int:
    """The least id of events at this moment."""
    return int(moment.timestamp() * 1000) << RANDOM_BITS


class Kind(models.IntegerChoices):
    """What somebody did. Numbers grow with how much it says of their taste."""

    SEARCH = 1
    VIEW = 2
    WISH = 3
    BAG = 4
    BUY = 5


class EventQuerySet(models.QuerySet["Event"]):
    def of(self, visit: int) -> EventQuerySet:
        """Those of one visit, the latest first."""
        return self.filter(visit=visit)

    def about(self, product: str, searches: Sequence[str] = ()) -> EventQuerySet:
        """Those of a product, and these searches."""
        return self.filter(Q(product=product) | Q(words__in=searches))

    def between(self, since: datetime, until: datetime | None = None) -> EventQuerySet:
        """Those from one moment on, and before another one if there is one."""
        end = Q(pk__lt=first_id(until)) if until else Q()
        return self.filter(end, pk__gte=first_id(since))

    def before(self, moment: datetime) -> EventQuerySet:
        return self.filter(pk__lt=first_id(moment))


class Event(models.Model):
    """One thing that somebody did. Written once, by `writing`, and never changed.

    The id is its moment in milliseconds and RANDOM_BITS of chance: in the order of time without an
    index of its own, and the same however often it is written.
    """

    id = models.BigIntegerField(primary_key=True)
    visit = models.BigIntegerField()
    kind = models.PositiveSmallIntegerField(choices=Kind)
    product = models.CharField(max_length=24, blank=True, help_text="Its id in the catalogue.")
    # Where the link stood that led there: which panel, and at which place of it, from 1.
    panel = models.CharField(max_length=LONGEST_PANEL, blank=True)
    place = models.PositiveSmallIntegerField(null=True, blank=True)
    words = models.CharField(max_length=LONGEST_WORDS, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = [models.Index(fields=["visit", "-id"], name="events_of_visit")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.product or self.words}"

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp((self.pk >> RANDOM_BITS) / 1000, UTC)


class Visit(models.Model):
    """The number under which a shopper's events are kept, on every device; while `is_off` none are.

    A guest's lies in the session, see `visits`.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="visit"
    )
    number = models.BigIntegerField(unique=True, default=new_visit, editable=False)
    is_off = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"Events of {self.user}"

    @classmethod
    def of(cls, user: Any) -> Visit:
        """The shopper's, made if there is none."""
        return cls.objects.get_or_create(user=user)[0]

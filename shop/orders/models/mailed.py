"""Rows that a mail goes with. The table is the work list: whoever claims a row sends its mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

# How long a worker may take over a mail, and how long an unsent one is tried again.
LEASE = timedelta(minutes=5)
PATIENCE = timedelta(days=3)


class MailedQuerySet[Row: models.Model](models.QuerySet[Row]):
    def unmailed(self) -> Self:
        """What the shopper should have heard of and has not, as far as anybody knows."""
        return self.filter(mailed_at=None)

    def unclaimed(self) -> Self:
        """Those that no worker is at."""
        # By the database's clock, as workers' own may disagree.
        free = Q(mail_claimed_at=None) | Q(mail_claimed_at__lt=Now() - LEASE)
        return self.unmailed().filter(free)

    def claim(self, row: Row) -> bool:
        """Whether the row's mail is this worker's to send."""
        return bool(self.unclaimed().filter(pk=row.pk).update(mail_claimed_at=Now()))


class Mailed(models.Model):
    """When a worker took up the mail of a row, and when it was sent."""

    mail_claimed_at = models.DateTimeField(null=True, editable=False)
    mailed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

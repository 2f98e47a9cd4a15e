"""What people wait for. Products are in the other database and referred to by their id."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

TOKEN_BYTES = 24
# How long a worker may take over a mail.
LEASE = timedelta(minutes=5)
# For so long what comes true is gathered, so that one mail tells of it.
GATHER = timedelta(seconds=30)
UNCONFIRMED_FOR = timedelta(days=7)
WAITS_FOR = timedelta(days=180)
TOLD_FOR = timedelta(days=30)


class Kind(models.TextChoices):
    """What is waited for."""

    BACK = "back", _("back in stock")
    CHEAPER = "cheaper", _("cheaper")


class Due(models.TextChoices):
    """The mail that is to be sent."""

    NONE = "", _("none")
    CONFIRM = "confirm", _("a confirmation")
    TELL = "tell", _("the news")


def new_token() -> str:
    """What opens an alert to whoever has its mail: 192 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


class AlertQuerySet(models.QuerySet["Alert"]):
    def open(self) -> AlertQuerySet:
        """Those whose news was not told yet."""
        return self.filter(told_at=None)

    def waiting(self) -> AlertQuerySet:
        """The confirmed ones that nothing has come of yet."""
        return self.open().exclude(confirmed_at=None).filter(due=Due.NONE)

    def due(self) -> AlertQuerySet:
        """Those with a mail to send that no worker is at."""
        free = Q(claimed_at=None) | Q(claimed_at__lt=Now() - LEASE)
        return self.exclude(due=Due.NONE).filter(free)

    def to_send(self) -> AlertQuerySet:
        """Those among them whose news was gathered."""
        ripe = Q(due=Due.CONFIRM) | Q(due=Due.TELL, due_at__lte=timezone.now() - GATHER)
        return self.due().filter(ripe)

    def of(self, user: Any) -> AlertQuerySet:
        """A shopper's: asked for with the account, or with an address confirmed as theirs."""
        return self.filter(Q(user=user) | Q(email__in=own_addresses(user)))

    def overdue(self) -> AlertQuerySet:
        """Those that nobody confirmed, that waited long enough, and that were told long ago."""
        now = timezone.now()
        return self.filter(
            Q(confirmed_at=None, asked_at__lt=now - UNCONFIRMED_FOR)
            | Q(asked_at__lt=now - WAITS_FOR)
            | Q(told_at__lt=now - TOLD_FOR)
        )


class Alert(models.Model):
    """Somebody who waits for a product, or for one of its sizes (`sku`)."""

    kind = models.CharField(_("waits for"), max_length=10, choices=Kind)
    email = models.EmailField(_("e-mail"), help_text="In small letters.")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="alerts"
    )
    product = models.CharField(max_length=24, db_index=True, help_text="Its id in the catalogue.")
    product_name = models.CharField(_("product"), max_length=160)
    sku = models.CharField("SKU", max_length=100, blank=True)
    # What it cost then; less than that is news.
    cents = models.PositiveIntegerField()
    language = models.CharField(max_length=10)
    origin = models.CharField(max_length=200)
    token = models.CharField(max_length=40, unique=True, default=new_token)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    told_at = models.DateTimeField(_("told"), null=True)
    due = models.CharField(max_length=10, choices=Due, default=Due.NONE, blank=True)
    due_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "email", "product", "sku"],
                condition=Q(told_at=None),
                name="waits_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.product_name} {self.sku}".strip()

    def get_absolute_url(self) -> str:
        return reverse("alert", args=[self.token])


def own_addresses(user: User) -> models.QuerySet[EmailAddress, str]:
    """The addresses that a shopper has confirmed, in small letters."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True)
    return confirmed.values_list(Lower("email"), flat=True)

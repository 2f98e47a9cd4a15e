"""What shoppers stated, and how far the merchant is with it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.orders.models import Order, ReturnRequest
from shop.orders.models.mailed import Mailed, MailedQuerySet
from shop.orders.models.orders import KEY_LENGTH, new_token


class State(models.TextChoices):
    """Where a withdrawal stands."""

    RECEIVED = "received", _("received")
    SETTLED = "settled", _("settled")


class WithdrawalQuerySet(MailedQuerySet["Withdrawal"]):
    def waiting(self) -> WithdrawalQuerySet:
        """Those that the merchant has not settled."""
        return self.filter(state=State.RECEIVED)


class Withdrawal(Mailed):
    """A statement, as it was typed, and when. Changed by `withdrawing` alone.

    `order` is the one that it was found to be about, `request` the pieces of it that come back.
    """

    # What is confirmed twice is stated once; whoever knows it may read the statement.
    key = models.CharField(max_length=KEY_LENGTH, unique=True, default=new_token, editable=False)
    name = models.CharField(_("name"), max_length=120)
    number = models.CharField(_("order number"), max_length=40)
    email = models.EmailField(_("e-mail"))
    # Which pieces, in the shopper's words; empty for all of the order.
    pieces = models.TextField(_("pieces"), max_length=1000, blank=True)
    language = models.CharField(max_length=10)
    # The scheme and host that the shopper used, for the link of the receipt.
    origin = models.CharField(max_length=200)
    received_at = models.DateTimeField(_("received"), default=timezone.now)

    order = models.ForeignKey(
        Order,
        verbose_name=_("order"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="withdrawals",
    )
    request = models.OneToOneField(
        ReturnRequest, on_delete=models.SET_NULL, null=True, related_name="withdrawal"
    )
    is_late = models.BooleanField(_("late"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVED)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=150, blank=True)

    objects = WithdrawalQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        indexes = [
            models.Index(
                fields=["received_at"], name="withdrawal_waiting", condition=Q(state="received")
            ),
            models.Index(
                fields=["received_at"], name="withdrawal_unmailed", condition=Q(mailed_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("withdrawn", args=[self.key])

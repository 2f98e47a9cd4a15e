"""Money that goes back, and what for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.catalog.money import Cents
from shop.orders.models.orders import KEY_LENGTH, Order, OrderLine, new_token
from shop.orders.models.returns import ReturnRequest


class RefundQuerySet(models.QuerySet["Refund"]):
    def open(self) -> RefundQuerySet:
        """Those that somebody was asked for who has not said yet that the money is on its way."""
        return self.filter(done_at=None)


class Refund(models.Model):
    """One time that money of an order went back. Changed by `refunds` and `transitions` alone.

    It counts as given back from its beginning, so that nothing is promised twice, and is done once
    everybody who holds the money has let it go.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="refunds")
    # One confirmation makes one refund, however often it is sent.
    key = models.CharField(max_length=KEY_LENGTH, unique=True, default=new_token, editable=False)
    cents = Cents(_("amount"))
    # Of it, what goods and delivery were worth: the rest had been paid beyond the total.
    credited_cents = Cents(default=0)
    # Of it, what was paid for the delivery; the rest is of its lines, or for nothing in particular.
    delivery_cents = Cents(default=0)
    # The shopper reads it.
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    request = models.ForeignKey(
        ReturnRequest, on_delete=models.SET_NULL, null=True, related_name="refunds"
    )
    by = models.CharField(max_length=150)
    begun_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        indexes = [
            models.Index(fields=["begun_at"], name="refund_open", condition=Q(done_at=None)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(cents__gt=0), name="refund_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.cents}"

    @property
    def purposes(self) -> list[str]:
        """What it is for: its pieces, and the delivery."""
        pieces = [line.line.some(line.quantity) for line in self.lines.all()]
        return pieces + ([self.order.delivery_name] if self.delivery_cents else [])


class RefundLine(models.Model):
    """So many pieces of one line of the order, for which the money goes back."""

    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="refunds")
    quantity = models.PositiveIntegerField()
    # What was paid for them.
    cents = Cents()
    # Of these pieces, those that go back into stock because of it.
    restocked = models.PositiveIntegerField(default=0)
    # Of the others, those that were there already, as they had been sent back.
    there = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("line__position",)
        constraints = [
            models.UniqueConstraint(fields=["refund", "line"], name="refunded_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="refunded_some"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.line.name}"

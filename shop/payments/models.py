"""One attempt to pay for an order, and what of it goes back."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from payments import PaymentStatus
from payments.models import BasePayment

from shop.catalog.money import Cents, cents
from shop.orders.models import Order, Refund

# django-payments writes down that a payment waits before and after its form was shown.
OPEN = (PaymentStatus.WAITING, PaymentStatus.INPUT)
# The money came; later it may have gone back.
RECEIVED = (PaymentStatus.CONFIRMED, PaymentStatus.REFUNDED)


class PaymentQuerySet(models.QuerySet["Payment"]):
    def open(self) -> PaymentQuerySet:
        """Payments that may still come."""
        return self.filter(status__in=OPEN)

    def received(self) -> PaymentQuerySet:
        """Payments that came, in the order in which they were begun."""
        return self.filter(status__in=RECEIVED).order_by("pk")

    def total_cents(self) -> int:
        """What these payments are worth in all, in cents."""
        return cents(self.aggregate(total=Sum("total"))["total"] or Decimal(0))

    def held_cents(self) -> int:
        """What the shop still holds of these payments, in cents."""
        return cents(self.aggregate(held=Sum("captured_amount"))["held"] or Decimal(0))


class Payment(BasePayment):
    """An order's payment through a provider, the `variant`.

    `total` is what was asked for and `captured_amount` what the shop holds of it and has not begun
    to give back, both in units of the currency. The addresses are the order's: a provider is told
    no more than it needs.
    """

    order = models.ForeignKey(
        Order, verbose_name=_("order"), on_delete=models.PROTECT, related_name="payments"
    )

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=["modified"], name="payment_open", condition=Q(status__in=OPEN)),
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.total} {self.currency}"

    @property
    def total_cents(self) -> int:
        return cents(self.total)

    @property
    def held_cents(self) -> int:
        """What the shop holds of it and has not begun to give back, in cents."""
        return cents(self.captured_amount)

    def get_success_url(self) -> str:
        """Where the provider sends the shopper who has paid."""
        return self.order.origin + reverse("order_thanks", args=[self.order.token])

    def get_failure_url(self) -> str:
        """Where the provider sends the shopper who has not."""
        return self.order.origin + reverse("order_unpaid", args=[self.order.token])


class PaymentRefund(models.Model):
    """What one payment gives of a refund; done once its provider has said so."""

    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="parts")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    cents = Cents()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["refund", "payment"], name="payment_gives_once"),
            models.CheckConstraint(condition=Q(cents__gt=0), name="payment_gives_some"),
        ]

    def __str__(self) -> str:
        return f"{self.payment}: {self.cents}"

    @property
    def key(self) -> str:
        """By which its provider knows that it was asked for this before."""
        return f"refund {self.payment.token} {self.refund.key}"

"""Pieces that shoppers send back: as they wish, or since they withdrew from the contract."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.orders.models.orders import Order, OrderLine
from shop.orders.states import RETURN_FOLLOWING, ReturnState


class SizeReason(models.TextChoices):
    """What of a size makes somebody send it back."""

    SMALL = "small", _("too small")
    LARGE = "large", _("too large")


class ReturnRequest(models.Model):
    """Pieces of one order that a shopper sends back. Changed by `returning` alone."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="returns")
    state = models.CharField(
        _("state"), max_length=10, choices=ReturnState, default=ReturnState.ASKED
    )
    # Asked for by nobody: the shopper has withdrawn from the contract.
    is_withdrawal = models.BooleanField(_("withdrawal"), default=False)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    # Empty where it is not the size, or nobody said.
    size_reason = models.CharField(_("size"), max_length=10, choices=SizeReason, blank=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("return")
        verbose_name_plural = _("returns")

    def __str__(self) -> str:
        return f"{self.order} ({self.get_state_display()})"

    @property
    def following_states(self) -> tuple[ReturnState, ...]:
        """The states that may come next."""
        return RETURN_FOLLOWING[ReturnState(self.state)]

    @property
    def worth_cents(self) -> int:
        """What was paid for the pieces that come back."""
        return sum(line.worth_cents for line in self.lines.select_related("line"))


class ReturnLine(models.Model):
    """So many pieces of one line of the order."""

    request = models.ForeignKey(ReturnRequest, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="returns")
    quantity = models.PositiveIntegerField()
    # Of these pieces, those that went back into stock when they were received.
    restocked = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("line__position",)
        constraints = [
            models.UniqueConstraint(fields=["request", "line"], name="returned_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="returned_some"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.line.name}"

    @property
    def worth_cents(self) -> int:
        """What was paid for these pieces: their price less their share of the voucher."""
        return self.line.worth_of(self.quantity)

"""How many pieces of each SKU there are, who holds some of them, and what changed the number.

Pieces on hand change only when pieces come or go; what is held for a while is counted from the
living reservations, so time alone frees it. Every change of the pieces on hand is a movement: the
movements of a SKU add up to what is on hand.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SKU_LENGTH = 100
KEY_LENGTH = 100


class StockQuerySet(models.QuerySet["Stock"]):
    def with_free(self, *, but: str = "") -> StockQuerySet:
        """Annotates `held`, the pieces in living reservations, and `free`, what is left on hand.

        The reservation with the key `but` is left out of account.
        """
        # Django's plugin takes the attributes that the model names for a clash, and knows no `free`
        # where a keyword names it; hence Q(free=...) and F("free").
        return self.annotate(held=_held(timezone.now(), but)).annotate(  # type: ignore[no-redef]
            free=Greatest(F("on_hand") - F("held"), 0, output_field=models.IntegerField())
        )

    def out_of_step(self) -> StockQuerySet:
        """Those of which the catalogue shows something else than is true, or nothing yet."""
        return self.with_free().filter(
            Q(shown_available=None)
            | Q(shown_available=True, free=0)
            | Q(shown_available=False, free__gt=0)
        )

    def sold_out(self) -> StockQuerySet:
        """Those that nobody can have just now."""
        return self.with_free().filter(Q(free=0), offered=True)

    def low(self) -> StockQuerySet:
        """Those that can be had and will soon be gone: at most LOW_STOCK pieces."""
        return self.with_free().filter(Q(free__gt=0, free__lte=settings.LOW_STOCK), offered=True)

    def to_be_counted(self) -> StockQuerySet:
        """Those of which nobody knows how many there are, since they shared others' pieces."""
        return self.with_free().exclude(shared_with="")

    def locked(self) -> StockQuerySet:
        """Rows for a transaction to change, locked in the one order that everybody keeps."""
        return self.order_by("sku").select_for_update()


class ReservationQuerySet(models.QuerySet["Reservation"]):
    def overdue(self) -> ReservationQuerySet:
        """Reservations whose time is over and of which nobody has taken notice."""
        return self.filter(state=Reservation.State.HELD, expires__lte=timezone.now())

    @transaction.atomic
    def close_overdue(self) -> None:
        """Mark them as expired, which frees nothing that time has not freed already."""
        # What somebody is just paying for is left to them.
        overdue = self.overdue().select_for_update(skip_locked=True)
        keys = list(overdue.values_list("pk", flat=True))
        self.filter(pk__in=keys).update(state=Reservation.State.EXPIRED)

    def ended(self, *, before: datetime) -> ReservationQuerySet:
        """Reservations that were settled and whose time was over before that moment."""
        return self.filter(expires__lt=before).exclude(state=Reservation.State.HELD)


class Stock(models.Model):
    """The pieces of one SKU. A SKU without a row is not counted.

    The row of a size that its product has no more is kept: the pieces are there, nobody is asked
    to bring more, and should the size come back, so do they.
    """

    sku = models.CharField(_("SKU"), max_length=SKU_LENGTH, unique=True)
    product = models.CharField(
        _("product"), max_length=24, db_index=True, help_text=_("Its id in the catalogue.")
    )
    on_hand = models.PositiveIntegerField(_("on hand"), default=0)
    # How many there are by the import that last named it: only another number is news.
    named = models.PositiveIntegerField(null=True, editable=False)
    # That import's mark, if it has one.
    named_by = models.CharField(
        max_length=40, blank=True, default="", db_default="", editable=False
    )
    # How many there were when they were last written into a file: to read that again is no news.
    written = models.PositiveIntegerField(null=True, editable=False)
    # What the catalogue was told, so that a look at this table alone finds what it has missed; None
    # where pieces came or went since.
    shown_available = models.BooleanField(null=True, editable=False)

    # Whether its product still has it.
    offered = models.BooleanField(default=True, db_default=True, editable=False)
    # The SKU whose pieces it was counted among until it got one of its own; empty once counted.
    shared_with = models.CharField(max_length=SKU_LENGTH, blank=True, default="", editable=False)

    # Of rows that were read `with_free`.
    held: int
    free: int

    objects = StockQuerySet.as_manager()

    class Meta:
        ordering = ("sku",)
        verbose_name = _("stock")
        verbose_name_plural = _("stock")

    def __str__(self) -> str:
        return self.sku

    @property
    def is_low(self) -> bool:
        """Whether a row read `with_free` is one of the `low` ones."""
        return self.offered and 0 < self.free <= settings.LOW_STOCK


class Reservation(models.Model):
    """Pieces that are held for somebody until a time, all of them or none."""

    class State(models.TextChoices):
        HELD = "held", _("Held")
        SOLD = "sold", _("Sold")
        RELEASED = "released", _("Released")
        EXPIRED = "expired", _("Expired")

    key = models.CharField(max_length=KEY_LENGTH, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.HELD)
    expires = models.DateTimeField()
    created = models.DateTimeField(default=timezone.now)

    objects = ReservationQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["state", "expires"], name="reservation_ends")]

    def __str__(self) -> str:
        return self.key

    @property
    def is_living(self) -> bool:
        """Whether its pieces are held just now."""
        return self.state == self.State.HELD and self.expires > timezone.now()

    def wants(self) -> dict[str, int]:
        """The pieces that it holds or held, by SKU."""
        return dict(self.lines.values_list("sku", "quantity"))


class ReservedLine(models.Model):
    """So many pieces of one SKU in a reservation."""

    reservation = models.ForeignKey(Reservation, on_delete=models.CASCADE, related_name="lines")
    sku = models.CharField("SKU", max_length=SKU_LENGTH, db_index=True)
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reservation", "sku"], name="reserved_once"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="reserved_some"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.sku}"


class Movement(models.Model):
    """One change of the pieces on hand. Never edited, never deleted."""

    class Reason(models.TextChoices):
        COUNTED = "counted", _("Counted")
        SOLD = "sold", _("Sold")
        CANCELLED = "cancelled", _("Cancelled")
        RETURNED = "returned", _("Returned")
        # To another SKU, the movement's key, by which the same pieces are sold from then on.
        MOVED = "moved", _("Moved to another SKU")
        # The counting ended, with whatever was there.
        STOPPED = "stopped", _("No longer counted")

    sku = models.CharField(_("SKU"), max_length=SKU_LENGTH, db_index=True)
    delta = models.IntegerField(_("change"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    key = models.CharField(
        pgettext_lazy("who or what is behind it", "key"),
        max_length=KEY_LENGTH,
        blank=True,
        help_text=_("The reservation, order, person or other SKU behind it."),
    )
    when = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("movement")
        verbose_name_plural = _("movements")

    def __str__(self) -> str:
        return f"{self.delta:+d} {self.sku}"


def _held(now: datetime, but: str) -> Coalesce:
    lines = ReservedLine.objects.filter(
        sku=OuterRef("sku"), reservation__state=Reservation.State.HELD, reservation__expires__gt=now
    )
    if but:
        lines = lines.exclude(reservation__key=but)
    summed = lines.order_by().values("sku").annotate(pieces=Sum("quantity")).values("pieces")
    return Coalesce(Subquery(summed), 0)

"""An order, its lines and its history. Whatever was agreed on is copied, so that it stays."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from shop.basket.models import titled
from shop.catalog.money import Cents
from shop.catalog.parts import Photograph
from shop.orders.models.addresses import PostalAddress
from shop.orders.models.mailed import Mailed, MailedQuerySet
from shop.orders.models.terms import DeliveryMethod, Voucher
from shop.orders.states import (
    CALLED_OFF,
    FOLLOWING,
    OUT_OF_THE_HOUSE,
    SHOPPER_MAY_CANCEL,
    State,
)
from shop.stock.models import SKU_LENGTH

# Without letters and digits that are taken for each other when somebody reads a number aloud.
NUMBER_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
NUMBER_LENGTH = 8
TOKEN_BYTES = 24
KEY_LENGTH = 64
FRIDAY = 4


def new_number() -> str:
    """An order's number: short, and telling nobody how many orders there are."""
    return get_random_string(NUMBER_LENGTH, NUMBER_ALPHABET)


def new_token() -> str:
    """What opens an order to whoever knows it: 192 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


class OrderQuerySet(models.QuerySet["Order"]):
    def of(self, user: User) -> OrderQuerySet:
        """The orders of somebody who is signed in, the latest first."""
        return self.filter(user=user).prefetch_related("lines")

    def standing(self) -> OrderQuerySet:
        """Orders that were never cancelled; these use up vouchers."""
        return self.filter(cancelled_at=None)

    def sold(self) -> OrderQuerySet:
        """Orders that were paid and not cancelled: the shop's sales."""
        return self.standing().exclude(paid_at=None)

    def overdue(self) -> OrderQuerySet:
        """Orders that nobody has paid in time."""
        patience = timedelta(minutes=settings.UNPAID_ORDER_MINUTES)
        return self.filter(state=State.PLACED, placed_at__lt=timezone.now() - patience)

    def owing_a_refund(self) -> OrderQuerySet:
        """Orders that hold money which the shop may not keep: called off, or paid twice."""
        called_off = Q(state__in=CALLED_OFF, paid_cents__gt=F("refunded_cents"))
        kept = F("total_cents") - F("credited_cents")
        return self.filter(called_off | Q(paid_cents__gt=F("refunded_cents") + kept))

    def bought(self, product: str) -> OrderQuerySet:
        """Orders that brought this product (its id as text) to somebody."""
        return self.filter(state__in=OUT_OF_THE_HOUSE, lines__product=product)


class Order(PostalAddress):
    """What somebody bought. Changed by `placing`, `transitions` and `returning` alone."""

    number = models.CharField(_("number"), max_length=20, unique=True, default=new_number)
    token = models.CharField(max_length=43, unique=True, default=new_token, editable=False)
    # One checkout makes one order, however often it is sent.
    checkout_key = models.CharField(max_length=KEY_LENGTH, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLACED)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("shopper"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="orders",
    )
    email = models.EmailField(_("e-mail"))
    language = models.CharField(_("language"), max_length=10)
    # The scheme and host that the shopper used, for the links of mails.
    origin = models.CharField(max_length=200)

    delivery_method = models.ForeignKey(
        DeliveryMethod,
        verbose_name=_("delivery"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="orders",
    )
    delivery_name = models.CharField(_("delivery"), max_length=60)
    delivery_description = models.CharField(max_length=160, blank=True)
    parcel = models.CharField(_("parcel number"), max_length=80, blank=True)

    currency = models.CharField(max_length=3)
    goods_cents = Cents(_("goods"))
    voucher = models.ForeignKey(
        Voucher,
        verbose_name=_("voucher"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="orders",
    )
    voucher_code = models.CharField(_("voucher"), max_length=30, blank=True)
    discount_cents = Cents(_("voucher"), default=0)
    delivery_cents = Cents(_("delivery"))
    total_cents = Cents(_("total"))
    tax_name = models.CharField(max_length=30, blank=True)
    tax_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    tax_cents = Cents(_("tax"), default=0)
    paid_cents = Cents(_("paid"), default=0)
    # From the moment on that somebody is asked to give it back.
    refunded_cents = Cents(_("refunded"), default=0)
    # Of what was paid, what came past the providers and was taken down by the merchant.
    by_hand_cents = Cents(default=0)
    # Of what was refunded, what goods and delivery were worth: the rest was paid beyond the total.
    credited_cents = Cents(default=0)

    placed_at = models.DateTimeField(_("placed"), default=timezone.now)
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ("-placed_at", "-pk")
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        indexes = [
            models.Index(fields=["state", "placed_at"], name="order_state_placed"),
            models.Index(fields=["paid_at"], name="order_paid_at"),
            models.Index(fields=["email"], name="order_email"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    total_cents=F("goods_cents") - F("discount_cents") + F("delivery_cents")
                ),
                name="order_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(discount_cents__lte=F("goods_cents")), name="order_discount_fits"
            ),
            models.CheckConstraint(
                condition=Q(refunded_cents__lte=F("paid_cents")), name="order_refund_fits"
            ),
            models.CheckConstraint(
                condition=Q(credited_cents__lte=F("total_cents")), name="order_credit_fits"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("order", args=[self.token])

    @property
    def stock_key(self) -> str:
        """What its pieces are reserved under."""
        return f"order {self.number}"

    @property
    def following_states(self) -> tuple[State, ...]:
        """The states that may come next; what was never paid cannot be refunded."""
        following = FOLLOWING[State(self.state)]
        return tuple(to for to in following if to != State.REFUNDED or self.paid_cents)

    @property
    def net_cents(self) -> int:
        """The total without its tax."""
        return self.total_cents - self.tax_cents

    @property
    def due_cents(self) -> int:
        """What the shopper still has to pay."""
        return max(0, self.total_cents - self.paid_cents) if self.state == State.PLACED else 0

    @property
    def refund_due_cents(self) -> int:
        """What the shop has to give back: all of what is called off, or what was paid twice."""
        keeps = 0 if self.state in CALLED_OFF else self.total_cents - self.credited_cents
        return max(0, self.paid_cents - self.refunded_cents - keeps)

    @property
    def refundable_cents(self) -> int:
        """The most that may be given back at once: what was paid and has not gone back yet.

        All of it only where no more is to be delivered, or it is owed: an order whose pieces are
        still in the house is cancelled first.
        """
        left = self.paid_cents - self.refunded_cents
        if State.REFUNDED in self.following_states or left == self.refund_due_cents:
            return left
        return left - 1

    @property
    def can_be_cancelled(self) -> bool:
        """Whether the shopper may still call it off."""
        return self.state in SHOPPER_MAY_CANCEL

    @property
    def can_be_returned(self) -> bool:
        """Whether the shopper may still ask to send something back."""
        days = timedelta(days=settings.RETURN_DAYS)
        if self.state not in OUT_OF_THE_HOUSE:
            return False
        since = next(event.at for event in self.events.all() if event.state == self.state)
        return timezone.now() < since + days

    @property
    def withdrawal_ends(self) -> date | None:
        """The last day on which its shopper may withdraw; None while it has not arrived.

        The time begins on the day after the delivery and ends with a day that is neither Saturday
        nor Sunday (sections 187, 188, 193 and 355 BGB). Public holidays are not known here.
        """
        arrived = [event.at for event in self.events.all() if event.state == State.DELIVERED]
        if not arrived:
            return None
        last = timezone.localdate(min(arrived)) + timedelta(days=settings.WITHDRAWAL_DAYS)
        over = last.weekday() - FRIDAY
        return last + timedelta(days=3 - over) if over > 0 else last

    def is_too_late_to_withdraw(self, at: datetime) -> bool:
        """Whether the time to withdraw from the contract was over then."""
        last = self.withdrawal_ends
        return last is not None and timezone.localdate(at) > last

    @property
    def can_be_withdrawn(self) -> bool:
        """Whether its own page offers to withdraw from it: that of the footer always does."""
        return self.state not in CALLED_OFF and not self.is_too_late_to_withdraw(timezone.now())

    def wants(self) -> dict[str, int]:
        """Its pieces by SKU, in the order of the SKUs."""
        return dict(self.lines.order_by("sku").values_list("sku", "quantity"))


class OrderLine(models.Model):
    """So many pieces of one SKU, as they were sold."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    product = models.CharField(max_length=24, db_index=True, help_text="Its id in the catalogue.")
    slug = models.CharField(max_length=120)
    sku = models.CharField("SKU", max_length=SKU_LENGTH)
    name = models.CharField(max_length=160)
    colour = models.CharField(max_length=40, blank=True)
    size = models.CharField(max_length=20, blank=True)
    # A Photograph of the catalogue, as a dictionary of its fields; null where there was none.
    photo = models.JSONField(null=True)
    # Whether the picture is the order's own, which `photographs` makes it.
    photo_kept = models.BooleanField(default=False)
    unit_price_cents = Cents()
    quantity = models.PositiveIntegerField()
    # Its share of what the voucher takes off, so that a return is worth what was paid for it.
    discount_cents = Cents(default=0)
    # Of its pieces, those that are back in stock, by whatever way.
    back = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position",)
        indexes = [
            models.Index(fields=["id"], name="photo_to_keep", condition=Q(photo_kept=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["order", "sku"], name="order_has_sku_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_line_has_pieces"),
            models.CheckConstraint(
                condition=Q(back__lte=F("quantity")), name="order_line_comes_back_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.name}"

    @property
    def title(self) -> str:
        """What a shopper calls it: "Shirt (Rust, M)"."""
        return titled(self.name, self.colour, self.size)

    def some(self, quantity: int) -> str:
        """So many of its pieces, as people write it."""
        return f"{quantity} \N{MULTIPLICATION SIGN} {self.title}"

    @property
    def price_cents(self) -> int:
        """The price of all its pieces before the voucher."""
        return self.unit_price_cents * self.quantity

    def worth_of(self, quantity: int) -> int:
        """What was paid for so many of its pieces, in cents; a part is rounded down."""
        return (self.price_cents - self.discount_cents) * quantity // self.quantity

    @property
    def photograph(self) -> Photograph | None:
        """The picture that it was bought by."""
        return Photograph(**self.photo) if self.photo else None


class OrderEventQuerySet(MailedQuerySet["OrderEvent"]):
    def unmailed(self) -> Self:
        return super().unmailed().exclude(mail="")


class OrderEvent(Mailed):
    """One entry of an order's history, and the mail that goes with it. Never edited by people."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State)
    by = models.CharField(max_length=150, help_text="Who did it, or what.")
    note = models.TextField(blank=True)
    refund = models.ForeignKey("orders.Refund", on_delete=models.SET_NULL, null=True)
    # The mail's name in `mails`, empty for none; whoever claims it sends it.
    mail = models.CharField(max_length=30, blank=True)

    objects = OrderEventQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        indexes = [
            models.Index(
                fields=["at"],
                name="order_event_unmailed",
                condition=Q(mailed_at=None) & ~Q(mail=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.state}"


class Invoice(models.Model):
    """The bill of a paid order. Its numbers run on; they are given out when the money is there."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="invoice")
    issued_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"{self.pk:06}"

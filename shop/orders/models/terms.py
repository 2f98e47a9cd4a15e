"""What the merchant sets: how parcels travel, what tax the prices hold, what vouchers are worth."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from shop.catalog.money import Cents


class DeliveryMethodQuerySet(models.QuerySet["DeliveryMethod"]):
    def reaching(self, country: str) -> list[DeliveryMethod]:
        """What a parcel to this country (two letters) may travel by, in order of display."""
        return [method for method in self.filter(active=True) if method.reaches(country)]

    def countries(self) -> set[str]:
        """The countries (two letters) that are named by a method; empty if one goes everywhere."""
        named = [
            {country.code for country in method.countries} for method in self.filter(active=True)
        ]
        return set().union(*named) if all(named) else set()


class DeliveryMethod(models.Model):
    """A way for a parcel to travel, and what it costs."""

    name = models.CharField(_("name"), max_length=60)
    description = models.CharField(
        _("description"), max_length=160, blank=True, help_text=_("Such as: in 2 to 3 working days")
    )
    price_cents = Cents(_("price"), help_text=_("Tax included."))
    free_from_cents = Cents(
        _("free from"), null=True, blank=True, help_text=_("Goods worth this much travel free.")
    )
    countries = CountryField(
        _("countries"), multiple=True, blank=True, help_text=_("None chosen means everywhere.")
    )
    position = models.PositiveIntegerField(
        _("order of display"), default=0, help_text=_("Lower numbers come first.")
    )
    active = models.BooleanField(_("offered"), default=True)

    objects = DeliveryMethodQuerySet.as_manager()

    class Meta:
        ordering = ("position", "pk")
        verbose_name = _("delivery method")
        verbose_name_plural = _("delivery methods")

    def __str__(self) -> str:
        return self.name

    def reaches(self, country: str) -> bool:
        """Whether it goes to this country (two letters)."""
        return not self.countries or country in {place.code for place in self.countries}

    def price_for(self, goods_cents: int) -> int:
        """What it costs, in cents, for goods worth so much, before any voucher."""
        is_free = self.free_from_cents is not None and goods_cents >= self.free_from_cents
        return 0 if is_free else self.price_cents


class TaxRateQuerySet(models.QuerySet["TaxRate"]):
    def of(self, country: str) -> TaxRate | None:
        """The rate of this country (two letters), if the shop has to state one."""
        return self.filter(country=country).first()


class TaxRate(models.Model):
    """The tax that prices hold where a parcel goes to. Prices are the same for all countries."""

    country = CountryField(_("country"), unique=True)
    name = models.CharField(_("name"), max_length=30, default="VAT")
    percent = models.DecimalField(
        _("per cent"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )

    objects = TaxRateQuerySet.as_manager()

    class Meta:
        ordering = ("country",)
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")

    def __str__(self) -> str:
        return f"{self.name} {self.percent.normalize():f} %"


class VoucherQuerySet(models.QuerySet["Voucher"]):
    def by_code(self, code: str) -> Voucher | None:
        """The voucher with this code, however it was typed."""
        return self.filter(code=normal_code(code)).first()


class Voucher(models.Model):
    """Takes something off the price of the goods. What it was used for says `Order.voucher`."""

    class Kind(models.TextChoices):
        FIXED = "fixed", _("an amount")
        PERCENT = "percent", _("per cent")

    code = models.CharField(
        _("code"),
        max_length=30,
        unique=True,
        validators=[RegexValidator(r"^[A-Za-z0-9-]+$", _("Letters, digits and hyphens only."))],
    )
    kind = models.CharField(_("takes off"), max_length=10, choices=Kind, default=Kind.PERCENT)
    amount_cents = Cents(_("amount"), null=True, blank=True)
    percent = models.PositiveSmallIntegerField(
        _("per cent"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    minimum_cents = Cents(_("goods worth at least"), default=0)
    most_uses = models.PositiveIntegerField(
        _("uses in all"), null=True, blank=True, help_text=_("Empty: as many as you like.")
    )
    most_uses_each = models.PositiveIntegerField(
        _("uses by one shopper"),
        null=True,
        blank=True,
        default=1,
        help_text=_("A shopper is known by the e-mail address."),
    )
    starts = models.DateTimeField(_("from"), default=timezone.now)
    ends = models.DateTimeField(_("until"), null=True, blank=True)
    active = models.BooleanField(_("valid"), default=True)

    objects = VoucherQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("voucher")
        verbose_name_plural = _("vouchers")
        constraints = [
            models.CheckConstraint(
                # To a check of SQL, a comparison with nothing holds.
                condition=Q(kind="fixed", amount_cents__isnull=False, amount_cents__gt=0)
                | Q(kind="percent", percent__isnull=False, percent__range=(1, 100)),
                name="voucher_has_a_worth",
                violation_error_message=_("Say what the voucher takes off."),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def save(self, **kwargs: Any) -> None:
        self.code = normal_code(self.code)
        super().save(**kwargs)

    def clean(self) -> None:
        self.code = normal_code(self.code)
        if self.ends and self.ends <= self.starts:
            raise ValidationError({"ends": _("It ends before it starts.")})


def normal_code(code: str) -> str:
    """A voucher's code without what people add or leave out when they type it."""
    return "".join(code.split()).upper()

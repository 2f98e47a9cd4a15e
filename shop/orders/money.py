"""Amounts as whole cents in the database, as units of the currency in forms."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.db import models
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

MOST_DIGITS = 9


def rounded(cents: Decimal) -> int:
    """The one rule for fractions of a cent: to the nearest, halves away from zero."""
    return int(cents.quantize(Decimal(1), rounding=ROUND_HALF_UP))


class AmountField(forms.DecimalField):
    """A field that shows units of the currency and is worth cents."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": MOST_DIGITS, "decimal_places": 2, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return Decimal(value).scaleb(-2) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        units = super().clean(value)
        return None if units is None else int(units * 100)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class Cents(models.PositiveIntegerField):
    """An amount in whole cents; people type it in units of the shop's currency."""

    if TYPE_CHECKING:  # What a model's instance has in its place.

        def __get__(self, instance: models.Model, owner: type[models.Model]) -> int: ...

        def __set__(self, instance: models.Model, value: int) -> None: ...

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        label = format_lazy(
            _("{name} in {currency}"),
            name=capfirst(self.verbose_name),
            currency=settings.CURRENCY,
        )
        options = {"min_value": Decimal(0), "label": label, **kwargs, "form_class": AmountField}
        # An integer field would bound the form's value in cents.
        field: forms.Field | None = models.Field.formfield(self, **options)
        return field

"""Money: whole cents in the database, units of the currency for people and in forms."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from babel import Locale
from babel.numbers import format_currency
from django import forms
from django.conf import settings
from django.db import models
from django.utils.formats import get_format
from django.utils.text import capfirst, format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

MOST_DIGITS = 9


def rounded(cents: Decimal) -> int:
    """The one rule for fractions of a cent: to the nearest, halves away from zero."""
    return int(cents.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def cents(amount: Decimal) -> int:
    """Units of the currency as whole cents."""
    return int(amount * 100)


def units(amount_cents: int) -> Decimal:
    """Cents as units of the currency, with two decimals."""
    return Decimal(amount_cents).scaleb(-2)


def price(amount_cents: int, currency: str = "") -> str:
    """Cents as a shopper reads them, in the shop's currency or another: 4900 is "€49.00".

    As the language of the page has it: "49,00 €" in German.
    """
    language = get_language() or settings.LANGUAGE_CODE
    return _price(amount_cents, currency or settings.CURRENCY, language)


@lru_cache(maxsize=4096)
def _price(amount_cents: int, currency: str, language: str) -> str:
    text = format_currency(units(amount_cents), currency, locale=Locale.parse(language, "-"))
    # A space that Unicode's rules want, and Babel leaves out: CHF 49.00.
    return re.sub(r"(?<=[A-Z])(?=\d)", "\u00a0", text)


def number(amount_cents: int) -> str:
    """Cents as an address has them: units without needless decimals, 4900 is "49"."""
    return f"{amount_cents / 100:.2f}".removesuffix(".00")


def written_number(amount_cents: int) -> str:
    """The same as people write it: 4950 is "49.50", or "49,50" in German."""
    return number(amount_cents).replace(".", get_format("DECIMAL_SEPARATOR"))


class AmountField(forms.DecimalField):
    """A field that shows units of the currency and is worth cents."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": MOST_DIGITS, "decimal_places": 2, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return units(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        return None if amount is None else cents(amount)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


if TYPE_CHECKING:
    # Django's fields have parameters in their stubs alone: what is set, and what is got, which is
    # None as well where null=True.
    class Cents[Set, Get](models.PositiveIntegerField[Set, Get]): ...
else:

    class Cents(models.PositiveIntegerField):
        """An amount in whole cents; people type it in units of the shop's currency."""

        def formfield(self, **kwargs: Any) -> forms.Field | None:
            label = format_lazy(
                _("{name} in {currency}"),
                name=capfirst(self.verbose_name),
                currency=settings.CURRENCY,
            )
            options = {"min_value": Decimal(0), "label": label, **kwargs, "form_class": AmountField}
            # An integer field would bound the form's value in cents.
            return models.Field.formfield(self, **options)

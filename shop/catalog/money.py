"""Money: whole cents in the database, units of the currency for people and in forms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from babel import Locale
from babel.numbers import format_currency
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import get_format
from django.utils.text import capfirst, format_lazy
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

MOST_DIGITS = 9
MOST_QUOTED = 40

# How people write amounts: ASCII digits alone, and either sign before one or two decimals. Three
# digits behind the only sign may be thousands or decimals.
_WHOLE = re.compile(r"[0-9]+")
_DECIMAL = re.compile(r"(?P<whole>[0-9]+)(?P<sign>[.,])(?P<rest>[0-9]+)")
_GROUPED = re.compile(
    r"(?P<whole>[1-9][0-9]{0,2}(?P<group>[.,])[0-9]{3}(?:(?P=group)[0-9]{3})*)"
    r"(?:(?P<sign>(?!(?P=group))[.,])(?P<rest>[0-9]{1,2}))?"
)
_COULD_BE_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")


class NotAnAmount(ValueError):
    """A text is no amount of money, or could be two. It is one sentence for a person."""


def rounded(cents: Decimal) -> int:
    """The one rule for fractions of a cent: to the nearest, halves away from zero."""
    return int(cents.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def cents(amount: Decimal) -> int:
    """Units of the currency as whole cents."""
    return int(amount * 100)


def units(amount_cents: int) -> Decimal:
    """Cents as units of the currency, with two decimals."""
    return Decimal(amount_cents).scaleb(-2)


def read_amount(text: str, what: str, *, decimal_sign: str = "") -> Decimal:
    """An amount as somebody typed it, in units, with two decimals at most: `49.90` or `49,90`.

    Thousands may be apart where nothing else can be meant: `1.300,50`, `1,300,000`. What could be
    thousands or decimals (`1.300`) is read where `decimal_sign` says which sign is the decimals',
    as in the rest of a column. Raises NotAnAmount, with a sentence that begins with `what`.
    """
    number = text.strip()
    plain = _plain(number.removeprefix("-"), decimal_sign)
    if plain is None:
        raise NotAnAmount(_why_no_amount(number) % {"what": what, "text": text[:MOST_QUOTED]})
    return Decimal(plain) * (-1 if number.startswith("-") else 1)


def decimal_sign_of(texts: Iterable[str]) -> str:
    """The sign before the decimals in amounts of one hand; empty where they tell none or both."""
    signs = {sign for text in texts if (sign := _told_sign(text.strip()))}
    return signs.pop() if len(signs) == 1 else ""


def _plain(number: str, decimal_sign: str) -> str | None:
    """The number with a point and without signs between thousands; None where it is not plain."""
    if _WHOLE.fullmatch(number):
        return number
    if _COULD_BE_THOUSANDS.fullmatch(number):
        is_grouped = decimal_sign and decimal_sign not in number
        return re.sub("[.,]", "", number) if is_grouped else None
    if grouped := _GROUPED.fullmatch(number):
        return re.sub("[.,]", "", grouped["whole"]) + f".{grouped['rest'] or '0'}"
    decimal = _DECIMAL.fullmatch(number)
    if decimal and len(decimal["rest"]) <= 2:
        return f"{decimal['whole']}.{decimal['rest']}"
    return None


def _told_sign(number: str) -> str:
    """Which sign stands before decimals in this number, if it tells."""
    if _COULD_BE_THOUSANDS.fullmatch(number):
        return ""
    if grouped := _GROUPED.fullmatch(number):
        return {".": ",", ",": "."}[grouped["group"]]
    decimal = _DECIMAL.fullmatch(number)
    return decimal["sign"] if decimal and len(decimal["rest"]) <= 2 else ""


def _why_no_amount(number: str) -> str:
    if _COULD_BE_THOUSANDS.fullmatch(number):
        return gettext(
            "%(what)s %(text)r could be thousands or decimals: write it as 1300 or as 1.30."
        )
    if _DECIMAL.fullmatch(number):
        return gettext("%(what)s %(text)r has more than two decimals.")
    if any(letter.isdecimal() for letter in number) and any(
        unicodedata.category(letter) == "Sc" for letter in number
    ):
        return gettext("%(what)s %(text)r names a currency: write the number alone.")
    return gettext("%(what)s %(text)r is not a number such as 49.90.")


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


class UnitsField(forms.DecimalField):
    """A field for units of the currency, which takes no number that could be meant otherwise."""

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        try:
            return read_amount(value, gettext("The amount"))
        except NotAnAmount as reason:
            raise ValidationError(str(reason), code="invalid") from reason


class AmountField(UnitsField):
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

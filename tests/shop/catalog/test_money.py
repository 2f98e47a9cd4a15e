"""Amounts of money as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from shop.catalog.money import (
    AmountField,
    NotAnAmount,
    UnitsField,
    decimal_sign_of,
    read_amount,
)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("49", "49"),
        ("49.90", "49.90"),
        ("49,9", "49.9"),
        (" 0.01 ", "0.01"),
        ("-5", "-5"),
        ("1000000", "1000000"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1.300.000", "1300000"),
    ],
)
def test_plain_amounts(text: str, amount: str) -> None:
    assert read_amount(text, "The price") == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", ".", "5.", ".5", "1e3", "1_3", "0x1", "nan", "Infinity", "٤٩", "4 990", "+5"),
        *("1.300", "4,990", "0.001", "12345.678", "1.23,4", "1.234.5", "1,23,456", "--5", "€5"),
    ],
)
def test_what_is_no_amount_or_could_be_two(text: str) -> None:
    with pytest.raises(NotAnAmount):
        read_amount(text, "The price")


@pytest.mark.parametrize(
    ("text", "sign", "amount"),
    [("1.300", ",", "1300"), ("1,300", ".", "1300"), ("1.30", ",", "1.30")],
)
def test_where_the_sign_is_known(text: str, sign: str, amount: str) -> None:
    assert read_amount(text, "The price", decimal_sign=sign) == Decimal(amount)


@pytest.mark.parametrize(("text", "sign"), [("1.300", "."), ("1,300", ",")])
def test_three_decimals_are_none(text: str, sign: str) -> None:
    with pytest.raises(NotAnAmount):
        read_amount(text, "The price", decimal_sign=sign)


@pytest.mark.parametrize(
    ("texts", "sign"),
    [
        (["49", "1.300"], ""),
        (["49,90", "1.300"], ","),
        (["1.300.000"], ","),
        (["1,300.5"], "."),
        (["4,50", "4.50"], ""),
        (["cheap", ""], ""),
    ],
)
def test_what_a_column_tells(texts: list[str], sign: str) -> None:
    assert decimal_sign_of(texts) == sign


@pytest.mark.parametrize("text", ["1e3", "1_3", "1.300", "NaN"])
def test_forms_take_what_imports_take(text: str) -> None:
    for field in (AmountField(), UnitsField(max_digits=9, decimal_places=2)):
        with pytest.raises(ValidationError, match="The amount"):
            field.clean(text)


def test_a_form_is_worth_cents_or_units() -> None:
    assert AmountField().clean("1.234,50") == 123_450
    assert UnitsField().clean("49,90") == Decimal("49.90")
    assert UnitsField(required=False).clean("") is None

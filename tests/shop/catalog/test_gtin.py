"""Numbers under barcodes, as GS1's own examples and packages in a kitchen have them."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from shop.catalog.gtin import check_digit, check_gtin, circulates


@pytest.mark.parametrize(
    "gtin", ["96385074", "036000291452", "4006381333931", "6291041500213", "10614141000415"]
)
def test_true_ones(gtin: str) -> None:
    check_gtin(gtin)
    for place in range(len(gtin) - 1):
        mistyped = gtin[:place] + str((int(gtin[place]) + 1) % 10) + gtin[place + 1 :]
        with pytest.raises(ValidationError, match=f"should be {check_digit(mistyped[:-1])}:"):
            check_gtin(mistyped)


@pytest.mark.parametrize("gtin", ["", "9638507", "963850740", "9638507a", "٩٦٣٨٥٠٧٤", "9638 5074"])
def test_no_numbers_of_that_kind(gtin: str) -> None:
    with pytest.raises(ValidationError, match="8, 12, 13 or 14 digits"):
        check_gtin(gtin)


@pytest.mark.parametrize("gtin", ["96385074", "036000291452", "4006381333931", "10614141000415"])
def test_those_that_everybody_knows(gtin: str) -> None:
    assert circulates(gtin)


@pytest.mark.parametrize(
    "gtin",
    [
        "2000000000008",
        "0200000000002",
        "412345678903",
        "9812345678903",
        "12000000000005",
        "20000004",
    ],
)
def test_those_that_a_shop_gives_out_itself_and_coupons(gtin: str) -> None:
    assert not circulates(gtin)

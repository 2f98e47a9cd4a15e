"""The numbers under barcodes: GTINs of 8, 12, 13 or 14 digits, the last of which checks the others.

As GS1 has it in its General Specifications, 7.9.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LENGTHS = (8, 12, 13, 14)


def check_digit(digits: str) -> int:
    """The digit that belongs behind these: weighed 3, 1, 3, ... from the right, they make tens."""
    weighed = (int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(digits[::-1]))
    return -sum(weighed) % 10


def check_gtin(gtin: str) -> None:
    """Raises ValidationError with what is wrong with a GTIN, written without spaces."""
    if not (gtin.isascii() and gtin.isdigit() and len(gtin) in LENGTHS):
        raise ValidationError(_("A GTIN is a number of 8, 12, 13 or 14 digits."))
    expected = check_digit(gtin[:-1])
    if int(gtin[-1]) != expected:
        raise ValidationError(
            _("The last digit should be %(expected)d: look for a mistyped one.")
            % {"expected": expected}
        )


def circulates(gtin: str) -> bool:
    """Whether a GTIN may name a thing outside the shop that gave it.

    GS1 leaves those to each shop that begin with 2, 02 or 04 as 13 digits, and those with 98 and 99
    are coupons. Of 8 digits, those with 0 and 2 are the shops'.
    """
    if len(gtin) == 8:
        return gtin[0] not in "02"
    return not gtin.zfill(14)[1:].startswith(("02", "04", "2", "98", "99"))

"""What the cells of a shop's own CSV file mean. Whatever cannot be meant raises RowRefused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from shop.catalog.gtin import check_gtin
from shop.catalog.imports.rows import RowRefused, quoted
from shop.catalog.models import Status
from shop.catalog.money import NotAnAmount, cents, read_amount

MAX_PRICE = Decimal(1_000_000)
MAX_PIECES = 100_000
MOST_DIGITS = 20
_GENDERS = {
    **dict.fromkeys(("", "unisex", "all", "adults"), "unisex"),
    **dict.fromkeys(("women", "woman", "female", "ladies", "womens", "damen"), "women"),
    **dict.fromkeys(("men", "man", "male", "gentlemen", "mens", "herren"), "men"),
    **dict.fromkeys(("girls", "girl", "mädchen"), "girls"),
    **dict.fromkeys(("boys", "boy", "jungen"), "boys"),
}
_STATUSES = {**{status.value: status for status in Status}, "active": Status.PUBLISHED}
# Commas that no digits stand on both sides of; half a size (38,5); numbers that are no decimals.
_PLAIN_COMMA = re.compile(r"(?<![0-9]),|,(?![0-9])")
_HALF = re.compile(r"[0-9]+,5")
_WHOLE_NUMBERS = re.compile(r"[0-9]{2,}(?:,[0-9]{2,})+")
_LETTERS = re.compile(r"(?:[2-9]?X*[SL]|M)")
# What stands behind the comma of a size.
FRACTIONS = frozenset(("3", "5", "6", "25", "33", "50", "66", "67", "75"))
# Sizes 4 and 5, or half a size.
_TWO_OR_A_HALF = re.compile(r"[0-9],5")


def gender(text: str) -> str:
    found = _GENDERS.get(text.lower().replace("'", ""))
    if found is None:
        raise RowRefused(
            _("The gender %(gender)r is none of women, men, unisex, girls, boys.")
            % {"gender": quoted(text)}
        )
    return found


def status(text: str) -> Status:
    found = _STATUSES.get(text.lower())
    if found is None:
        raise RowRefused(
            _("The status %(status)r is none of %(known)s.")
            % {"status": quoted(text), "known": ", ".join(status.value for status in Status)}
        )
    return found


def gtin(text: str) -> str:
    """A GTIN without its spaces and hyphens; "" where there is none."""
    digits = re.sub(r"[ -]", "", text)
    if digits:
        try:
            check_gtin(digits)
        except ValidationError as invalid:
            raise RowRefused(
                _("The GTIN %(gtin)r will not do: %(reason)s")
                % {"gtin": quoted(text), "reason": invalid.messages[0]}
            ) from invalid
    return digits


def price(text: str, what: str, decimal_sign: str = "") -> int:
    """A price such as `49.90` or `49,90` in cents."""
    try:
        amount = read_amount(text, what, decimal_sign=decimal_sign)
    except NotAnAmount as reason:
        raise RowRefused(str(reason)) from reason
    if not 0 < amount <= MAX_PRICE:
        raise RowRefused(
            _("%(what)s %(price)r is not between 0.01 and %(most)s.")
            % {
                "what": what,
                "price": quoted(text),
                "most": number_format(MAX_PRICE, force_grouping=True),
            }
        )
    return cents(amount)


def moment(text: str, column: str, *, end: bool = False) -> datetime | None:
    """A day or a time such as `2026-12-24 08:00`, in the shop's time unless it names another.

    Of a day its first moment, or the one after its last for an `end`.
    """
    if not text:
        return None
    try:
        day, at = parse_date(text), parse_datetime(text)
        if day is not None:
            at = datetime.combine(day, time.min) + timedelta(days=1 if end else 0)
        if at is not None and timezone.is_naive(at):
            at = timezone.make_aware(at)
        if at is not None:
            # The first and the last day of all are none in every zone.
            at.astimezone(UTC)
    except (ValueError, OverflowError):
        at = None
    if at is None:
        raise RowRefused(
            _("The %(column)s %(text)r is no day such as 2026-12-24 and no time.")
            % {"column": column, "text": quoted(text)}
        )
    return at


def several(text: str) -> tuple[str, ...]:
    """Texts apart by `|`, which may hold any other sign."""
    return tuple(part.strip() for part in text.split("|") if part.strip())


def listed(text: str, column: str) -> tuple[str, ...]:
    """Sizes, or what there is of each, apart by `|`, else by semicolons, else by commas.

    A comma between digits is part of half a size, `38,5`. Without another comma it also parts
    numbers of two digits or more, `36,38,40`; what could be either is refused.
    """
    for delimiter in "|;":
        if delimiter in text:
            return tuple(part.strip() for part in text.split(delimiter) if part.strip())
    parts = [part.strip() for part in _PLAIN_COMMA.split(text) if part.strip()]
    if len(parts) == 1 and _WHOLE_NUMBERS.fullmatch(parts[0]):
        return tuple(parts[0].split(","))
    could_be_two = len(parts) == 1 and _TWO_OR_A_HALF.fullmatch(parts[0])
    if could_be_two or any("," in part and not _HALF.fullmatch(part) for part in parts):
        raise RowRefused(
            _("The %(column)s %(text)r can be read in two ways: put | between them.")
            % {"column": column, "text": quoted(text)}
        )
    return tuple(parts)


def one_size(text: str) -> str:
    """A size that has a row of its own. Raises RowRefused where it is several for certain.

    A comma may be part of one: `38,5`, `42,25`, `W32, L34`.
    """
    parts = [part.strip().upper() for part in re.split("[|;,]", text) if part.strip()]
    are_numbers = all(part.isdecimal() for part in parts)
    is_fraction = len(parts) == 2 and parts[-1] in FRACTIONS
    if len(parts) < 2 or not (_are_letters(parts) or (are_numbers and not is_fraction)):
        return text
    raise RowRefused(
        _("The size %(text)r names several: give each a row.") % {"text": quoted(text)}
    )


def _are_letters(parts: Sequence[str]) -> bool:
    return all(_LETTERS.fullmatch(part) for part in parts)


def stock(text: str, sizes: int | None) -> tuple[int, ...]:
    """Pieces of each size such as `4|0|12`; nothing where the text is empty.

    `sizes` is how many there are; None where the file does not say.
    """
    numbers = listed(text, "stock")
    for number in numbers:
        if not _is_count(number):
            raise RowRefused(
                _("The stock %(number)r is not a whole number up to %(most)s.")
                % {"number": quoted(number), "most": number_format(MAX_PIECES, force_grouping=True)}
            )
    if numbers and sizes is not None and len(numbers) != sizes:
        raise RowRefused(
            _("The stock %(stock)r has no number for each of the %(sizes)d sizes.")
            % {"stock": quoted(text), "sizes": sizes}
        )
    return tuple(map(int, numbers))


def _is_count(number: str) -> bool:
    return (
        number.isascii()
        and number.isdigit()
        # Python makes no number of more than 4,300 digits.
        and len(number) <= MOST_DIGITS
        and int(number) <= MAX_PIECES
    )

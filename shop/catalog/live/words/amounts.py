"""What somebody typed says of the price: "under 50", "bis 80 €", "30 to 50", "on sale". Pure."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from shop.catalog.live.words.vocabulary import prices
from shop.catalog.money import NotAnAmount, cents, read_amount

DECIMAL_SIGNS = {"en": ".", "de": ","}


class Bounds(NamedTuple):
    """The lowest and the highest price, in cents, None where nothing was said of it; and whether
    only what costs less than before is wanted."""

    low: int | None = None
    high: int | None = None
    is_reduced: bool = False


NO_BOUNDS: Final = Bounds()


def taken_out(text: str, language: str) -> tuple[str, Bounds]:
    """The text without the words that bound the price, and these bounds."""
    rest = _reduced().sub(" ", text)
    said = Bounds(is_reduced=rest != text)
    for pattern in _patterns():
        if found := pattern.search(rest):
            bounds = _read(found, language)
            if bounds:
                without = f"{rest[: found.start()]} {rest[found.end() :]}"
                return without, bounds._replace(is_reduced=said.is_reduced)
    return rest, said


def _read(found: re.Match[str], language: str) -> Bounds | None:
    told = found.groupdict()
    sign = DECIMAL_SIGNS.get(language, "")
    try:
        low, high = (_cents(told.get(name) or "", sign) for name in ("low", "high"))
    except NotAnAmount:
        return None
    if low is not None and high is not None and low > high:
        low, high = high, low
    return Bounds(low, high)


def _cents(amount: str, decimal_sign: str) -> int | None:
    return cents(read_amount(amount, "", decimal_sign=decimal_sign)) if amount else None


@cache
def _reduced() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_one_of(prices().reduced)})(?!\w)", re.IGNORECASE)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    words = prices()
    coin = f"(?:{_one_of(words.currencies)})"
    joint = f"(?:{_one_of(words.joints)})"
    low, high = (rf"{coin}?\s*(?P<{name}>\d[\d.,]*\d|\d)\s*{coin}?" for name in ("low", "high"))
    named = "|".join(joint for joint in words.joints if joint.isalpha())
    return tuple(
        re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE)
        for pattern in (
            rf"(?:{_one_of(words.between)})\s+{low}\s*{joint}\s*{high}",
            rf"{low}\s*(?:{named})\s*{high}",
            rf"(?:{_one_of(words.most)})\s*{high}",
            rf"(?:{_one_of(words.least)})\s*{low}",
        )
    )


def _one_of(words: tuple[str, ...]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest_first)

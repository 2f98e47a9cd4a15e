"""What somebody typed says that columns know: "under 50", "on sale", "size 42", "new". Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Final, NamedTuple

from shop.catalog.live.words import sizes
from shop.catalog.live.words.analysis import tokens
from shop.catalog.live.words.vocabulary import one_of, phrases, without
from shop.catalog.money import NotAnAmount, cents, read_amount

DECIMAL_SIGNS = {"en": ".", "de": ","}

type IsName = Callable[[Sequence[str]], bool]
"""Whether a product's name has these words, in lower case, in that order."""


class Bounds(NamedTuple):
    """The lowest and the highest price, in cents, None where nothing was said of it; whether only
    what costs less than before is wanted; sizes (see `sizes`), of which one must be there; and
    whether what came last is to come first."""

    low: int | None = None
    high: int | None = None
    is_reduced: bool = False
    sizes: tuple[str, ...] = ()
    is_new: bool = False

    @property
    def has_price(self) -> bool:
        return self.low is not None or self.high is not None

    def parts(self) -> tuple[Bounds, ...]:
        """What narrows, each sort of it alone; the first matters least."""
        every = (
            Bounds(is_reduced=self.is_reduced),
            Bounds(self.low, self.high),
            Bounds(sizes=self.sizes),
        )
        return tuple(part for part in every if part != NO_BOUNDS)


NO_BOUNDS: Final = Bounds()


def taken_out(text: str, language: str, is_name: IsName) -> tuple[str, Bounds]:
    """The text without the words that bound what is wanted, and these bounds."""
    # Before the prices: "size 42 to 50 €".
    rest, said = sizes.taken_out(text)
    rest, is_new = _without_new(rest, is_name)
    rest, is_reduced = _without(_reduced(), rest)
    rest, (low, high) = _without_price(rest, language)
    return rest, Bounds(low, high, is_reduced, said, is_new)


def _without(pattern: re.Pattern[str], text: str) -> tuple[str, bool]:
    """The text without what the pattern finds, unless it is not wanted, and whether it was there.

    "Not on sale" says something else, of which no column knows.
    """
    rest = pattern.sub(lambda found: found[0] if found["not"] else " ", text)
    return rest, rest != text


def _without_new(text: str, is_name: IsName) -> tuple[str, bool]:
    """The word is part of many names: "New Balance"."""

    def replaced(found: re.Match[str]) -> str:
        before, after = text[: found.start()].split(), text[found.end() :].split()
        pairs = ([*before[-1:], found[0]], [found[0], *after[:1]])
        rows = [[token.lower for token in tokens(" ".join(pair))] for pair in pairs]
        named = any(len(row) > 1 and is_name(row) for row in rows)
        return found[0] if found["not"] or named else " "

    rest = _new().sub(replaced, text)
    return rest, rest != text


def _without_price(text: str, language: str) -> tuple[str, tuple[int | None, int | None]]:
    for pattern in _prices():
        if (found := pattern.search(text)) and (price := _read(found, language)):
            return f"{text[: found.start()]} {text[found.end() :]}", price
    return text, (None, None)


def _read(found: re.Match[str], language: str) -> tuple[int | None, int | None] | None:
    told = found.groupdict()
    sign = DECIMAL_SIGNS.get(language, "")
    try:
        low, high = (_cents(told.get(name) or "", sign) for name in ("low", "high"))
    except NotAnAmount:
        return None
    if low is not None and high is not None and low > high:
        # "Levi's 501 - 50 €" is no range.
        return None if told.get("dash") else (high, low)
    return low, high


def _cents(amount: str, decimal_sign: str) -> int | None:
    return cents(read_amount(amount, "", decimal_sign=decimal_sign)) if amount else None


@cache
def _reduced() -> re.Pattern[str]:
    return _words(phrases("prices")["reduced"])


@cache
def _new() -> re.Pattern[str]:
    return _words(phrases("new")["words"])


def _words(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){without()}(?:{one_of(words)})(?!\w)", re.IGNORECASE)


@cache
def _prices() -> tuple[re.Pattern[str], ...]:
    """The first that finds anything is right."""
    words = phrases("prices")
    coin = f"(?:{one_of(words['currencies'])})"
    # A word in front may be a size's: "EUR 42". One behind a number is that number's: "50 € 38".
    signs = one_of(coin for coin in words["currencies"] if not coin.isalpha())
    sign = rf"(?:(?<!\d\s)(?:{signs})\s*|(?:{signs}))"
    joint = f"(?:{one_of(words['joints'])})"
    just_low, just_high = (rf"(?P<{name}>\d[\d.,]*\d|\d)" for name in ("low", "high"))
    low, high = (rf"{coin}?\s*{just}\s*{coin}?" for just in (just_low, just_high))
    named = "|".join(joint for joint in words["joints"] if joint.isalpha())
    dash = rf"\s*(?P<dash>{joint})\s*"
    upwards = rf"\s*(?:{one_of(words['upwards'])})"
    return tuple(
        re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE)
        for pattern in (
            rf"(?:{one_of(words['between'])})\s+{low}\s*{joint}\s*{high}",
            rf"{low}\s*(?:{named})\s*{high}",
            rf"{sign}{just_low}{dash}{high}",
            rf"{just_low}\s*{coin}?{dash}{just_high}\s*{coin}",
            rf"{just_low}\s*{coin}{dash}{just_high}",
            rf"(?:{one_of(words['most'])})\s*{high}",
            rf"(?:{one_of(words['least'])})\s*{low}",
            rf"{sign}{just_low}{upwards}",
            rf"{just_low}\s*{coin}{upwards}",
            # Who names a sum wants to pay no more. Digits before or behind it are of its thousands.
            rf"{sign}{just_high}(?!\s\d{{3}}\b)",
            rf"(?<!\d\s){just_high}\s*{coin}",
        )
    )

"""What somebody typed says of the size: "size 42", "Größe M oder L", "Gr. 38-40". Pure.

Only what is called a size is one: a 42 alone may be anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from shop.catalog.live.words.vocabulary import one_of, phrases, without

LETTERS = ("XXS", "XS", "S", "M", "L", "XL", "XXL", "3XL", "4XL", "5XL")
"""Sizes in letters, the smallest first."""

# From one size to another so many are meant, and not the numbers of something else.
MOST_BETWEEN = 20
MOST = 1000
_BETWEEN = re.compile(r"\s*[-\u2013]\s*")
_APART = re.compile(r"[\s/|\u2013-]+")


def taken_out(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without what it says of the size, and the sizes as `fits` takes them.

    "Schuhgröße 42" leaves the shoes.
    """
    found: list[str] = []

    def replaced(said: re.Match[str]) -> str:
        if said["not"]:
            return said[0]
        found.extend(_listed(said["sizes"]))
        return f" {said['of'] or ''} "

    rest = _pattern().sub(replaced, text)
    return rest, tuple(dict.fromkeys(found))


def fits(size: str, asked: str) -> bool:
    """Whether a size, as a merchant writes it, is what was asked for: "S/M" is "m" as well."""
    whole = _plain(size)
    return asked == whole or asked in {_plain(word) for word in _APART.split(size)}


def _listed(text: str) -> Iterator[str]:
    for run in re.split(_joint(), text, flags=re.IGNORECASE):
        ends = [_plain(size) for size in _BETWEEN.split(run)]
        yield from _between(*ends) if len(ends) == 2 else ends


def _between(first: str, last: str) -> Iterable[str]:
    """All sizes from one to the other, where their order is known."""
    for order in (list(map(str, range(MOST))), [size.casefold() for size in LETTERS]):
        if first in order and last in order:
            low, high = sorted(map(order.index, (first, last)))
            if high - low <= MOST_BETWEEN:
                return order[low : high + 1]
    return first, last


def _plain(size: str) -> str:
    """A size as others of it are written: "Extra  Large" is "xl"."""
    told = " ".join(size.casefold().replace(",", ".").split())
    return _names().get(told, told)


@cache
def _names() -> dict[str, str]:
    names = phrases("sizes.names")
    return {name: letters for letters, each in names.items() for name in each}


@cache
def _joint() -> str:
    # A comma within a number is a point: "42,5".
    return rf"\s*(?:{one_of(phrases('sizes')['joints'])}|,(?=\s))\s*"


@cache
def _pattern() -> re.Pattern[str]:
    words = phrases("sizes")
    number = r"\d{1,3}(?:[.,]5)?[a-h]{0,2}"
    letters = r"(?:[2-6]?x{1,4}|)[sl]|m"
    region = r"(?:(?:eu|uk|us)\s*)?"
    one = rf"{region}(?:{number}|{letters}|{one_of(_names())})(?!\w)(?![.,]\d)"
    listed = rf"{one}(?:(?:{_joint()}|{_BETWEEN.pattern}){one})*"
    of = f"(?P<of>{one_of(words['of'])})?"
    return re.compile(
        rf"(?<!\w){without()}{of}(?:{one_of(words['words'])})"
        rf"(?:\s*[.:]\s*|\s+|(?=\d))(?P<sizes>{listed})",
        re.IGNORECASE,
    )

"""Postcodes as their countries write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from shop.addresses.countries import rules

DASHES = re.compile(r"\s*[\u2010-\u2015\u2212-]\s*")
# "D-10115", "CH 8001": the sign of the country, which no longer belongs to the code.
COUNTRY_SIGN = re.compile(r"[A-Z]{1,2}[- ]?(?=\d)")


def is_one(country: str, postcode: str) -> bool:
    """Whether the country has postcodes of this form. Where nothing is known of them, any is."""
    # The library's own `match` leaves open what follows: some patterns have alternatives.
    return all(pattern.fullmatch(postcode) for pattern in rules(country).postal_code_matchers)


def fits(country: str, region: str, postcode: str) -> bool:
    """Whether a postcode, if there is one, begins like those of a region (by its key)."""
    patterns = rules(country, region).postal_code_matchers
    patterns = patterns[len(rules(country).postal_code_matchers) :]
    return not postcode or all(pattern.match(postcode) for pattern in patterns)


def example(country: str, region: str = "") -> str:
    """A postcode of the country, or of a region by its key; empty if none is known."""
    # A region without examples of its own has those of the country, hardly one of which is there.
    examples = map(str, rules(country, region).postal_code_examples)
    return next((code for code in examples if fits(country, region, code)), "")


def written(country: str, typed: str) -> str:
    """A postcode as its country writes it; as it was typed, in capitals, if it is not one there."""
    plain = _plain(typed)
    return next((form for form in _forms(country, plain) if is_one(country, form)), plain)


def _plain(typed: str) -> str:
    """In capitals, with digits, spaces and hyphens of ASCII."""
    text = unicodedata.normalize("NFKC", typed).upper()
    text = "".join(str(unicodedata.decimal(letter, letter)) for letter in text)
    return " ".join(DASHES.sub("-", text).split())


def _forms(country: str, plain: str) -> Iterator[str]:
    """What may have been meant, the likeliest first."""
    for text in (plain, COUNTRY_SIGN.sub("", plain, count=1)):
        bare = re.sub(r"[ -]", "", text)
        if text != bare:
            yield text
        yield from _like_examples(country, bare)
        yield bare


def _like_examples(country: str, bare: str) -> Iterator[str]:
    """With spaces and hyphens where the examples of this length have them."""
    for model in rules(country).postal_code_examples:
        if len(re.sub(r"[ -]", "", model)) == len(bare):
            letters = iter(bare)
            yield "".join(sign if sign in " -" else next(letters) for sign in model)

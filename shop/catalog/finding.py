"""Products by words, in the language of the page."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from django.conf import settings
from django.utils.translation import get_language

from shop.catalog.browsing import Choices
from shop.catalog.listing import PUBLISHED, live
from shop.catalog.live.cards import products
from shop.catalog.live.finding.keeper import keeper
from shop.catalog.live.view import Narrowing
from shop.catalog.live.words import Bounds, Found, Suggestion, suggest
from shop.catalog.models import Product


class Answer(NamedTuple):
    """What was found for `words`: S12 `keys`, the best first; those `among` are to be listed.

    `left_out` are the words that what was found does not have, `read_as` pairs of a word that
    nothing has and what it was taken for.
    """

    words: str
    keys: np.ndarray
    among: Narrowing
    left_out: tuple[str, ...]
    read_as: tuple[tuple[str, str], ...]


class Suggestions(NamedTuple):
    """Words to search for, and products that they would find."""

    words: tuple[Suggestion, ...]
    products: list[Product]


def find(text: str) -> Found | None:
    """The published products that fit what somebody typed; None where that is nothing at all.

    Raises NotLoaded, a DatabaseError.
    """
    return keeper().view().search(text, _language())


def answer(text: str) -> Answer | None:
    """What to list for what somebody typed; None where that is nothing at all.

    A price that nothing of what was found has is left out. Raises NotLoaded.
    """
    found = find(text)
    if found is None:
        return None
    low, high = found.bounds
    among = Narrowing.to(dict(PUBLISHED.values), low, high)
    left_out = found.left_out
    if among.has_price and not len(live().select(PUBLISHED, among, found.keys)):
        left_out = (*left_out, *_price(found.bounds))
        among = PUBLISHED
    return Answer(text, found.keys, among, left_out, found.read_as)


def _price(bounds: Bounds) -> list[str]:
    """The bounds of a price as a chip tells them."""
    return [chip.label for chip in Choices(price_min=bounds.low, price_max=bounds.high).chips()]


def suggestions(text: str) -> Suggestions:
    """How the text may go on. Raises NotLoaded and what MongoDB raises."""
    found = suggest(keeper().view(), text, _language())
    return Suggestions(found.words, products(live(), found.products))


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE

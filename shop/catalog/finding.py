"""Products by words, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from django.conf import settings
from django.utils.translation import get_language

from shop.catalog.browsing import Choices
from shop.catalog.listing import PUBLISHED, live
from shop.catalog.live.cards import products
from shop.catalog.live.finding.keeper import keeper
from shop.catalog.live.view import Narrowing
from shop.catalog.live.words import NO_BOUNDS, Bounds, Found, Suggestion, suggest
from shop.catalog.models import Product


class Answer(NamedTuple):
    """What was found for `words`: S12 `keys`, the best first; those `among` are to be listed.

    `keys` are None where no word says what is wanted. `left_out` are the words that what was found
    does not have, `read_as` pairs of a word that nothing has and what it was taken for.
    """

    words: str
    keys: np.ndarray | None
    among: Narrowing
    left_out: tuple[str, ...]
    read_as: tuple[tuple[str, str], ...]

    @property
    def is_in_vain(self) -> bool:
        """Whether nothing was found."""
        return self.keys is not None and not len(self.keys)


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
    kept = _answer(text, found)
    if kept.among.has_price and not len(live().select(PUBLISHED, kept.among, kept.keys)):
        return _answer(text, found, keeps_price=False)
    return kept


def ever_fewer(text: str) -> Iterator[Answer]:
    """What fits all that somebody typed, then what fits ever fewer of the words.

    For whoever wants something else of it than words say. The price is kept to longer than the
    words, but for those that name a thing. Raises NotLoaded.
    """
    fewer = list(keeper().view().ever_fewer(text, _language()))
    yield from (_answer(text, found) for found in fewer)
    if any(found.bounds != NO_BOUNDS for found in fewer):
        yield from (_answer(text, found, keeps_price=False) for found in fewer)


def _answer(text: str, found: Found, *, keeps_price: bool = True) -> Answer:
    keys = None if found.fits_all else found.keys
    if not keeps_price:
        left_out = (*found.left_out, *_price(found.bounds))
        return Answer(text, keys, PUBLISHED, left_out, found.read_as)
    among = Narrowing.to(dict(PUBLISHED.values), *found.bounds)
    return Answer(text, keys, among, found.left_out, found.read_as)


def _price(bounds: Bounds) -> list[str]:
    """The bounds of a price as a chip tells them."""
    return [chip.label for chip in Choices(price_min=bounds.low, price_max=bounds.high).chips()]


def suggestions(text: str) -> Suggestions:
    """How the text may go on. Raises NotLoaded and what MongoDB raises."""
    found = suggest(keeper().view(), text, _language())
    return Suggestions(found.words, products(live(), found.products))


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE

"""Products by words, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from django.conf import settings
from django.utils.translation import get_language

from shop.catalog.browsing import Choices
from shop.catalog.listing import PUBLISHED, live
from shop.catalog.live.cards import products
from shop.catalog.live.facts import ON_SALE
from shop.catalog.live.finding.keeper import keeper
from shop.catalog.live.table import KEY, keys_of
from shop.catalog.live.view import Narrowing
from shop.catalog.live.words import NO_BOUNDS, Bounds, Found, Suggestion, suggest
from shop.catalog.models import Product
from shop.catalog.presentable import available
from shop.catalog.steering import UNSTEERED, Steering, boosted, of_search, placed


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


def answer(text: str, steering: Steering | None = None) -> Answer | None:
    """What to list for what somebody typed; None where that is nothing at all.

    A price that nothing of what was found has is left out. The merchants' `steering`, what holds
    now where it is None, pins, blocks and brings forward. Raises NotLoaded.
    """
    found = find(text)
    if found is None:
        return None
    keys = _steered(found, of_search(text, _language()) if steering is None else steering)
    if not len(found):
        # What somebody chose for words fits them.
        found = replace(found, left_out=() if len(keys) else found.left_out)
    kept = _answer(text, found, keys)
    if kept.among != PUBLISHED and not len(live().select(PUBLISHED, kept.among, keys)):
        return _answer(text, found, keys, keeps_price=False)
    return kept


def _steered(found: Found, steering: Steering) -> np.ndarray:
    """The keys of what was found, S12 (n,): what is boosted further up, pins at their places, those
    the words do not find as well; nothing that is blocked. What is sold out comes last."""
    if steering == UNSTEERED:
        return found.keys
    worth = found.scores * np.exp(boosted(live(), found.keys, steering.boosts))
    keys = found.keys[np.lexsort((-worth, ~found.available))]
    had = available([pin.product for pin in steering.pins])
    pins = [(pin.place, bytes.fromhex(pin.product)) for pin in steering.pins if pin.product in had]
    hidden = [*keys_of(list(steering.blocked)).tolist(), *(key for _place, key in pins)]
    keys = keys[~np.isin(keys, np.array(hidden, KEY))]
    last = max((place for place, _key in pins), default=0)
    first = placed(keys[:last].tolist(), pins)
    return np.concatenate([np.array(first, KEY), keys[last:]])


def ever_fewer(text: str) -> Iterator[Answer]:
    """What fits all that somebody typed, then what fits ever fewer of the words.

    For whoever wants something else of it than words say. The price is kept to longer than the
    words, but for those that name a thing. Raises NotLoaded.
    """
    fewer = list(keeper().view().ever_fewer(text, _language()))
    for keeps_price in (True, False):
        if keeps_price or any(found.bounds != NO_BOUNDS for found in fewer):
            for found in fewer:
                keys = None if found.fits_all else found.keys
                yield _answer(text, found, keys, keeps_price=keeps_price)


def _answer(
    text: str, found: Found, keys: np.ndarray | None, *, keeps_price: bool = True
) -> Answer:
    if not keeps_price:
        left_out = (*found.left_out, *_price(found.bounds))
        return Answer(text, keys, PUBLISHED, left_out, found.read_as)
    low, high, is_reduced = found.bounds
    wanted = dict(PUBLISHED.values) | ({"sale": {ON_SALE}} if is_reduced else {})
    among = Narrowing.to(wanted, low, high)
    return Answer(text, keys, among, found.left_out, found.read_as)


def _price(bounds: Bounds) -> list[str]:
    """What was said of the price, as chips tell it."""
    sale = (ON_SALE,) if bounds.is_reduced else ()
    asked = Choices(price_min=bounds.low, price_max=bounds.high, sale=sale)
    return [chip.label for chip in asked.chips()]


def suggestions(text: str) -> Suggestions:
    """How the text may go on. Raises NotLoaded and what MongoDB raises."""
    found = suggest(keeper().view(), text, _language())
    blocked = of_search(text, _language()).blocked
    shown = [id for id in found.products if id not in blocked]
    return Suggestions(found.words, products(live(), shown))


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE

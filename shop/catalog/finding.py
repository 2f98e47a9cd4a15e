"""Products by words, in the language of the page."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import NamedTuple

import numpy as np
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shop.catalog.browsing import SORT_NAMES, Choices
from shop.catalog.listing import PUBLISHED, live
from shop.catalog.live.cards import products
from shop.catalog.live.facts import ON_SALE
from shop.catalog.live.finding.keeper import keeper
from shop.catalog.live.table import KEY, keys_of
from shop.catalog.live.view import Narrowing
from shop.catalog.live.vocabulary import GROUP_OF
from shop.catalog.live.words import Bounds, Found, Suggestion, fits, suggest
from shop.catalog.models import Product
from shop.catalog.presentable import available
from shop.catalog.steering import UNSTEERED, Steering, boosted, of_search, placed


class Answer(NamedTuple):
    """What was found for `words`: S12 `keys`, the best first; those `among` are to be listed.

    `keys` are None where no word says what is wanted. `said` is what words were understood to say
    of price, size and order, `left_out` are those that what was found does not have, `read_as`
    pairs of a word that nothing has and what it was taken for.
    """

    words: str
    keys: np.ndarray | None
    among: Narrowing
    said: tuple[str, ...]
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

    A price or a size that nothing of what was found has is left out. The merchants' `steering`,
    what holds now where it is None, pins, blocks and brings forward. Raises NotLoaded.
    """
    found = find(text)
    if found is None:
        return None
    if found.bounds.is_new:
        found = _newest_first(found)
    keys = _steered(found, of_search(text, _language()) if steering is None else steering)
    if not len(found):
        # What somebody chose for words fits them.
        found = replace(found, left_out=() if len(keys) else found.left_out)
    answers = (_answer(text, found, keys, kept) for kept in _ever_fewer(found.bounds.parts()))
    kept = next(
        answer
        for answer in answers
        if answer.among == PUBLISHED or len(live().select(PUBLISHED, answer.among, keys))
    )
    in_order = (str(SORT_NAMES["newest"]),) if found.bounds.is_new else ()
    return kept._replace(said=(*kept.said, *in_order))


def _newest_first(found: Found) -> Found:
    """The same, what came last first; what is sold out still comes last."""
    order = np.lexsort((-live().created(found.keys), ~found.available))
    alike = np.ones_like(found.scores)
    return replace(found, keys=found.keys[order], available=found.available[order], scores=alike)


def _ever_fewer(parts: Sequence[Bounds]) -> Iterator[tuple[Bounds, ...]]:
    """All parts, then ever fewer; of as many the first are left out first."""
    for fewer in range(len(parts) + 1):
        for dropped in combinations(parts, fewer):
            yield tuple(part for part in parts if part not in dropped)


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
    bounded = any(found.bounds.parts() for found in fewer)
    for keeps_bounds in (True, False) if bounded else (True,):
        for found in fewer:
            keys = None if found.fits_all else found.keys
            yield _answer(text, found, keys, found.bounds.parts() if keeps_bounds else ())


def _answer(text: str, found: Found, keys: np.ndarray | None, kept: Sequence[Bounds]) -> Answer:
    """What was found, within those parts of its bounds that are kept."""
    wanted = dict(PUBLISHED.values)
    for part in kept:
        if part.is_reduced:
            wanted["sale"] = frozenset({ON_SALE})
        if part.sizes:
            wanted["size"] = frozenset(_sizes(part.sizes))
    low, high = next(((part.low, part.high) for part in kept if part.has_price), (None, None))
    said = [told for part in kept for told in _told(part)]
    left_out = [told for part in found.bounds.parts() if part not in kept for told in _told(part)]
    return Answer(
        words=text,
        keys=keys,
        among=Narrowing.to(wanted, low, high),
        said=tuple(said),
        left_out=(*found.left_out, *left_out),
        read_as=found.read_as,
    )


def _sizes(asked: Collection[str]) -> list[str]:
    """The sizes of the shop that are what was asked for."""
    known = live().vocabularies[GROUP_OF["size"]].spread("size").values
    return [size for size in known if any(fits(size, each) for each in asked)]


def _told(part: Bounds) -> Iterator[str]:
    """What narrows, as chips tell it."""
    sale = (ON_SALE,) if part.is_reduced else ()
    asked = Choices(price_min=part.low, price_max=part.high, sale=sale)
    yield from (chip.label for chip in asked.chips())
    if part.sizes:
        yield _("Size %(size)s") % {"size": ", ".join(size.upper() for size in part.sizes)}


def suggestions(text: str) -> Suggestions:
    """How the text may go on. Raises NotLoaded and what MongoDB raises."""
    found = suggest(keeper().view(), text, _language())
    blocked = of_search(text, _language()).blocked
    shown = [id for id in found.products if id not in blocked]
    return Suggestions(found.words, products(live(), shown))


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE

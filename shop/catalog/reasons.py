"""Why a product looks like another, or like a picture: for the page that shows the two together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from recommender import search
from recommender.search import Opinion, Opinions, Parts, PhotoVector, Shown
from shop.catalog import queries
from shop.catalog.alike import Alike, alike_beside, alike_to
from shop.catalog.colours import families_of
from shop.catalog.models import Product
from shop.catalog.parts import Photograph
from shop.catalog.remember import Recent
from shop.catalog.vocabulary import translated

KEPT_SECONDS = 600
# How sure the encoder is of what is said, and of what is said to be a guess.
SURE, LIKELY = 0.5, 0.25


class Trait(NamedTuple):
    """What one may say of both pieces, each in its own words."""

    name: str
    one: str
    other: str
    agrees: bool


class Pictured(NamedTuple):
    """A photograph, and what of it is like the other one; None where nobody can tell."""

    photograph: Photograph | None
    parts: Parts | None


@dataclass(frozen=True)
class Reasons:
    """The `match`, beside what was asked about; of `traits` those come first that agree."""

    match: Alike
    one: Pictured
    other: Pictured
    traits: list[Trait]

    @property
    def tells_parts(self) -> bool:
        return None not in self._parts

    @property
    def has_likeness(self) -> bool:
        """Whether a part of the one is like a part of the other."""
        return all(parts is not None and parts.shape for parts in self._parts)

    @property
    def has_one_colour(self) -> bool:
        """Whether a part of either is like one in colour as well."""
        return any(parts is not None and parts.colour for parts in self._parts)

    @property
    def has_other_colours(self) -> bool:
        """Whether a part of either is like one in shape alone."""
        return any(parts is not None and parts.shape != parts.colour for parts in self._parts)

    @property
    def _parts(self) -> tuple[Parts | None, Parts | None]:
        return self.one.parts, self.other.parts


def of_products(product: Product, other: Product, count: Callable[[], None]) -> Reasons | None:
    """Why two products look alike; None where one of them was not looked at yet.

    `count` is called before an encoder may have to look. Raises what it raises, and
    recommender.search.SearchUnavailable.
    """
    match = alike_beside(product, other)
    if match.score is None:
        return None
    items = str(product.pk), str(other.pk)
    key = (*items, product.revision, other.revision)
    found = _found(key, (product, other), count, lambda: search.why_similar(*items))
    if found is None:
        return None
    traits = _agreeing_first(_of_products(product, other, found))
    return Reasons(match, _pictured(product, found[0]), _pictured(other, found[1]), traits)


def of_picture(
    key: str, query: PhotoVector, product: Product, count: Callable[[], None]
) -> Reasons | None:
    """Why a product looks like a kept picture, with its vector, as above.

    Raises what `queries.picture` raises too.
    """
    photograph, item = queries.photograph(key), str(product.pk)
    match = alike_to(query, product)
    found = _found(
        (key, item, product.revision),
        (product,),
        count,
        lambda: search.why_like(queries.picture(key), query, item),
    )
    if found is None or match is None:
        return None
    one = Pictured(photograph, found[0].parts)
    traits = _agreeing_first(_of_picture(product, found))
    return Reasons(match, one, _pictured(product, found[1]), traits)


def _found(
    key: tuple[Hashable, ...],
    products: Iterable[Product],
    count: Callable[[], None],
    find: Callable[[], tuple[Shown, Shown] | None],
) -> tuple[Shown, Shown] | None:
    # Another encoder has other reasons.
    key = (*key, search.serving())
    kept = _kept.get(key)
    if kept is None:
        count()
        kept = find()
        if kept is not None and _will_do(kept, products):
            _kept.put(key, kept)
    return kept


def _will_do(found: tuple[Shown, Shown], products: Iterable[Product]) -> bool:
    """Whether it will be the same in a moment: a file may be read again by then, and the new
    photographs of a product will have been looked at."""
    names = {photograph.name for product in products for photograph in product.photographs}
    return all(shown.parts is not None and shown.photo in names | {""} for shown in found)


# Each costs two passes, and a page may be asked for any number of times.
_kept: Recent[Hashable, tuple[Shown, Shown]] = Recent(seconds=KEPT_SECONDS, most=256)


def _pictured(product: Product, shown: Shown) -> Pictured:
    """The photograph that was looked at; where it is gone by now, the cover without a word."""
    for photograph in product.photographs:
        if photograph.name == shown.photo:
            return Pictured(photograph, shown.parts)
    return Pictured(product.cover, None)


def _agreeing_first(traits: Iterable[Trait]) -> list[Trait]:
    return sorted(traits, key=lambda trait: not trait.agrees)


class _Said(NamedTuple):
    """What is said of a piece, and how."""

    words: Sequence[str]
    text: str


def _of_products(one: Product, other: Product, found: tuple[Shown, Shown]) -> Iterator[Trait]:
    """What the shop says of both, and of kind and colour, where it lacks one, what is seen."""
    first, second = (shown.opinions for shown in found)
    yield from _kind(first, second, one.kind, other.kind)
    yield from _colour(_colour_of(one, first), _colour_of(other, second))
    yield from _facts(one, other)


def _of_picture(product: Product, found: tuple[Shown, Shown]) -> Iterator[Trait]:
    """Kind and colour as they are seen, but the colour of the product as the shop says it."""
    picture, seen = (shown.opinions for shown in found)
    yield from _kind(picture, seen)
    yield from _colour(_guessed(picture.colour), _colour_of(product, seen))


def _kind(one: Opinions, other: Opinions, *known: str) -> Iterator[Trait]:
    """The two that are known, else what both are taken for: words of merchants are their own, and
    compare with no others."""
    if known and all(known):
        yield _trait(_("Kind"), *known)
        return
    first, second = _guessed(one.kind), _guessed(other.kind)
    if first and second:
        yield Trait(_("Kind"), first.text, second.text, first.words == second.words)


def _colour(one: _Said | None, other: _Said | None) -> Iterator[Trait]:
    """Navy and denim agree: both are blue."""
    if one and other:
        names, others = (set(map(_plain, said.words)) for said in (one, other))
        families = set(families_of(one.words)) & set(families_of(other.words))
        yield Trait(_("Colour"), one.text, other.text, bool(names & others or families))


def _colour_of(product: Product, seen: Opinions) -> _Said | None:
    if product.colours:
        return _Said(product.colours, ", ".join(map(translated, product.colours)))
    return _guessed(seen.colour)


def _guessed(opinion: Opinion | None) -> _Said | None:
    if opinion is None or opinion.chance < LIKELY:
        return None
    word = translated(opinion.word)
    text = word if opinion.chance >= SURE else _("%(word)s, perhaps") % {"word": word}
    return _Said([opinion.word], text)


def _facts(one: Product, other: Product) -> Iterator[Trait]:
    """As the product's page has them: what a merchant calls something is not translated."""
    whom = pgettext("whom", "For")
    yield _trait(whom, str(one.get_gender_display()), str(other.get_gender_display()))
    for name, first, second in (
        (_("Season"), one.season, other.season),
        (_("Use"), one.usage, other.usage),
    ):
        if first and second:
            yield _trait(name, first, second)
    others = {attribute.name: attribute.value for attribute in other.attributes}
    for name, first, second in (
        (_("Brand"), one.brand, other.brand),
        (_("Material"), one.material, other.material),
        *((own.name, own.value, others.get(own.name, "")) for own in one.attributes),
    ):
        if first and second:
            yield Trait(name, first, second, _same(first, second))


def _trait(name: str, one: str, other: str) -> Trait:
    return Trait(name, translated(one), translated(other), _same(one, other))


def _same(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(word: str) -> str:
    return word.strip().casefold()

"""Why a product looks like another, or like a picture: for the page that shows the two together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from recommender import search
from recommender.search import Opinion, PhotoVector, Regions, Shown
from shop.catalog import queries
from shop.catalog.alike import Alike, alike_beside, alike_to
from shop.catalog.colours import families_of
from shop.catalog.models import Product
from shop.catalog.parts import Photograph
from shop.catalog.remember import Recent
from shop.catalog.vocabulary import translated

KEPT_SECONDS = 600
# What the encoder is less sure of is not said.
SURE = 0.5


class Trait(NamedTuple):
    """What one may say of both pieces, each in its own words."""

    name: str
    one: str
    other: str
    agrees: bool


class Pictured(NamedTuple):
    """A photograph, and what of it is like the other one; None where nobody can tell."""

    photograph: Photograph | None
    regions: Regions | None


@dataclass(frozen=True)
class Reasons:
    """The `match`, beside what was asked about; of `traits` those come first that agree."""

    match: Alike
    one: Pictured
    other: Pictured
    traits: list[Trait]

    @property
    def tells_parts(self) -> bool:
        return None not in (self.one.regions, self.other.regions)


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
    one = Pictured(photograph, found[0].regions)
    return Reasons(match, one, _pictured(product, found[1]), _agreeing_first(_of_both(found)))


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
    return all(shown.regions is not None and shown.photo in names | {""} for shown in found)


# Each costs two passes, and a page may be asked for any number of times.
_kept: Recent[Hashable, tuple[Shown, Shown]] = Recent(seconds=KEPT_SECONDS, most=256)


def _pictured(product: Product, shown: Shown) -> Pictured:
    """The photograph that was looked at; where it is gone by now, the cover without a word."""
    for photograph in product.photographs:
        if photograph.name == shown.photo:
            return Pictured(photograph, shown.regions)
    return Pictured(product.cover, None)


def _agreeing_first(traits: Iterable[Trait]) -> list[Trait]:
    return sorted(traits, key=lambda trait: not trait.agrees)


def _of_both(found: tuple[Shown, Shown]) -> list[Trait]:
    """Kind and colour as the encoder sees them, as far as it is sure of both."""
    one, other = (shown.opinions for shown in found)
    kinds, colours = _sure(one.kind, other.kind), _sure(one.colour, other.colour)
    return [
        *([_trait(_("Kind"), *kinds)] if kinds else []),
        *([_colour_trait(*([word] for word in colours))] if colours else []),
    ]


def _sure(one: Opinion | None, other: Opinion | None) -> tuple[str, str] | None:
    if one is None or other is None or min(one.chance, other.chance) < SURE:
        return None
    return one.word, other.word


def _of_products(one: Product, other: Product, found: tuple[Shown, Shown]) -> Iterator[Trait]:
    """What the shop says of both, and of kind and colour, where it lacks one, what is seen."""
    seen = {trait.name: trait for trait in _of_both(found)}
    if one.kind and other.kind:
        yield _trait(_("Kind"), one.kind, other.kind)
    elif _("Kind") in seen:
        yield seen[_("Kind")]
    if one.colours and other.colours:
        yield _colour_trait(one.colours, other.colours)
    elif _("Colour") in seen:
        yield seen[_("Colour")]
    yield from _facts(one, other)


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
    return one.strip().casefold() == other.strip().casefold()


def _colour_trait(one: Sequence[str], other: Sequence[str]) -> Trait:
    """Navy and denim agree: both are blue."""
    (names, families), (other_names, other_families) = (
        ({colour.strip().casefold() for colour in colours}, set(families_of(colours)))
        for colours in (one, other)
    )
    agrees = bool(names & other_names or families & other_families)
    first, second = (", ".join(map(translated, colours)) for colours in (one, other))
    return Trait(_("Colour"), first, second, agrees)

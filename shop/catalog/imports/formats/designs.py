"""What other shops call a product, in all its colours and sizes, as a product of each colour."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from shop.catalog.imports.formats import facts, options
from shop.catalog.imports.formats.listing import Listed, Loss, losses_of
from shop.catalog.imports.formats.reductions import Cost, Priced, priced
from shop.catalog.imports.formats.skus import Skus
from shop.catalog.imports.rows import BadRow, ImportRow, Place, RowRefused
from shop.catalog.imports.tables import Record
from shop.catalog.imports.variants import in_line
from shop.catalog.models import Status
from shop.catalog.parts import Attribute
from shop.skus.keys import key_of

LONGEST_FACT = 300


@dataclass(frozen=True)
class Offer:
    """What a piece costs and is sold by; None where nobody counts it, or says if it can be had."""

    cost: Cost
    sku: str = ""
    gtin: str = ""
    stock: int | None = None
    is_available: bool | None = None


@dataclass(frozen=True)
class Piece:
    """What can be bought: where its row stands, and the values of its design's options.

    `offer` raises RowRefused. `addresses` are those of photographs that show this piece.
    """

    place: Place
    values: tuple[str, ...]
    offer: Callable[[], Offer]
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Design:
    """What is sold under one name. None means that the source does not say.

    It is known by its own `sku` where that is no other's, else it is `known_by` a handle or the
    like. `options` are the names of what there is to choose; its colours are of one `style`, and
    where there is none it is but one product, in one size.
    `ways` lead to categories, the best first. `facts` (of which empty ones are none), `texts` and
    `attributes` are as an ImportRow's.
    """

    known_by: str
    name: str
    options: Sequence[str]
    pieces: Sequence[Piece]
    sku: str = ""
    style: str = ""
    description: str | None = None
    ways: Sequence[str] = ()
    gender: str | None = None
    colours: Sequence[str] = ()
    status: Status | None = None
    # Of a product that is new, where no status is told.
    first_status: Status = Status.PUBLISHED
    facts: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    addresses: Sequence[str] = ()
    # Whether the source says so where nothing is reduced.
    tells_sales: bool = True
    losses: Collection[Loss] = ()


def listed(
    groups: Iterable[list[Record] | BadRow],
    design_of: Callable[[list[Record]], Design],
    skus: Skus,
) -> Iterator[Listed | BadRow]:
    """The products of designs, each made of its records. `design_of` raises RowRefused."""
    for group in groups:
        if isinstance(group, BadRow):
            yield group
            continue
        yield from made(group[0][0], partial(design_of, group), skus)


def made(place: Place, design_of: Callable[[], Design], skus: Skus) -> Iterator[Listed | BadRow]:
    """The products of the design that stands at a place."""
    try:
        design = design_of()
    except RowRefused as refused:
        yield BadRow(place, str(refused))
    else:
        yield from _InColours(design, skus).products()


def as_facts(told: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """What is said of a design beside what it can be chosen by, as far as a product has room."""
    longest = Attribute._meta.get_field("name").max_length or 0
    texts = {name: ", ".join(values) for name, values in told.items() if len(name) <= longest}
    return {name: text for name, text in texts.items() if 0 < len(text) <= LONGEST_FACT}


@dataclass(frozen=True)
class _InColours:
    """A design, as a product of each of its colours."""

    design: Design
    skus: Skus

    def products(self) -> Iterator[Listed | BadRow]:
        roles = options.roles(self.design.options, [each.values for each in self.design.pieces])
        by_sku: dict[str, tuple[str, list[Piece]]] = {}
        for piece in self.design.pieces:
            colour = roles.colour_of(piece.values)
            by_sku.setdefault(key_of(self._sku(colour)), (colour, []))[1].append(piece)
        for colour, pieces in by_sku.values():
            sizes = tuple(roles.size_of(piece.values) for piece in pieces)
            try:
                yield self._product(colour, sizes, pieces)
            except RowRefused as refused:
                yield BadRow(pieces[0].place, str(refused), self._sku(colour))

    @property
    def _own_sku(self) -> str:
        sku = self.design.sku
        return "" if self.skus.is_repeated(sku) else sku

    def _sku(self, colour: str) -> str:
        design = self.design
        if self._own_sku and not design.options:
            return self._own_sku
        return facts.sku_of(self._own_sku or design.known_by, colour)

    def _product(self, colour: str, sizes: tuple[str, ...], pieces: Sequence[Piece]) -> Listed:
        design = self.design
        offers = [_offer_of(piece) for piece in pieces]
        cost = priced([offer.cost for offer in offers])
        skus = [offer.sku for offer in offers]
        gtin, has_lost_gtin = _gtin_of(offers)
        way = facts.category(*design.ways)
        stock = _all_of(offer.stock for offer in offers)
        row = ImportRow(
            sku=self._sku(colour),
            name=design.name,
            category=way or facts.unsorted(),
            gender=design.gender,
            kind=None,
            colours=[colour] if colour else list(design.colours) or None,
            season=None,
            usage=None,
            price_cents=cost.price_cents,
            description=design.description,
            sizes=sizes,
            photographs=(),
            line=pieces[0].place,
            status=design.status or design.first_status,
            stock=stock,
            available=() if stock else _all_of(offer.is_available for offer in offers),
            skus=self.skus.own(skus),
            prices=cost.prices,
            style=facts.style_of(design.style) if design.style else None,
            made_up=bool(design.style),
            may_lack_photographs=True,
            facts=self._facts(gtin, cost),
            texts=design.texts,
            attributes=design.attributes,
        )
        losses = (
            (cost.is_lost, Loss.REDUCTION),
            (self.skus.are_repeated(skus), Loss.SKU),
            (has_lost_gtin, Loss.GTIN),
            (not way, Loss.CATEGORY),
        )
        return Listed(row, self._addresses(pieces), losses_of(losses).union(design.losses))

    def _facts(self, gtin: str, cost: Priced) -> dict[str, object]:
        design = self.design
        told: dict[str, object] = {"status": design.status, **design.facts, "gtin": gtin}
        known = {name: value for name, value in told.items() if value}
        return {**known, **cost.sale()} if design.tells_sales else known

    def _addresses(self, pieces: Sequence[Piece]) -> tuple[str, ...]:
        """Of the photographs: those of these pieces, then those that are of no others.

        Where no other piece has photographs of its own, the design's keep their order.
        """
        gallery = self.design.addresses
        own = [address for piece in pieces for address in piece.addresses]
        of_all = chain.from_iterable(piece.addresses for piece in self.design.pieces)
        others = set(of_all) - set(own)
        first = own if others or not set(own) <= set(gallery) else []
        shared = (address for address in gallery if address not in others)
        return tuple(dict.fromkeys(chain(first, shared, own)))


def _offer_of(piece: Piece) -> Offer:
    with in_line(piece.place):
        return piece.offer()


def _gtin_of(offers: Sequence[Offer]) -> tuple[str, bool]:
    """A product has one GTIN, so that several sizes have none; and whether one was no GTIN."""
    if len(offers) > 1 or not offers[0].gtin:
        return "", False
    return facts.gtin(offers[0].gtin)


def _all_of[Told](told: Iterable[Told | None]) -> tuple[Told, ...]:
    """What is told of each; nothing where it is not told of all."""
    each = tuple(told)
    known = tuple(one for one in each if one is not None)
    return known if len(known) == len(each) else ()

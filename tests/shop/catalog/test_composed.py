"""A picture and words in one search, in the drawn catalogue."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from shop.catalog.alike import Alike
from shop.catalog.browsing import Choices
from shop.catalog.colours import families_of
from shop.catalog.composed import CLOSE, Composed, Find, compose
from shop.catalog.live.view import Selection
from shop.catalog.models import Category, Product
from shop.catalog.parts import Text
from tests.shop.catalog.live.words.shelves_of_words import Piece, demo_pieces
from tests.shop.catalog.live.words.test_acceptance import has, told

BAGS = ["Handbags", "Backpacks", "Duffel Bag", "Messenger Bag", "Clutches"]

# Of what: the piece that the picture shows. `only`, `every` and `finds` are as in acceptance.toml;
# nothing is left out where nothing is said of it.
TABLE: list[dict[str, Any]] = [
    {"of": "JAC-DEJ-01", "q": "like this"},
    {"of": "JAC-DEJ-01", "q": "so wie das", "l": "de"},
    {
        **{"of": "JAC-DEJ-01", "q": "this, but in leather", "finds": ["JAC-LEA-01"]},
        "only": {"kind": ["Jacket"], "name": ["leather"]},
    },
    {
        **{"of": "JAC-DEJ-01", "q": "so wie das, aber aus Leder", "l": "de"},
        **{"finds": ["JAC-LEA-01"], "only": {"kind": ["Jacket"], "name": ["leather"]}},
    },
    {
        **{"of": "JAC-DEJ-01", "q": "als Lederjacke", "l": "de", "finds": ["JAC-LEA-02"]},
        "only": {"kind": ["Jacket"], "name": ["leather"]},
    },
    {
        **{"of": "JAC-DEJ-01", "q": "this in lether", "finds": ["JAC-LEA-01"]},
        **{"only": {"kind": ["Jacket"], "name": ["leather"]}, "read_as": {"lether": "leather"}},
    },
    {"of": "JAC-DEJ-01", "q": "like this under 100", "max": 10000, "finds": ["JAC-DEJ-02"]},
    {"of": "JAC-DEJ-01", "q": "so etwas bis 100 €", "l": "de", "max": 10000},
    {"of": "JAC-DEJ-01", "q": "at least 200", "min": 20000, "finds": ["JAC-LEA-01"]},
    {"of": "COA-TRE-01", "q": "the same in blue", "only": {"kind": ["Coat"], "family": ["blue"]}},
    {
        **{"of": "COA-TRE-01", "q": "das gleiche in Blau", "l": "de"},
        **{"finds": ["COA-TRE-02"], "only": {"kind": ["Coat"], "family": ["blue"]}},
    },
    {
        **{"of": "COA-WOO-01", "q": "this in leather", "left_out": ["leather"]},
        **{"finds": ["COA-TRE-01"], "only": {"kind": ["Coat"]}},
    },
    {
        **{"of": "COA-WOO-01", "q": "dieser Mantel, aber aus Leder", "l": "de"},
        **{"left_out": ["Leder"], "only": {"kind": ["Coat"]}},
    },
    {
        **{"of": "COA-WOO-01", "q": "black leather", "left_out": ["leather"]},
        **{"finds": ["COA-PAR-02"], "only": {"kind": ["Coat"], "family": ["black"]}},
    },
    # Who names a kind wants it, whatever the picture shows.
    {"of": "COA-WOO-01", "q": "leather bag", "finds": ["BAG-LTO-01"], "kinds": BAGS},
    {"of": "COA-WOO-01", "q": "Stiefel dazu", "l": "de", "kinds": ["Boots"], "left_out": ["dazu"]},
    {"of": "JAC-LEA-01", "q": "this but not in black", "finds": ["JAC-LEA-02"], "not": "Black"},
    {"of": "JAC-LEA-01", "q": "aber nicht in Schwarz", "l": "de", "not": "Black"},
    {
        "of": "COA-WOO-01",
        "q": "for women",
        "only": {"kind": ["Coat"], "gender": ["women", "unisex"]},
    },
    {
        **{"of": "COA-WOO-01", "q": "wie dieser, für Damen", "l": "de", "finds": ["COA-TED-01"]},
        "only": {"kind": ["Coat"], "gender": ["women", "unisex"]},
    },
    {"of": "BAG-TOT-01", "q": "like this but striped", "finds": ["BAG-TOT-02"]},
    {"of": "BAG-TOT-01", "q": "gestreift", "l": "de", "finds": ["BAG-TOT-02"]},
    {
        **{"of": "JAC-DEJ-01", "q": "blue under 100", "max": 10000, "finds": ["JAC-DEJ-02"]},
        "only": {"kind": ["Jacket"], "family": ["blue"]},
    },
    {"of": "JAC-DEJ-01", "q": "in zzyzxq", "left_out": ["zzyzxq"], "only": {"kind": ["Jacket"]}},
    # Nothing of the kind is so cheap: the others that are do not look like it.
    {"of": "COA-WOO-01", "q": "under 20", "left_out": ["Up to €20.00"], "only": {"kind": ["Coat"]}},
]

MOST = 24


@pytest.fixture
def shop(db: None, no_memory: None) -> dict[str, Piece]:
    """The drawn catalogue by SKU, in the shop."""
    pieces = list(demo_pieces())
    shelves: dict[str, Category] = {}
    products = []
    for place, piece in enumerate(pieces):
        (name,) = piece.facts["category"]
        shelves[name] = shelves.get(name) or Category.objects.create(name=name)
        products.append(product_of(piece, shelves[name], place))
    Product.objects.bulk_create(products)
    Product.objects.all().touch()
    return {piece.sku: piece for piece in pieces}


def product_of(piece: Piece, shelf: Category, place: int) -> Product:
    told = piece.document
    return Product(
        sku=piece.sku,
        slug=piece.sku.lower(),
        name=told.names["en"],
        description=told.texts["en"],
        texts=[Text(language="de", name=told.names["de"], description=told.texts["de"])],
        category=shelf,
        gender=told.gender,
        kind=told.kind,
        colours=list(told.colours),
        families=families_of(told.colours),
        season=told.season,
        usage=told.usage,
        price_cents=piece.price_cents,
        position=place,
    )


def eye(seen: Piece) -> Find:
    """One that finds alike what is of the same kind, as the encoder does among drawn pieces."""

    def find(*, among: Selection | None = None) -> list[Alike]:
        products = Product.objects.all()
        if among is not None:
            products = products.with_ids(among.ids())
        scored = [Alike(product, score(product)) for product in products]
        return sorted(scored, key=lambda one: -one.score)[:MOST]

    def score(product: Product) -> float:
        near = 0.9 if product.kind in seen.facts["kind"] else 0.02
        return near - product.position / 100_000

    return find


def skus(found: Composed) -> list[str]:
    return [match.product.sku for match in found.alike]


def faults(row: dict[str, Any], found: Composed, shop: dict[str, Piece]) -> list[object]:
    """What is not as the table has it."""
    # Behind what is close come others that fit the words.
    close = [match for match in found.alike if match.score >= CLOSE] or found.alike
    shown = [shop[match.product.sku] for match in close]
    answer = found.answer
    only = row.get("only") or {"kind": row.get("kinds") or list(shop[row["of"]].facts["kind"])}
    low, high = row.get("min", 0), row.get("max", 10**9)
    wrong: list[object] = told([piece for piece in shown if not has(piece.facts, only)])
    wrong += [sku for sku in row.get("finds", []) if sku not in skus(found)]
    wrong += told([piece for piece in shown if not low <= piece.price_cents <= high])
    wrong += told([piece for piece in shown if row.get("not") in piece.facts["colour"]])
    left_out = list(answer.left_out) if answer else None
    wrong += [] if left_out == row.get("left_out", []) else [left_out]
    read_as = dict(answer.read_as) if answer else None
    wrong += [] if read_as == row.get("read_as", {}) else [read_as]
    return wrong if shown else ["nothing is found"]


def test_the_table_asks_enough() -> None:
    assert len(TABLE) >= 15
    assert sum(row.get("l") == "de" for row in TABLE) >= 7


@pytest.mark.slow
def test_words_narrow_what_looks_alike(shop: dict[str, Piece]) -> None:
    wrong = {}
    for row in TABLE:
        with translation.override(row.get("l", "en")):
            found = compose(eye(shop[row["of"]]), row["q"])
        if fault := faults(row, found, shop):
            wrong[row["of"], row["q"]] = fault
    assert not wrong, repr(wrong)


@pytest.mark.slow
def test_facets_count_what_the_words_leave(shop: dict[str, Piece]) -> None:
    find = eye(shop["JAC-DEJ-01"])
    found = compose(find, "this, but in leather")
    chosen = Choices(colour=("black",)).narrowing()
    narrowed = compose(find, "this, but in leather", chosen)
    assert skus(narrowed)[0] == "JAC-LEA-01"
    assert narrowed.facets.total == found.facets.counts["colour"]["black"]
    assert narrowed.facets.counts["colour"] == found.facets.counts["colour"]


@pytest.mark.slow
def test_without_words_everything_alike_is_found(shop: dict[str, Piece]) -> None:
    find = eye(shop["JAC-DEJ-01"])
    assert skus(compose(find)) == [match.product.sku for match in find()]
    assert compose(find).answer is None


@pytest.mark.slow
def test_of_what_looks_like_nothing_all_words_are_kept_to(shop: dict[str, Piece]) -> None:
    stranger = Piece("NONE", 1, {"kind": ("Submarine",)}, shop["JAC-DEJ-01"].document)
    found = compose(eye(stranger), "leather under 200")
    assert found.answer is not None
    assert found.answer.left_out == ()
    assert found.alike

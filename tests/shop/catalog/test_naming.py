"""SKUs for sizes that were given none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.catalog.naming import name_variants
from shop.catalog.parts import SKU_LENGTH, Variant
from shop.skus.keys import key_of


def named(*sizes: str, sku: str = "P", but: set[str] | None = None) -> list[str]:
    variants = [Variant(size=size) for size in sizes]
    name_variants(sku, variants, but=but or set())
    return [variant.sku for variant in variants]


@pytest.mark.parametrize(
    ("sizes", "skus"),
    [
        ("S|M|One size", ["P-S", "P-M", "P-ONE-SIZE"]),
        ("38|38+|39", ["P-38", "P-38-PLUS", "P-39"]),
        ("A/B|AB", ["P-A-B", "P-AB"]),
        ("3/6|36", ["P-3-6", "P-36"]),
        ("½|12", ["P-1-2", "P-12"]),
        ("Größe 1|GROSSE 2", ["P-GROSSE-1", "P-GROSSE-2"]),
        ("\uff2d", ["P-M"]),
    ],
)
def test_what_is_latin_can_be_read(sizes: str, skus: list[str]) -> None:
    assert named(*sizes.split("|")) == skus


@pytest.mark.parametrize(
    "sizes", ["小|中|大", "м|M|\u0441", "3/6|3-6|3 6", "+|-|/", "👗|🧥", "S é|S e"]
)
def test_others_are_told_apart(sizes: str) -> None:
    skus = named(*sizes.split("|"))
    assert len({key_of(sku) for sku in skus}) == len(skus)
    assert all(sku.isascii() for sku in skus)
    assert named(*sizes.split("|")) == skus


def test_one_of_another_script_does_not_hang_on_its_neighbours() -> None:
    assert named("小", "中", "大")[1] == named("中")[0]


def test_all_of_it_is_in_capitals_that_take_no_more_room() -> None:
    assert named("s", sku="lo-1 ä") == ["LO-1 Ä-S"]
    assert named("s", sku="maß") == ["maß-S"]


def test_a_stated_one_stays_and_is_not_given_twice() -> None:
    variants = [Variant(size="S"), Variant(size="M", sku="p-s")]
    name_variants("P", variants)
    assert variants[1].sku == "p-s"
    assert variants[0].sku.startswith("P-S-")


def test_what_others_have_is_passed_over() -> None:
    (second,) = named("S", but={"p-s"})
    assert second.startswith("P-S-")
    assert named("S", but={"p-s", key_of(second)}) != [second]


def test_the_colour_is_in_it_where_there_are_several() -> None:
    pairs = [("S", "Navy"), ("M", "Navy"), ("S", "Rust")]
    variants = [Variant(size=size, colour=colour) for size, colour in pairs]
    name_variants("P", variants)
    assert [v.sku for v in variants] == ["P-NAVY-S", "P-NAVY-M", "P-RUST-S"]
    alone = [Variant(size="S", colour="Navy")]
    name_variants("P", alone)
    assert alone[0].sku == "P-S"


@given(
    sku=st.text(min_size=1, max_size=60),
    sizes=st.lists(st.text(min_size=1, max_size=20), max_size=12, unique_by=key_of),
)
def test_every_list_of_sizes_is_told_apart_and_fits(sku: str, sizes: list[str]) -> None:
    skus = named(*sizes, sku=sku)
    assert len({key_of(name) for name in skus}) == len(sizes)
    assert all(len(name) <= SKU_LENGTH for name in skus)
    assert named(*sizes, sku=sku) == skus

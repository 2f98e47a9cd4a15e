"""WooCommerce's CSV of products."""

from __future__ import annotations

import pytest

from shop.catalog.imports.formats.listing import Loss
from shop.catalog.imports.rows import ImportRow
from tests.shop.catalog.exchange.woocommerce import BOM, HAT, SHIRT, variation
from tests.shop.catalog.foreign_files import (
    WOO,
    WOO_GERMAN,
    Cells,
    listed,
    refused,
    rows,
    written,
)


def shop(*cells: Cells) -> bytes:
    return BOM + written(WOO, *cells)


def one(content: bytes) -> ImportRow:
    (row,) = rows(content)
    return row


def german(cells: Cells) -> Cells:
    return {WOO_GERMAN[WOO.index(name)]: value for name, value in cells.items()}


def test_headings_in_another_language_are_told_by_their_places() -> None:
    cells = [german(each) for each in (SHIRT, variation("11", "Navy", "S"))]
    row = one(BOM + written(WOO_GERMAN, *cells))
    assert (row.sku, row.sizes, row.price_cents) == ("LIDO-NAVY", ("S",), 4990)
    before = [name for name in WOO_GERMAN if "GTIN" not in name]
    assert one(written(before, *cells)).skus == ("LIDO-11",)


def test_english_headings_may_stand_in_any_order_and_be_few() -> None:
    headings = ("Regular price", "Name", "SKU", "Type")
    assert one(written(headings, {name: HAT[name] for name in headings})).sku == "HAT-7"


def test_variations_stand_anywhere_and_name_their_parent_in_two_ways() -> None:
    navy, white = rows(
        shop(
            variation("11", "Navy", "S", Parent="id:10"),
            SHIRT,
            variation("12", "White", "S"),
            variation("13", "Navy", "M"),
        )
    )
    assert (navy.sku, navy.sizes, navy.skus) == ("LIDO-NAVY", ("S", "M"), ("LIDO-11", "LIDO-13"))
    assert (white.sku, white.sizes, white.style) == ("LIDO-WHITE", ("S",), "LIDO")


def test_the_decimals_are_the_shops() -> None:
    coat = {**HAT, "ID": "8", "SKU": "C", "Regular price": "1.299"}
    hat, other = rows(shop({**HAT, "Regular price": "49,90"}, coat))
    assert (hat.price_cents, other.price_cents) == (4990, 129900)


def test_a_guard_against_formulas_goes() -> None:
    assert one(shop({**HAT, "Name": "'-5 Hat", "SKU": "'=1"})).name == "-5 Hat"


def test_a_product_without_a_sku_is_known_by_its_name_and_id() -> None:
    assert one(shop({**HAT, "SKU": ""})).sku == "SUN-HAT-7"
    first, second = listed(shop(HAT, {**HAT, "ID": "8"}))
    assert (first.row.sku, second.row.sku) == ("SUN-HAT-7", "SUN-HAT-8")
    assert Loss.SKU in first.losses


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ([{**HAT, "Name": ""}], "The name is empty."),
        ([{**HAT, "Type": "grouped"}], "It is no product of its own: its type is grouped."),
        ([{**HAT, "Type": "external"}], "It is no product of its own: its type is external."),
        ([SHIRT], "It has no variations."),
        ([variation("11", "Navy", "S")], "Its parent 'LIDO' is not in the file."),
        ([{**HAT, "Published": "x"}], "What stands in Published, 'x', is none of 1, 0, -1 and 2."),
        ([{**HAT, "Regular price": ""}], "Line 2: The price is empty."),
    ],
)
def test_what_is_refused(cells: list[Cells], reason: str) -> None:
    assert refused(shop(*cells)) == [(2, reason)]


def test_a_table_of_other_kinds_is_no_export() -> None:
    with pytest.raises(AssertionError):
        rows(shop({**HAT, "Type": "Shirt"}))

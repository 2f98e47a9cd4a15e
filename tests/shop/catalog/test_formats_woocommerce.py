"""WooCommerce's CSV of products."""

from __future__ import annotations

import pytest

from shop.catalog.imports.formats.listing import Loss
from shop.catalog.imports.rows import ImportRow
from tests.shop.catalog.foreign_files import (
    WOO,
    WOO_GERMAN,
    Cells,
    listed,
    refused,
    rows,
    written,
)

BOM = b"\xef\xbb\xbf"
HAT = {
    "ID": "7",
    "Type": "simple",
    "SKU": "HAT-7",
    "Name": "Sun Hat",
    "Published": "1",
    "Visibility in catalog": "visible",
    "Description": "<p>Wide &amp; light</p>\\nStraw",
    "In stock?": "1",
    "Regular price": "29.90",
    "Categories": "Hats, Women > Hats > Sun",
    "Images": "https://x.example/a.jpg, https://x.example/b.jpg",
}
SHIRT = {
    **HAT,
    "ID": "10",
    "Type": "variable",
    "SKU": "LIDO",
    "Name": "Lido",
    "Regular price": "",
    "Attribute 1 name": "Color",
    "Attribute 1 value(s)": "Navy, White",
    "Attribute 2 name": "Size",
    "Attribute 2 value(s)": "S, M, L",
}


def variation(number: str, colour: str, size: str, **more: str) -> Cells:
    return {
        "ID": number,
        "Type": "variation",
        "Name": f"Lido - {colour}, {size}",
        "SKU": f"LIDO-{number}",
        "Published": "1",
        "In stock?": "1",
        "Regular price": "49.90",
        "Parent": "LIDO",
        "Attribute 1 name": "Color",
        "Attribute 1 value(s)": colour,
        "Attribute 2 name": "Size",
        "Attribute 2 value(s)": size,
        **more,
    }


def shop(*cells: Cells) -> bytes:
    return BOM + written(WOO, *cells)


def one(content: bytes) -> ImportRow:
    (row,) = rows(content)
    return row


def german(cells: Cells) -> Cells:
    return {WOO_GERMAN[WOO.index(name)]: value for name, value in cells.items()}


def test_a_simple_product() -> None:
    (product,) = listed(shop(HAT))
    row = product.row
    assert (row.sku, row.name, row.price_cents, row.sizes) == (
        "HAT-7",
        "Sun Hat",
        2990,
        ("One size",),
    )
    assert (row.category, row.description) == ("Women > Hats > Sun", "Wide & light\n\nStraw")
    assert (row.available, row.style, row.facts["status"]) == ((True,), None, "published")
    assert product.addresses == ("https://x.example/a.jpg", "https://x.example/b.jpg")


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


def test_an_empty_attribute_means_any_value_and_a_full_one_counts_more() -> None:
    navy, white = rows(
        shop(
            SHIRT,
            variation("11", "Navy", ""),
            variation("12", "Navy", "M", **{"Regular price": "59.90"}),
            variation("13", "White", "L"),
        )
    )
    assert (navy.sizes, navy.prices) == (("S", "L", "M"), (4990, 4990, 5990))
    assert (navy.skus, white.skus) == (("", "", "LIDO-12"), ("LIDO-13",))


def test_the_decimals_are_the_shops() -> None:
    coat = {**HAT, "ID": "8", "SKU": "C", "Regular price": "1.299"}
    hat, other = rows(shop({**HAT, "Regular price": "49,90"}, coat))
    assert (hat.price_cents, other.price_cents) == (4990, 129900)


def test_a_sale_and_when_it_holds() -> None:
    sale = {"Sale price": "19.90", "Date sale price starts": "2026-01-01 00:00:00"}
    row = one(shop({**HAT, **sale}))
    assert (row.price_cents, row.facts["sale_price_cents"]) == (2990, 1990)
    assert f"{row.facts['sale_from']:%Y-%m-%d}" == "2026-01-01"


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"Published": "1"}, "published"),
        ({"Published": "0"}, "draft"),
        ({"Published": "-1"}, "draft"),
        ({"Published": "2"}, "draft"),
        ({"Visibility in catalog": "hidden"}, "link"),
    ],
)
def test_statuses(cells: Cells, status: str) -> None:
    assert one(shop({**HAT, **cells})).facts["status"] == status


@pytest.mark.parametrize(
    ("cells", "stock", "available"),
    [
        ({"Stock": "4"}, (4,), ()),
        ({"Stock": "-1"}, (0,), ()),
        ({"Stock": "4", "Backorders allowed?": "notify"}, (), (True,)),
        ({"Stock": "", "In stock?": "0"}, (), (False,)),
        ({"Stock": "", "In stock?": "backorder"}, (), (True,)),
    ],
)
def test_stock(cells: Cells, stock: tuple[int, ...], available: tuple[bool, ...]) -> None:
    row = one(shop({**HAT, **cells}))
    assert (row.stock, row.available) == (stock, available)


def test_a_stock_that_sizes_share_is_not_counted_and_one_switched_off_cannot_be_had() -> None:
    row = one(
        shop(
            SHIRT,
            variation("11", "Navy", "S", Stock="parent"),
            variation("12", "Navy", "M", Stock="3", Published="0"),
        )
    )
    assert (row.stock, row.available) == ((), (True, False))


def test_values_are_parted_at_commas_that_no_backslash_is_before() -> None:
    more = {
        "Attribute 1 name": "Colour",
        "Attribute 1 value(s)": "Navy\\, light, White",
        "Attribute 2 name": "Neckline",
        "Attribute 2 value(s)": "Round",
        "Categories": "Hats\\, caps",
    }
    row = one(shop({**HAT, **more}))
    assert (row.colours, row.category) == (["Navy, light", "White"], "Hats, caps")
    assert row.attributes == {"Neckline": "Round"}


def test_a_guard_against_formulas_goes() -> None:
    assert one(shop({**HAT, "Name": "'-5 Hat", "SKU": "'=1"})).name == "-5 Hat"


def test_a_variation_shows_its_picture_first_or_else_its_parents() -> None:
    navy, white = listed(
        shop(
            SHIRT,
            variation("11", "Navy", "S", Images="https://x.example/navy.jpg"),
            variation("12", "White", "S"),
        )
    )
    assert navy.addresses[0] == "https://x.example/navy.jpg"
    assert white.addresses == ("https://x.example/a.jpg", "https://x.example/b.jpg")


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

"""Shopify's CSV of products."""

from __future__ import annotations

from typing import Any

import pytest

from shop.catalog.imports.formats.listing import Loss
from shop.catalog.imports.rows import ImportRow
from tests.shop.catalog.foreign_files import (
    AGES,
    COLOUR,
    GENDER,
    NEW,
    OLD,
    Cells,
    listed,
    listing,
    refused,
    rows,
    written,
)

SHIRT = {
    "Handle": "lido-shirt",
    "Title": "Lido Shirt",
    "Body (HTML)": "<p>Cool &amp; light.</p><ul><li>Linen</li></ul>",
    "Vendor": "Mare",
    "Product Category": "Apparel & Accessories > Clothing > Clothing Tops > Shirts",
    "Type": "Shirts",
    "Tags": "summer, sale",
    "Published": "true",
    "Status": "active",
    "Variant Price": "49.90",
    "Variant Grams": "0.0",
}
SIZES: Cells = {"Option1 Name": "Size"}


def shop(*cells: Cells) -> bytes:
    """A file with the old headings."""
    return written(OLD, *cells)


def variant(**told: str) -> dict[str, str]:
    """A further row of the shirt."""
    names = {"size": "Option1 Value", "colour": "Option2 Value", "sku": "Variant SKU"}
    named = {names.get(name, name): value for name, value in told.items()}
    return {"Handle": "lido-shirt", "Variant Price": "49.90", **named}


def one(content: bytes) -> ImportRow:
    (row,) = rows(content)
    return row


def test_the_rows_of_a_handle_are_one_product() -> None:
    row = one(
        shop(
            {**SHIRT, **SIZES, "Option1 Value": "S", "Variant SKU": "LS-S"},
            variant(size="M", sku="LS-M"),
        )
    )
    assert (row.sku, row.style, row.name) == ("LIDO-SHIRT", "lido-shirt", "Lido Shirt")
    assert (row.sizes, row.skus, row.prices) == (("S", "M"), ("LS-S", "LS-M"), (4990, 4990))
    assert (row.category, row.facts["brand"], row.facts["status"]) == (
        "Shirts",
        "Mare",
        "published",
    )
    assert row.description == "Cool & light.\n\nLinen"


def test_todays_headings_say_the_same() -> None:
    cells = {
        "Title": "Lido Shirt",
        "URL handle": "lido-shirt",
        "Description": "Cool.",
        "Published on online store": "TRUE",
        "Status": "Active",
        "Option1 name": "Size",
        "Option1 value": "S",
        "Price": "39.90",
        "Compare-at price": "49.90",
        "Inventory tracker": "shopify",
        "Inventory quantity": "3",
        "Continue selling when out of stock": "DENY",
    }
    row = one(written(NEW, cells))
    assert (row.sku, row.sizes, row.price_cents) == ("LIDO-SHIRT", ("S",), 4990)
    assert (row.facts["sale_price_cents"], row.stock, row.description) == (3990, (3,), "Cool.")


def test_more_than_a_hundred_columns() -> None:
    fields = [
        f"Kitchen/Dining furniture items included (product.metafields.shopify.kitchen-dining-{n})"
        for n in range(100)
    ]
    assert one(written((*OLD, *fields), SHIRT)).name == "Lido Shirt"


def test_a_default_title_is_no_choice() -> None:
    row = one(shop({**SHIRT, "Option1 Name": "Title", "Option1 Value": "Default Title"}))
    assert (row.sizes, row.colours, row.skus) == (("One size",), None, ())


def test_each_colour_is_a_product_of_one_style() -> None:
    names = {"Option1 Name": "Größe", "Option2 Name": "Farbe"}
    navy, white = rows(
        shop(
            {**SHIRT, **names, "Option1 Value": "S", "Option2 Value": "Navy"},
            variant(size="S", colour="White"),
            variant(size="M", colour="Navy"),
        )
    )
    assert [navy.sku, white.sku] == ["LIDO-SHIRT-NAVY", "LIDO-SHIRT-WHITE"]
    assert (navy.colours, navy.sizes, white.sizes) == (["Navy"], ("S", "M"), ("S",))
    assert navy.style == white.style == "lido-shirt"


def test_a_linked_option_is_told_whatever_it_is_called() -> None:
    linked = {
        "Option1 Name": "Nuance",
        "Option1 Linked To": "product.metafields.shopify.color-pattern",
        "Option1 Value": "Navy",
        "Option2 Name": "Wie groß",
        "Option2 Value": "S",
    }
    row = one(shop({**SHIRT, **linked}))
    assert (row.colours, row.sizes) == (["Navy"], ("S",))


def test_a_third_option_is_part_of_the_size() -> None:
    names = {"Option1 Name": "Length", "Option2 Name": "Size"}
    first = {"Option1 Value": "Long", "Option2 Value": "32"}
    row = one(shop({**SHIRT, **names, **first}, variant(size="Short", colour="32")))
    assert row.sizes == ("32 / Long", "32 / Short")


def test_sizes_are_told_by_their_values_where_names_tell_nothing() -> None:
    names = {"Option1 Name": "Ausführung", "Option2 Name": "Wahl"}
    first = {"Option1 Value": "Lang", "Option2 Value": "XL"}
    assert one(shop({**SHIRT, **names, **first})).sizes == ("XL / Lang",)


def test_a_sku_that_several_have_names_none() -> None:
    content = shop(
        {**SHIRT, **SIZES, "Option1 Value": "S", "Variant SKU": "LS"},
        variant(size="M", sku="ls"),
        variant(size="L", sku="LS-L"),
    )
    (product,) = listed(content)
    assert product.row.skus == ("", "", "LS-L")
    assert Loss.SKU in product.losses


@pytest.mark.parametrize(
    ("compared", "price", "sale"),
    [("59.90", 5990, 4990), ("49.90", 4990, None), ("39.90", 4990, None), ("0.00", 4990, None)],
)
def test_it_is_reduced_only_from_a_higher_price(
    compared: str, price: int, sale: int | None
) -> None:
    row = one(shop({**SHIRT, "Variant Compare At Price": compared}))
    assert (row.price_cents, row.facts["sale_price_cents"]) == (price, sale)
    assert row.facts["sale_until"] is None


def test_reductions_that_differ_are_given_up() -> None:
    reduced = {"Variant Compare At Price": "59.90"}
    first = {**SHIRT, **SIZES, **reduced, "Option1 Value": "S"}
    (product,) = listed(shop(first, variant(size="M") | reduced | {"Variant Price": "29.90"}))
    assert (product.row.prices, product.row.facts["sale_price_cents"]) == ((4990, 2990), None)
    assert Loss.REDUCTION in product.losses


def test_a_size_that_is_not_reduced_keeps_its_price_where_it_costs_no_more() -> None:
    reduced = {"Variant Compare At Price": "59.90"}
    first = {**SHIRT, **SIZES, "Option1 Value": "S", "Variant Price": "45.00"}
    (product,) = listed(shop(first, variant(size="M") | reduced))
    assert (product.row.price_cents, product.row.prices) == (5990, (4500, 5990))
    assert product.row.facts["sale_price_cents"] == 4990
    dearer = {**SHIRT, **SIZES, "Option1 Value": "S", "Variant Price": "55.00"}
    (product,) = listed(shop(dearer, variant(size="M") | reduced))
    assert (product.row.prices, product.row.facts["sale_price_cents"]) == ((5500, 4990), None)


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"Status": "draft"}, "draft"),
        ({"Status": "archived"}, "archived"),
        ({"Status": "unlisted"}, "link"),
        ({"Status": ""}, "published"),
        ({"Published": "false"}, "draft"),
        ({"Published": "false", "Status": "archived"}, "archived"),
    ],
)
def test_statuses(cells: Cells, status: str) -> None:
    assert one(shop({**SHIRT, **cells})).facts["status"] == status


def test_metafields_are_told_by_what_stands_in_brackets() -> None:
    headings = (*OLD, COLOUR, GENDER, AGES)
    cells = {**SHIRT, COLOUR: "navy; white", GENDER: "female; male", AGES: "adults"}
    row = one(written(headings, cells))
    assert (row.colours, row.gender) == (["navy", "white"], "unisex")
    cells = {**SHIRT, GENDER: "female", AGES: "kids"}
    assert one(written(headings, cells)).gender == "girls"
    assert one(shop(SHIRT)).gender is None


@pytest.mark.parametrize(
    ("cells", "stock"),
    [
        ({"Variant Inventory Qty": "4", "Variant Inventory Tracker": "shopify"}, (4,)),
        ({"Variant Inventory Qty": "-2", "Variant Inventory Tracker": "shopify"}, (0,)),
        ({"Variant Inventory Qty": "4"}, ()),
        ({"Variant Inventory Tracker": "shopify"}, ()),
        (
            {
                "Variant Inventory Qty": "0",
                "Variant Inventory Tracker": "shopify",
                "Variant Inventory Policy": "continue",
            },
            (),
        ),
    ],
)
def test_stock_is_what_shopify_counts(cells: Cells, stock: tuple[int, ...]) -> None:
    assert one(shop({**SHIRT, **cells})).stock == stock


def test_a_barcode_is_a_gtin_or_nothing() -> None:
    assert one(shop({**SHIRT, "Variant Barcode": "'4006381333931"})).facts["gtin"] == (
        "4006381333931"
    )
    (product,) = listed(shop({**SHIRT, "Variant Barcode": "SHELF-7"}))
    assert "gtin" not in product.row.facts
    assert Loss.GTIN in product.losses


def test_the_category_is_the_type_or_else_the_end_of_shopifys() -> None:
    assert one(shop({**SHIRT, "Type": ""})).category == "Shirts"
    (product,) = listed(shop({**SHIRT, "Type": "", "Product Category": ""}))
    assert product.row.category == "Unsorted"
    assert Loss.CATEGORY in product.losses


def picture(number: int, position: str) -> dict[str, str]:
    address = f"https://cdn.example.com/files/{number}.jpg?v=17"
    return {"Handle": "lido-shirt", "Image Src": address, "Image Position": position}


def test_a_row_with_only_a_picture_is_a_picture() -> None:
    first = {**SHIRT, **picture(1, "2"), **SIZES, "Option1 Value": "S"}
    (product,) = listed(shop(first, picture(2, "1"), picture(3, "10"), picture(1, "2")))
    assert product.row.sizes == ("S",)
    assert [address[-10:-5] for address in product.addresses] == ["2.jpg", "1.jpg", "3.jpg"]


def test_a_colour_shows_its_own_pictures_first_and_no_other_colours() -> None:
    names = {"Option1 Name": "Size", "Option2 Name": "Color"}
    images = {n: picture(n, str(n))["Image Src"] for n in (1, 2, 3)}
    navy, white = listed(
        shop(
            {
                **SHIRT,
                **names,
                **picture(1, "1"),
                "Option1 Value": "S",
                "Option2 Value": "Navy",
                "Variant Image": images[2],
            },
            variant(size="S", colour="White") | picture(2, "2") | {"Variant Image": images[3]},
            picture(3, "3"),
        )
    )
    assert navy.addresses == (images[2], images[1])
    assert white.addresses == (images[3], images[1])


def test_rows_of_a_handle_may_stand_apart() -> None:
    other = {**SHIRT, "Handle": "coat", "Title": "Coat"}
    first = {**SHIRT, **SIZES, "Option1 Value": "S"}
    coat, shirt = rows(shop(first, other, variant(size="M")))
    assert (coat.name, shirt.name, shirt.sizes) == ("Coat", "Lido Shirt", ("S", "M"))


def test_a_product_beside_a_row_that_cannot_be_read_is_refused() -> None:
    first = {**SHIRT, **SIZES, "Option1 Value": "S"}
    below = shop({**SHIRT, "Handle": "b"}).split(b"\n")[1]
    assert refused(shop(first) + b"lido-shirt,too,few\r\n" + below) == [
        (2, "The row at line 3 cannot be read, and may be one of its sizes."),
        (3, f"It has 3 columns where {len(OLD)} are expected."),
        (4, "The row at line 3 cannot be read, and may be one of its sizes."),
    ]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"Title": ""}, "The title is empty."),
        ({"Handle": ""}, "The handle is empty."),
        ({"Variant Price": ""}, "It has no row with a price."),
        ({"Variant Price": "0.00"}, "Line 2: The price '0.00' is not between 0.01 and 1,000,000."),
        ({"Status": "gone"}, "The status 'gone' is none of active, draft, archived, unlisted."),
    ],
)
def test_what_is_refused(cells: Cells, reason: str) -> None:
    assert refused(shop({**SHIRT, **cells})) == [(2, reason)]


def test_long_handles_are_told_apart() -> None:
    long = "womens-organic-cotton-long-sleeve-crew-neck-t-shirt-in-a-stripe-of"
    skus = [row.sku for row in rows(shop(*({**SHIRT, "Handle": f"{long}-{n}"} for n in "ab")))]
    assert len(set(skus)) == 2
    assert max(map(len, skus)) <= 60


def test_a_file_that_lists_nothing_lists_nothing() -> None:
    empty: list[Any] = list(listing(shop()).products())
    assert empty == []

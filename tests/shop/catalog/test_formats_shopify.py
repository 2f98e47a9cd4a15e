"""Shopify's CSV of products."""

from __future__ import annotations

from typing import Any

import pytest

from shop.catalog.imports.formats.listing import Loss
from shop.catalog.imports.rows import ImportRow
from tests.shop.catalog.foreign_files import (
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


def test_a_sku_that_several_have_names_none() -> None:
    content = shop(
        {**SHIRT, **SIZES, "Option1 Value": "S", "Variant SKU": "LS"},
        variant(size="M", sku="ls"),
        variant(size="L", sku="LS-L"),
    )
    (product,) = listed(content)
    assert product.row.skus == ("", "", "LS-L")
    assert Loss.SKU in product.losses


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


def picture(number: int, position: str) -> dict[str, str]:
    address = f"https://cdn.example.com/files/{number}.jpg?v=17"
    return {"Handle": "lido-shirt", "Image Src": address, "Image Position": position}


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
        (
            {"Variant Inventory Qty": ",", "Variant Inventory Tracker": "shopify"},
            "Line 2: The stock is empty.",
        ),
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
